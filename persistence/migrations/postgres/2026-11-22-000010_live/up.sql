-- Lines of the record that have no place in the feed of the zone yet: written with the line itself.
CREATE TABLE feed_due (
    zone_id UUID NOT NULL,
    project_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, project_id, seq)
);

-- The feed of the zone: every line of every record once, at a place that is given after its commit.
CREATE TABLE feed (
    zone_id UUID NOT NULL,
    position BIGINT NOT NULL,
    project_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (zone_id, position),
    UNIQUE (zone_id, project_id, seq),
    FOREIGN KEY (zone_id, project_id, seq) REFERENCES event (zone_id, project_id, seq)
);

-- What was recorded before there was a feed, in the order of its recording.
INSERT INTO feed (zone_id, position, project_id, seq)
SELECT zone_id, row_number() OVER (PARTITION BY zone_id ORDER BY recorded_at, project_id, seq), project_id, seq
FROM event;
INSERT INTO counter (zone_id, name, value)
SELECT zone_id, 'feed', max(position) FROM feed GROUP BY zone_id;

-- Addresses under which somebody's calendar program fetches due dates; only hashes of tokens are kept.
CREATE TABLE calendar_feed (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    fetched_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, token_hash),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);
CREATE INDEX calendar_feed_of_person ON calendar_feed (zone_id, person_id);

-- What a feed has said of each stage: a program that fetches must hear of changes and of what is gone.
CREATE TABLE calendar_entry (
    zone_id UUID NOT NULL,
    feed_id UUID NOT NULL,
    stage_id UUID NOT NULL,
    due_on DATE NOT NULL,
    sequence INTEGER NOT NULL,
    is_cancelled BOOLEAN NOT NULL,
    print TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, feed_id, stage_id),
    FOREIGN KEY (zone_id, feed_id) REFERENCES calendar_feed (zone_id, id)
);

-- Where events are sent. Secrets are sealed; the one before is good for a while after a change.
CREATE TABLE webhook (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    is_full BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    secret BYTEA NOT NULL,
    old_secret BYTEA,
    old_until TIMESTAMPTZ,
    position BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, owner_id) REFERENCES person (zone_id, id)
);
CREATE INDEX webhook_of_owner ON webhook (zone_id, owner_id);

-- What is sent: one row for each event and address, which the unique key decides, and one for each test.
CREATE TABLE delivery (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    webhook_id UUID NOT NULL,
    message_id TEXT NOT NULL,
    event TEXT NOT NULL,
    position BIGINT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    lease_owner UUID,
    lease_until TIMESTAMPTZ,
    fence BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    tried_at TIMESTAMPTZ,
    status INTEGER,
    duration_ms BIGINT,
    answer TEXT,
    last_error TEXT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, webhook_id, position),
    FOREIGN KEY (zone_id, webhook_id) REFERENCES webhook (zone_id, id)
);
CREATE INDEX delivery_to_send ON delivery (zone_id, not_before) WHERE settled_at IS NULL;
CREATE INDEX delivery_of_webhook ON delivery (zone_id, webhook_id, created_at, id);

-- The letter to the owner of an address that is not sent to any more.
ALTER TABLE outbox ADD COLUMN webhook_id UUID;
