-- Heads of the chains that have no row of their own to keep them; a project keeps its own.
CREATE TABLE chain_head (
    zone_id UUID NOT NULL REFERENCES zone (id),
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (zone_id, chain)
);

-- The security record: append-only, one hash chain for the zone.
CREATE TABLE security_event (
    zone_id UUID NOT NULL REFERENCES zone (id),
    seq BIGINT NOT NULL,
    act TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor_id UUID,
    object TEXT,
    address TEXT,
    detail TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (zone_id, seq)
);
