-- What the sweeping of expired tokens and finished grants looks through.
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);
