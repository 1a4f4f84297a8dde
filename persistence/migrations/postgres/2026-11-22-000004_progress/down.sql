DROP INDEX project_progress_red;
DROP INDEX project_progress_yellow;
ALTER TABLE project DROP COLUMN progress_red_on;
ALTER TABLE project DROP COLUMN progress_yellow_on;
