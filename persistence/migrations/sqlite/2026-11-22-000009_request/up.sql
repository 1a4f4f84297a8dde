-- Requests that were carried out, by the hash of the key that the client gave them; result and answer are sealed.
CREATE TABLE idempotency (
    zone_id BLOB NOT NULL REFERENCES zone (id),
    key_hash BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    result BLOB,
    answer BLOB,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (zone_id, key_hash)
) WITHOUT ROWID;

-- Tidying up costs what is old.
CREATE INDEX idempotency_age ON idempotency (zone_id, created_at);

-- The days from which on the lamp of a running stage is blue, yellow and red; derived by every decision.
ALTER TABLE stage ADD COLUMN blue_on TEXT;
ALTER TABLE stage ADD COLUMN yellow_on TEXT;
ALTER TABLE stage ADD COLUMN red_on TEXT;

-- Where it stands on the spine. Absent until the worker has derived it and the days of rows from before.
ALTER TABLE stage ADD COLUMN phase TEXT;

-- What the worker has yet to derive.
CREATE INDEX stage_underived ON stage (zone_id, id) WHERE phase IS NULL;

-- Lists by lamp: cost what shines.
CREATE INDEX stage_red ON stage (zone_id, red_on) WHERE red_on IS NOT NULL;
CREATE INDEX stage_yellow ON stage (zone_id, yellow_on) WHERE yellow_on IS NOT NULL;
CREATE INDEX stage_blue ON stage (zone_id, blue_on) WHERE blue_on IS NOT NULL;

-- Lists by due day.
CREATE INDEX stage_due ON stage (zone_id, coalesce(due_on, '9999-12-31'), id);
