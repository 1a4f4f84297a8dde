-- Long work that somebody asked for and the worker does. `done` is where to go on, and is kept with what was done;
-- whoever asked need not be a person with an account, but may be a program with a token.
CREATE TABLE job (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    import_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    token_id UUID,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    failure TEXT,
    flaws BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, import_id) REFERENCES import (zone_id, id)
);
CREATE INDEX job_owner ON job (zone_id, owner_id, id);
-- One job at a time works on a file.
CREATE UNIQUE INDEX job_open ON job (zone_id, import_id) WHERE ended_at IS NULL;
CREATE INDEX job_ended ON job (zone_id, ended_at);
