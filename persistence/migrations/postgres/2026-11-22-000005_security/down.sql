DROP TABLE security_event;
DROP TABLE chain_head;
