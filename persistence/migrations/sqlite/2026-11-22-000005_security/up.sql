-- Heads of the chains that have no row of their own to keep them; a project keeps its own.
CREATE TABLE chain_head (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (zone_id, chain)
);

-- The security record: append-only, one hash chain for the zone.
CREATE TABLE security_event (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    seq BIGINT NOT NULL,
    act TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor_id BLOB,
    object TEXT,
    address TEXT,
    detail TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (zone_id, seq)
);
