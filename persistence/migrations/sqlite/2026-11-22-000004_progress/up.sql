-- The days from which on the works of a project are behind, if nothing more happens; derived by every decision.
ALTER TABLE project ADD COLUMN progress_yellow_on TEXT;
ALTER TABLE project ADD COLUMN progress_red_on TEXT;

-- The board: costs what is behind, not what is built.
CREATE INDEX project_progress_yellow ON project (zone_id, progress_yellow_on) WHERE progress_yellow_on IS NOT NULL;
CREATE INDEX project_progress_red ON project (zone_id, progress_red_on) WHERE progress_red_on IS NOT NULL;
