DROP INDEX project_unsealed;
ALTER TABLE project DROP COLUMN sealed_seq;
DROP TABLE person_salt;
DROP TABLE checkpoint_leaf;
DROP TABLE checkpoint;
