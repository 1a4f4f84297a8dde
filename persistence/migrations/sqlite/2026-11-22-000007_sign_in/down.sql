DROP INDEX person_email;
ALTER TABLE outbox DROP COLUMN device_id;
ALTER TABLE outbox DROP COLUMN attempt_id;
DROP TABLE setup_token;
DROP TABLE device;
DROP TABLE guess;
DROP TABLE sign_in_attempt;
DROP TABLE recovery_code;
DROP TABLE credential;
DROP TABLE session;
CREATE TABLE session (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    token_hash TEXT NOT NULL,
    person_id BLOB,
    project_id BLOB,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (zone_id, token_hash)
) WITHOUT ROWID;
