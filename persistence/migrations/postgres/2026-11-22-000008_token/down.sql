DROP TABLE quota_use;
DROP TABLE api_token;
DROP TABLE refresh_token;
DROP TABLE token_family;
DROP TABLE signing_key;
