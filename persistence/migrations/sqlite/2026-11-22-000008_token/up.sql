-- Keys that sign access tokens. The private half follows from the master key and the key's name; it is not kept.
CREATE TABLE signing_key (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    kid TEXT NOT NULL,
    public_key TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (zone_id, kid)
) WITHOUT ROWID;

-- One signs, one waits: two processes that rotate at once cannot both succeed.
CREATE UNIQUE INDEX signing_key_current ON signing_key (zone_id) WHERE state = 'current';
CREATE UNIQUE INDEX signing_key_next ON signing_key (zone_id) WHERE state = 'next';

-- What one sign-in over the API has given.
CREATE TABLE token_family (
    zone_id BLOB NOT NULL,
    id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    salt TEXT NOT NULL,
    generation BIGINT NOT NULL,
    client TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
) WITHOUT ROWID;
CREATE INDEX token_family_of_person ON token_family (zone_id, person_id);
CREATE INDEX token_family_end ON token_family (zone_id, ends_at);

-- Every refresh token of a family that was ever given out, by the hash of it.
CREATE TABLE refresh_token (
    zone_id BLOB NOT NULL,
    token_hash TEXT NOT NULL,
    family_id BLOB NOT NULL,
    generation BIGINT NOT NULL,
    used_at BIGINT,
    used_by TEXT,
    PRIMARY KEY (zone_id, token_hash),
    UNIQUE (zone_id, family_id, generation),
    FOREIGN KEY (zone_id, family_id) REFERENCES token_family (zone_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Tokens of people's own scripts, and of programs. A program has roles instead of a person.
CREATE TABLE api_token (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    person_id BLOB,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    unit_id BLOB,
    scopes TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    last_four TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, token_hash),
    FOREIGN KEY (zone_id, created_by) REFERENCES person (zone_id, id)
) WITHOUT ROWID;
CREATE INDEX api_token_of_person ON api_token (zone_id, person_id);

-- How much of a quota was used up in a window, one row for each process, so that no two wait for one row.
CREATE TABLE quota_use (
    zone_id BLOB NOT NULL,
    policy TEXT NOT NULL,
    subject TEXT NOT NULL,
    time_window BIGINT NOT NULL,
    process_id BLOB NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (zone_id, policy, subject, time_window, process_id)
) WITHOUT ROWID;
CREATE INDEX quota_use_window ON quota_use (zone_id, time_window);
