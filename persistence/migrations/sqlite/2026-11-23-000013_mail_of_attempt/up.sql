-- Whom a letter of a sign-in goes to is found by the worker, so that a known address costs the asker no more
-- time than an unknown one. Forgotten as soon as the letter is queued.
ALTER TABLE sign_in_attempt ADD COLUMN mail TEXT;
