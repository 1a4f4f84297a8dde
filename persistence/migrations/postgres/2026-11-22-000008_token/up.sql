-- Keys that sign access tokens. The private half follows from the master key and the key's name; it is not kept.
CREATE TABLE signing_key (
    zone_id UUID NOT NULL REFERENCES zone (id),
    kid TEXT NOT NULL,
    public_key TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, kid)
);

-- One signs, one waits: two processes that rotate at once cannot both succeed.
CREATE UNIQUE INDEX signing_key_current ON signing_key (zone_id) WHERE state = 'current';
CREATE UNIQUE INDEX signing_key_next ON signing_key (zone_id) WHERE state = 'next';

-- What one sign-in over the API has given.
CREATE TABLE token_family (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    salt TEXT NOT NULL,
    generation BIGINT NOT NULL,
    client TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);
CREATE INDEX token_family_of_person ON token_family (zone_id, person_id);
CREATE INDEX token_family_end ON token_family (zone_id, ends_at);

-- Every refresh token of a family that was ever given out, by the hash of it.
CREATE TABLE refresh_token (
    zone_id UUID NOT NULL,
    token_hash TEXT NOT NULL,
    family_id UUID NOT NULL,
    generation BIGINT NOT NULL,
    used_at TIMESTAMPTZ,
    used_by TEXT,
    PRIMARY KEY (zone_id, token_hash),
    UNIQUE (zone_id, family_id, generation),
    FOREIGN KEY (zone_id, family_id) REFERENCES token_family (zone_id, id) ON DELETE CASCADE
);

-- Tokens of people's own scripts, and of programs. A program has roles instead of a person.
CREATE TABLE api_token (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    person_id UUID,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    unit_id UUID,
    scopes TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    last_four TEXT NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, token_hash),
    FOREIGN KEY (zone_id, created_by) REFERENCES person (zone_id, id)
);
CREATE INDEX api_token_of_person ON api_token (zone_id, person_id);

-- How much of a quota was used up in a window, one row for each process, so that no two wait for one row.
CREATE TABLE quota_use (
    zone_id UUID NOT NULL,
    policy TEXT NOT NULL,
    subject TEXT NOT NULL,
    time_window BIGINT NOT NULL,
    process_id UUID NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (zone_id, policy, subject, time_window, process_id)
);
CREATE INDEX quota_use_window ON quota_use (zone_id, time_window);
