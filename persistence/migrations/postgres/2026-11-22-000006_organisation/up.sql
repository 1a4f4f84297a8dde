-- Units that were closed stay for the record.
ALTER TABLE unit ADD COLUMN is_active BOOLEAN NOT NULL DEFAULT TRUE;

-- The official who leads a project, and the company that invests.
ALTER TABLE project ADD COLUMN lead_id UUID;
ALTER TABLE project ADD COLUMN company_id UUID;

-- Posts besides the one at home: the role counts in that unit only. No administrator is among them.
CREATE TABLE post (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('officer', 'head')),
    PRIMARY KEY (zone_id, person_id, unit_id, role),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id),
    FOREIGN KEY (zone_id, unit_id) REFERENCES unit (zone_id, id)
);

-- Who stands in for somebody who is away, unless the absence names another.
CREATE TABLE deputy (
    zone_id UUID NOT NULL,
    person_id UUID NOT NULL,
    deputy_id UUID NOT NULL,
    PRIMARY KEY (zone_id, person_id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id),
    FOREIGN KEY (zone_id, deputy_id) REFERENCES person (zone_id, id)
);

-- Days on which somebody is away; both count.
CREATE TABLE absence (
    zone_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    reason TEXT NOT NULL,
    substitute_id UUID,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- Companies that invest; registration_key is the country and the number there, once in a zone.
CREATE TABLE company (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    registration_key TEXT,
    registration TEXT,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, registration_key)
);

-- People who speak for a company.
CREATE TABLE company_contact (
    zone_id UUID NOT NULL,
    company_id UUID NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (zone_id, company_id, person_id),
    FOREIGN KEY (zone_id, company_id) REFERENCES company (zone_id, id),
    FOREIGN KEY (zone_id, person_id) REFERENCES person (zone_id, id)
);

-- How often a unit, person or company was changed, and who did it last; without a row, never.
CREATE TABLE directory_entry (
    zone_id UUID NOT NULL REFERENCES zone (id),
    thing_id UUID NOT NULL,
    version BIGINT NOT NULL,
    changed_by UUID,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (zone_id, thing_id)
);

-- Files of units or people, as read, with what is wrong with them.
CREATE TABLE import (
    zone_id UUID NOT NULL REFERENCES zone (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    committed_by UUID,
    committed_at TIMESTAMPTZ,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, created_by) REFERENCES person (zone_id, id)
);

-- Who is away from a day on.
CREATE INDEX absence_of_person ON absence (zone_id, person_id, until_on);

-- Projects of a lead official, and of a company.
CREATE INDEX project_lead ON project (zone_id, lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX project_company ON project (zone_id, company_id) WHERE company_id IS NOT NULL;

-- The companies of a person.
CREATE INDEX company_of_contact ON company_contact (zone_id, person_id);

-- The latest files.
CREATE INDEX import_recent ON import (zone_id, created_at);
