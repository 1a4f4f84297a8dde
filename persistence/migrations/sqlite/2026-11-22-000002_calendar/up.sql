-- Calendars that somebody proposes: previewed, approved by a second person, then applied. cursor is the last
-- project that the worker has done.
CREATE TABLE calendar_proposal (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    calendar_name TEXT NOT NULL,
    calendar_version INTEGER NOT NULL,
    base_name TEXT NOT NULL,
    base_version INTEGER NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BLOB NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by BLOB,
    decided_at BIGINT,
    cursor BLOB,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    previewed BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, proposed_by) REFERENCES person (zone_id, id)
);

-- Which stages a proposal would move, and which it has moved.
CREATE TABLE calendar_move (
    zone_id BLOB NOT NULL,
    proposal_id BLOB NOT NULL,
    is_applied BOOLEAN NOT NULL,
    stage_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    old_due_on TEXT,
    new_due_on TEXT,
    old_statutory_on TEXT,
    new_statutory_on TEXT,
    working_days INTEGER,
    PRIMARY KEY (zone_id, proposal_id, is_applied, stage_id),
    FOREIGN KEY (zone_id, proposal_id) REFERENCES calendar_proposal (zone_id, id)
) WITHOUT ROWID;

-- What the worker has to do: almost always nothing.
CREATE INDEX calendar_proposal_at_work ON calendar_proposal (zone_id, state) WHERE state IN ('previewing', 'approved');

-- Letters may be about more than one stage.
CREATE TABLE outbox_new (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    id BLOB NOT NULL,
    dedupe_key TEXT NOT NULL,
    matter TEXT NOT NULL,
    project_id BLOB,
    stage_id BLOB,
    alert_id BLOB,
    person_id BLOB NOT NULL,
    state TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    lease_owner BLOB,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    ambiguous INTEGER NOT NULL,
    message_id TEXT,
    address TEXT,
    subject TEXT,
    bytes BLOB,
    last_error TEXT,
    proposal_id BLOB,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, dedupe_key)
);
INSERT INTO outbox_new SELECT zone_id, id, dedupe_key, matter, project_id, stage_id, alert_id, person_id,
    state, not_before, created_at, settled_at, lease_owner, lease_until, fence, attempts, ambiguous, message_id,
    address, subject, bytes, last_error, NULL FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_to_send ON outbox (zone_id, not_before) WHERE settled_at IS NULL;
CREATE INDEX outbox_of_alert ON outbox (zone_id, alert_id);
