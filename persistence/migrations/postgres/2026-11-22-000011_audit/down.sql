DROP INDEX security_event_on_object;
DROP INDEX security_event_of_actor;
DROP INDEX security_event_of_act;
DROP INDEX project_unsealed;
ALTER TABLE project DROP COLUMN sealed_seq;
DROP TABLE person_salt;
DROP TABLE checkpoint_leaf;
DROP TABLE checkpoint;
