-- Who is signed in, on which device. Whoever was, signs in once more: sessions of before know neither their
-- device nor their last use.
DROP TABLE session;
CREATE TABLE session (
    zone_id UUID NOT NULL REFERENCES zone (id),
    token_hash TEXT NOT NULL,
    id UUID NOT NULL,
    person_id UUID,
    project_id UUID,
    csrf TEXT NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    idle_until TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    proved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, token_hash)
);

-- What a person proves to be who it is, besides the password's hash.
CREATE TABLE credential (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    password_changed_at TIMESTAMPTZ,
    must_change_password BOOLEAN NOT NULL,
    totp_secret BYTEA,
    totp_step BIGINT,
    reset_asked_by UUID,
    reset_asked_at TIMESTAMPTZ,
    oidc_issuer TEXT,
    oidc_subject TEXT,
    PRIMARY KEY (zone_id, person_id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Codes for the day on which the authenticator is lost; each works once.
CREATE TABLE recovery_code (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    code_hash TEXT NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, person_id, code_hash),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Sign-ins under way. Without a person where there is no such account.
CREATE TABLE sign_in_attempt (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    person_id UUID,
    awaited TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    next TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    is_letter_due BOOLEAN NOT NULL,
    PRIMARY KEY (zone_id, id)
);

-- Tries at doors. The door is a keyed hash: neither logins nor addresses stand here.
CREATE TABLE guess (
    zone_id UUID NOT NULL REFERENCES zone (id),
    door TEXT NOT NULL,
    tries INTEGER NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    locks INTEGER NOT NULL,
    PRIMARY KEY (zone_id, door)
);

-- Browsers that people have signed in with.
CREATE TABLE device (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    token_hash TEXT NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, person_id, token_hash),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- One-time tokens with which a deployment gets its first administrators.
CREATE TABLE setup_token (
    zone_id UUID NOT NULL REFERENCES zone (id),
    token_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, token_hash)
);

-- The sign-in or the device that a letter is about.
ALTER TABLE outbox ADD COLUMN attempt_id UUID;
ALTER TABLE outbox ADD COLUMN device_id UUID;

-- Sessions of a person.
CREATE INDEX session_of_person ON session (zone_id, person_id, last_used_at);
CREATE UNIQUE INDEX session_id ON session (zone_id, id);

-- Letters of sign-ins that nobody has queued yet.
CREATE INDEX sign_in_attempt_letter_due ON sign_in_attempt (zone_id, created_at) WHERE is_letter_due;

-- One person for each subject of an identity provider.
CREATE UNIQUE INDEX credential_oidc ON credential (zone_id, oidc_issuer, oidc_subject) WHERE oidc_subject IS NOT NULL;

-- Who signs in by mail.
CREATE INDEX person_email ON person (zone_id, lower(email));
