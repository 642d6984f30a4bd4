-- A browser that is signed in to the provider.
CREATE TABLE sessions (
    -- The `sid` of ID tokens; the cookie holds another value.
    sid TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- A login under way: one for each tab.
CREATE TABLE transactions (
    state_hash BLOB PRIMARY KEY,
    -- The browser that began it; no other may go on with it.
    browser_hash BLOB NOT NULL,
    -- The checked authorization request, as JSON.
    request TEXT NOT NULL,
    -- Set once the person has signed in within this transaction.
    session_sid TEXT REFERENCES sessions (sid) ON DELETE SET NULL,
    finished INTEGER NOT NULL DEFAULT FALSE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX transactions_by_expiry ON transactions (expires_at);

-- A sign-in at somebody else's issuer under way, within a login here.
CREATE TABLE federations (
    state_hash BLOB PRIMARY KEY,
    browser_hash BLOB NOT NULL,
    -- The `state` of the login here.
    login_state TEXT NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX federations_by_expiry ON federations (expires_at);

-- What a person granted a client by one login. Its tokens fall with it.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    organization_id TEXT REFERENCES organizations (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    audience TEXT,
    sid TEXT NOT NULL,
    -- Present when the client asked for it by `max_age` or `prompt=login`.
    auth_time INTEGER,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX grants_by_sid ON grants (sid);
CREATE INDEX grants_by_user ON grants (user_id);

CREATE TABLE codes (
    code_hash BLOB PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    -- Of PKCE, always made with S256.
    challenge TEXT,
    nonce TEXT,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX codes_by_grant ON codes (grant_id);

CREATE TABLE refresh_tokens (
    token_hash BLOB PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    rotated_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- The access tokens that open /userinfo, opaque or not, so that it can refuse those whose grant was revoked.
CREATE TABLE access_tokens (
    token_hash BLOB PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);

-- Assertions of `private_key_jwt` that were used, by client and `jti` (RFC 7523 section 3): each is good once.
CREATE TABLE assertions (
    assertion_hash BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX assertions_by_expiry ON assertions (expires_at);
