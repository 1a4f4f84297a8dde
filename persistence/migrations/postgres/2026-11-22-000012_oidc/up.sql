-- When the identity provider saw it proved who somebody is; none where it was not the provider that did.
ALTER TABLE sign_in_attempt ADD COLUMN vouched_at TIMESTAMPTZ;
