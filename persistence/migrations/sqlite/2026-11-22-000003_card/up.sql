-- Cards: what a missed promise costs. One of each rung and stage that is not withdrawn, each with its alert.
CREATE TABLE card (
    zone_id BLOB NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    alert_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    stage_id BLOB NOT NULL,
    rung INTEGER NOT NULL,
    issued_on TEXT NOT NULL,
    explain_by TEXT NOT NULL,
    is_explained BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, number),
    UNIQUE (zone_id, alert_id),
    FOREIGN KEY (zone_id, alert_id) REFERENCES alert (zone_id, id)
);

-- What decides that a stage has one card of each rung.
CREATE UNIQUE INDEX card_standing ON card (zone_id, stage_id, rung) WHERE state <> 'withdrawn';
CREATE INDEX card_of_project ON card (zone_id, project_id);
CREATE INDEX card_by_day ON card (zone_id, issued_on, id);
-- What waits for a reason or for a decision: almost always little.
CREATE INDEX card_unexplained ON card (zone_id, explain_by) WHERE state <> 'withdrawn' AND NOT is_explained;
CREATE INDEX card_appealed ON card (zone_id, issued_on) WHERE state = 'appealed';
