-- Letters about more than one stage have no place in what there was before.
CREATE TABLE outbox_old (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    id BLOB NOT NULL,
    dedupe_key TEXT NOT NULL,
    matter TEXT NOT NULL,
    project_id BLOB NOT NULL,
    stage_id BLOB NOT NULL,
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
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, dedupe_key)
);
INSERT INTO outbox_old SELECT zone_id, id, dedupe_key, matter, project_id, stage_id, alert_id, person_id, state,
    not_before, created_at, settled_at, lease_owner, lease_until, fence, attempts, ambiguous, message_id, address,
    subject, bytes, last_error FROM outbox WHERE stage_id IS NOT NULL;
DROP TABLE outbox;
ALTER TABLE outbox_old RENAME TO outbox;
CREATE INDEX outbox_to_send ON outbox (zone_id, not_before) WHERE settled_at IS NULL;
CREATE INDEX outbox_of_alert ON outbox (zone_id, alert_id);
DROP TABLE calendar_move;
DROP TABLE calendar_proposal;
