-- Calendars that somebody proposes: previewed, approved by a second person, then applied. cursor is the last
-- project that the worker has done.
CREATE TABLE calendar_proposal (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    calendar_name TEXT NOT NULL,
    calendar_version INTEGER NOT NULL,
    base_name TEXT NOT NULL,
    base_version INTEGER NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    cursor UUID,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    previewed BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, proposed_by) REFERENCES person (zone_id, id)
);

-- Which stages a proposal would move, and which it has moved.
CREATE TABLE calendar_move (
    zone_id UUID NOT NULL,
    proposal_id UUID NOT NULL,
    is_applied BOOLEAN NOT NULL,
    stage_id UUID NOT NULL,
    project_id UUID NOT NULL,
    old_due_on DATE,
    new_due_on DATE,
    old_statutory_on DATE,
    new_statutory_on DATE,
    working_days INTEGER,
    PRIMARY KEY (zone_id, proposal_id, is_applied, stage_id),
    FOREIGN KEY (zone_id, proposal_id) REFERENCES calendar_proposal (zone_id, id)
);

-- What the worker has to do: almost always nothing.
CREATE INDEX calendar_proposal_at_work ON calendar_proposal (zone_id, state) WHERE state IN ('previewing', 'approved');

-- Letters may be about more than one stage.
ALTER TABLE outbox ALTER COLUMN project_id DROP NOT NULL;
ALTER TABLE outbox ALTER COLUMN stage_id DROP NOT NULL;
ALTER TABLE outbox ADD COLUMN proposal_id UUID;
