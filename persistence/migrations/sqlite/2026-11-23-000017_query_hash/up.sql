-- Guests are let in by the keyed hash of both codes: a project that does not exist is looked for in the same
-- way as one whose query code is wrong.
CREATE INDEX project_query_hash ON project (zone_id, query_hash) WHERE query_hash IS NOT NULL;
