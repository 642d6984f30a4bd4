-- The identity provider's own file. Times are seconds since the epoch. What a browser or a client must present
-- again (cookies, codes, tokens, tickets) is kept as SHA-256 only.

-- What a tenant chooses for itself. One row.
CREATE TABLE settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Whether `organization` may be a name, and tokens carry `org_name`.
    allow_organization_names INTEGER NOT NULL DEFAULT 0,
    -- Assumed: a refresh fails once the membership it was bound to has ended.
    refresh_requires_membership INTEGER NOT NULL DEFAULT 1,
    -- Where a sign-out without client_id may return to: a JSON array of addresses.
    allowed_logout_urls TEXT NOT NULL DEFAULT '[]'
) STRICT;
INSERT INTO settings (id) VALUES (1);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    private_key_pem TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Absent for a public client.
    secret_hash BLOB,
    callbacks TEXT NOT NULL,
    logout_urls TEXT NOT NULL,
    initiate_login_uri TEXT NOT NULL,
    organization_usage TEXT NOT NULL CHECK (organization_usage IN ('deny', 'allow', 'require')),
    organization_require_behavior TEXT NOT NULL
        CHECK (organization_require_behavior IN ('no_prompt', 'pre_login_prompt', 'post_login_prompt'))
) STRICT;

CREATE TABLE apis (
    identifier TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Seconds that an access token is good for.
    token_lifetime INTEGER NOT NULL DEFAULT 86400
) STRICT;

CREATE TABLE api_permissions (
    api TEXT NOT NULL REFERENCES apis (identifier) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (api, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL
) STRICT;

CREATE TABLE role_permissions (
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    api TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (role_id, api, name),
    FOREIGN KEY (api, name) REFERENCES api_permissions (api, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    -- The subject: `auth0|` and 24 hexadecimal digits.
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    email_verified INTEGER NOT NULL,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    picture TEXT,
    -- Argon2id in PHC form.
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    logo_url TEXT,
    -- `#rrggbb`
    primary_colour TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE member_roles (
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, user_id, role_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES members (organization_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Accepted and withdrawn invitations are deleted; that is how "already used" is known.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    ticket_hash BLOB NOT NULL UNIQUE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    inviter_name TEXT NOT NULL,
    -- A JSON array of role ids. Not a reference: a role that went away is reported at acceptance.
    role_ids TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A browser that is signed in to the provider.
CREATE TABLE sessions (
    -- The `sid` of ID tokens; the cookie holds another value.
    sid TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A login under way: one for each tab.
CREATE TABLE transactions (
    state_hash BLOB PRIMARY KEY,
    -- The browser that began it; no other may go on with it.
    browser_hash BLOB NOT NULL,
    -- The checked authorization request, as JSON.
    request TEXT NOT NULL,
    -- Set once the person has signed in within this transaction.
    session_sid TEXT REFERENCES sessions (sid) ON DELETE SET NULL,
    finished INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE refresh_tokens (
    token_hash BLOB PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    rotated_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);

-- The access tokens that open /userinfo, opaque or not, so that it can refuse those whose grant was revoked.
CREATE TABLE access_tokens (
    token_hash BLOB PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;

-- Password tries in the current window, by what they are counted for.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    tries INTEGER NOT NULL,
    window_ends_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transactions_by_expiry ON transactions (expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX codes_by_grant ON codes (grant_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
