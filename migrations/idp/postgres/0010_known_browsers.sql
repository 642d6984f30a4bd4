-- Browsers in which an account has signed in with its password before. Strangers cannot lock the account out there.
CREATE TABLE known_browsers (
    -- The address of the account, or `administrator` and the administrator's name.
    account TEXT NOT NULL,
    cookie_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account, cookie_hash)
);
CREATE INDEX known_browsers_by_cookie ON known_browsers (cookie_hash);
CREATE INDEX known_browsers_by_expiry ON known_browsers (expires_at);

-- Each attempt deletes the counters that have expired.
CREATE INDEX password_attempts_by_expiry ON password_attempts (window_ends_at);

-- Access tokens live an hour by default, no longer a day. What an administrator chose stays.
UPDATE apis SET token_lifetime = 3600, token_lifetime_for_web = 3600
WHERE token_lifetime = 86400 AND token_lifetime_for_web = 7200;
