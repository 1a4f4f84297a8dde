DELETE FROM sign_in_attempt WHERE awaited IN ('provider', 'provider_link');
ALTER TABLE sign_in_attempt DROP COLUMN vouched_at;
