-- The tenant and root of the organisation.
CREATE TABLE zone (
    id UUID PRIMARY KEY,
    body TEXT NOT NULL,
    calendar_name TEXT NOT NULL,
    calendar_version INTEGER NOT NULL,
    ladder TEXT NOT NULL
);

-- Running numbers, for example of the projects of a year.
CREATE TABLE counter (
    zone_id UUID NOT NULL REFERENCES zone (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (zone_id, name)
);

-- Immutable versions of working calendars.
CREATE TABLE calendar (
    zone_id UUID NOT NULL REFERENCES zone (id),
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (zone_id, name, version)
);

-- Immutable versions of stage templates.
CREATE TABLE template (
    zone_id UUID NOT NULL REFERENCES zone (id),
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (zone_id, code, version)
);

-- Departments, agencies, utilities, offices.
CREATE TABLE unit (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, code)
);

-- People with an account or a mail address.
CREATE TABLE person (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    language TEXT NOT NULL,
    unit_id UUID,
    is_active BOOLEAN NOT NULL,
    password_hash TEXT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, login),
    FOREIGN KEY (zone_id, unit_id) REFERENCES unit (zone_id, id)
);

-- What a person is to the zone.
CREATE TABLE person_role (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (zone_id, person_id, role),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Investment projects; chain_seq and chain_hash are the head of the record. What is sorted is sorted byte
-- by byte, as SQLite does.
CREATE TABLE project (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    investor TEXT NOT NULL,
    admitted_on DATE NOT NULL,
    closed_on DATE,
    steward_id UUID,
    stage_count INTEGER NOT NULL,
    done_count INTEGER NOT NULL,
    body TEXT NOT NULL,
    query_hash TEXT,
    source_key TEXT COLLATE "C",
    version BIGINT NOT NULL,
    chain_seq BIGINT NOT NULL,
    chain_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, code),
    UNIQUE (zone_id, source_key)
);

-- People of the investor with an account.
CREATE TABLE project_contact (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    project_id UUID NOT NULL,
    PRIMARY KEY (zone_id, person_id, project_id),
    FOREIGN KEY (zone_id, project_id) REFERENCES project (zone_id, id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Stages of projects; next_check_at is derived by every decision.
CREATE TABLE stage (
    zone_id UUID NOT NULL,
    project_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    officer_id UUID,
    state TEXT NOT NULL,
    due_on DATE,
    done_on DATE,
    next_check_at TIMESTAMPTZ,
    body TEXT NOT NULL,
    PRIMARY KEY (zone_id, project_id, ordinal),
    UNIQUE (zone_id, id),
    FOREIGN KEY (zone_id, project_id) REFERENCES project (zone_id, id)
);

-- The record: append-only, hash-chained per project.
CREATE TABLE event (
    zone_id UUID NOT NULL,
    project_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    stage_id UUID,
    kind TEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    author TEXT NOT NULL,
    happened_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    is_late_entry BOOLEAN NOT NULL,
    fact TEXT NOT NULL,
    source_key TEXT,
    hash BYTEA NOT NULL,
    PRIMARY KEY (zone_id, project_id, seq),
    FOREIGN KEY (zone_id, project_id) REFERENCES project (zone_id, id)
);

-- Rungs that fired; the unique key decides that none fires twice.
CREATE TABLE alert (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    stage_id UUID NOT NULL,
    rung INTEGER NOT NULL,
    basis INTEGER NOT NULL,
    due_on DATE NOT NULL,
    fired_at TIMESTAMPTZ NOT NULL,
    is_carried BOOLEAN NOT NULL,
    acknowledgement TEXT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, stage_id, rung, basis),
    FOREIGN KEY (zone_id, project_id) REFERENCES project (zone_id, id)
);

-- Letters to send; the unique key decides that none is queued twice.
CREATE TABLE outbox (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    dedupe_key TEXT NOT NULL,
    matter TEXT NOT NULL,
    project_id UUID NOT NULL,
    stage_id UUID NOT NULL,
    alert_id UUID,
    person_id UUID NOT NULL,
    state TEXT NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    lease_owner UUID,
    lease_until TIMESTAMPTZ,
    fence BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    ambiguous INTEGER NOT NULL,
    message_id TEXT,
    address TEXT,
    subject TEXT,
    bytes BYTEA,
    last_error TEXT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, dedupe_key)
);

-- Signed-in people and guests with a query code; only hashes of tokens are kept.
CREATE TABLE session (
    zone_id UUID NOT NULL REFERENCES zone (id),
    token_hash TEXT NOT NULL,
    person_id UUID,
    project_id UUID,
    csrf TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, token_hash)
);

-- No person holds two of the three administrations.
CREATE UNIQUE INDEX person_role_one_administrator ON person_role (zone_id, person_id) WHERE role IN ('system_administrator', 'security_administrator', 'audit_administrator');

-- The list of projects.
CREATE INDEX project_recent ON project (zone_id, updated_at DESC, id DESC);

-- Projects of a steward.
CREATE INDEX project_steward ON project (zone_id, steward_id);

-- The sweep: costs what is due, not what is open.
CREATE INDEX stage_to_check ON stage (zone_id, next_check_at) WHERE next_check_at IS NOT NULL;

-- Desk and board of a unit.
CREATE INDEX stage_of_unit ON stage (zone_id, unit_id, state);

-- Desk of an officer.
CREATE INDEX stage_of_officer ON stage (zone_id, officer_id, state);

-- An import can be repeated.
CREATE UNIQUE INDEX event_source ON event (zone_id, project_id, source_key) WHERE source_key IS NOT NULL;

-- Alerts on a project's page.
CREATE INDEX alert_of_project ON alert (zone_id, project_id);

-- The supervisor's queue.
CREATE INDEX alert_open ON alert (zone_id, fired_at) WHERE acknowledgement IS NULL;

-- The delivery: costs what is due.
CREATE INDEX outbox_to_send ON outbox (zone_id, not_before) WHERE settled_at IS NULL;

-- Who was told of an alert.
CREATE INDEX outbox_of_alert ON outbox (zone_id, alert_id);
