DELETE FROM outbox WHERE matter = 'webhook_stopped';
ALTER TABLE outbox DROP COLUMN webhook_id;
DROP TABLE delivery;
DROP TABLE webhook;
DROP TABLE calendar_entry;
DROP TABLE calendar_feed;
DROP TABLE feed;
DROP TABLE feed_due;
DELETE FROM counter WHERE name = 'feed';
