-- Letters about more than one stage have no place in what there was before.
DELETE FROM outbox WHERE stage_id IS NULL;
ALTER TABLE outbox DROP COLUMN proposal_id;
ALTER TABLE outbox ALTER COLUMN stage_id SET NOT NULL;
ALTER TABLE outbox ALTER COLUMN project_id SET NOT NULL;
DROP TABLE calendar_move;
DROP TABLE calendar_proposal;
