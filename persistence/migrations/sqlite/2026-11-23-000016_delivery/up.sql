-- A letter that speaks for others covers them; one that could not be delivered is followed by one to somebody
-- else, and waits until a person has taken note of it.
ALTER TABLE outbox ADD COLUMN covered_by BLOB;
ALTER TABLE outbox ADD COLUMN instead_of BLOB;
ALTER TABLE outbox ADD COLUMN heeded_by BLOB;
ALTER TABLE outbox ADD COLUMN heeded_at BIGINT;
CREATE INDEX outbox_instead_of ON outbox (zone_id, instead_of) WHERE instead_of IS NOT NULL;
CREATE INDEX outbox_covered_by ON outbox (zone_id, covered_by) WHERE covered_by IS NOT NULL;
CREATE INDEX outbox_person ON outbox (zone_id, person_id, not_before) WHERE settled_at IS NULL;
CREATE INDEX outbox_lost ON outbox (zone_id, settled_at) WHERE state IN ('dead', 'uncertain') AND heeded_at IS NULL;

-- Each time a letter was about to leave, and what became of it. A row without an end is a worker that died.
CREATE TABLE mail_attempt (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    letter_id BLOB NOT NULL,
    fence BIGINT NOT NULL,
    intended_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT,
    reply TEXT,
    PRIMARY KEY (zone_id, letter_id, fence)
);

-- How much may leave: one instant for each recipient, domain and relay, shared by all replicas.
CREATE TABLE mail_pace (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    name TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (zone_id, name)
);

-- How the relay is; a row exists while it does not work.
CREATE TABLE mail_relay (
    zone_id BLOB NOT NULL PRIMARY KEY REFERENCES zone (id),
    failures INTEGER NOT NULL,
    down_since BIGINT NOT NULL,
    rest_until BIGINT NOT NULL,
    reason TEXT NOT NULL
);

-- When the last sweep ended well, whoever ran it, and the times in which none did.
CREATE TABLE sweep_watch (
    zone_id BLOB NOT NULL PRIMARY KEY REFERENCES zone (id),
    swept_at BIGINT NOT NULL
);
CREATE TABLE outage (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    began_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (zone_id, began_at)
);
