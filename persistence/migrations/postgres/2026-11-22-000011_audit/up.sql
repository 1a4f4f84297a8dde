-- Signed roots over the heads of all records; append-only. The key decides that each number is made once.
CREATE TABLE checkpoint (
    zone_id UUID NOT NULL REFERENCES zone (id),
    number BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    heads BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    root BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    key_id BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (zone_id, number)
);

-- The heads that are new in a checkpoint, each in the slot that its chain has for ever.
CREATE TABLE checkpoint_leaf (
    zone_id UUID NOT NULL,
    number BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    chain_kind INTEGER NOT NULL,
    chain_of UUID NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    is_last BOOLEAN NOT NULL,
    PRIMARY KEY (zone_id, number, slot),
    FOREIGN KEY (zone_id, number) REFERENCES checkpoint (zone_id, number)
);

-- What erasing it makes of a person's pseudonyms in the records: nobody's.
CREATE TABLE person_salt (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (zone_id, person_id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Up to where the record of a project is under a checkpoint.
ALTER TABLE project ADD COLUMN sealed_seq BIGINT NOT NULL DEFAULT 0;

-- The next checkpoint: costs what has changed, not what there is.
CREATE INDEX project_unsealed ON project (zone_id, id) WHERE chain_seq <> sealed_seq;

-- The heads under the last checkpoint.
CREATE UNIQUE INDEX checkpoint_leaf_slot ON checkpoint_leaf (zone_id, slot) WHERE is_last;
CREATE UNIQUE INDEX checkpoint_leaf_chain ON checkpoint_leaf (zone_id, chain_kind, chain_of) WHERE is_last;

-- What an auditor looks for: one act, one person, one thing.
CREATE INDEX security_event_of_act ON security_event (zone_id, act, seq);
CREATE INDEX security_event_of_actor ON security_event (zone_id, actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX security_event_on_object ON security_event (zone_id, object, seq) WHERE object IS NOT NULL;
