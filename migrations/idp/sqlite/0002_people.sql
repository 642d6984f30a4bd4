CREATE TABLE users (
    -- The subject: `auth0|` and 24 hexadecimal digits, or `oidc|` with the connection's name and the subject there.
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- In lower case.
    email TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    username TEXT,
    phone_number TEXT,
    phone_verified INTEGER,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    picture TEXT,
    user_metadata TEXT NOT NULL DEFAULT '{}',
    app_metadata TEXT NOT NULL DEFAULT '{}',
    blocked INTEGER NOT NULL DEFAULT FALSE,
    -- Argon2id in PHC form. Absent for people of an `oidc` connection.
    password_hash TEXT,
    last_password_reset INTEGER,
    last_login INTEGER,
    last_ip TEXT,
    logins_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (connection_id, email)
) STRICT;
CREATE INDEX users_by_email ON users (email);
CREATE INDEX users_by_creation ON users (created_at, id);

-- What people have outside of organizations.
CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
) STRICT;
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE user_permissions (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    api TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user_id, api, name),
    FOREIGN KEY (api, name) REFERENCES api_permissions (api, name) ON DELETE CASCADE
) STRICT;

-- Links in mails: to choose a new password, to prove an address.
CREATE TABLE tickets (
    ticket_hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('password_reset', 'email_verification')),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The address that it was sent to: a ticket proves that one and no later one.
    email TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_by_user ON tickets (user_id, kind);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

-- What people let clients of others do.
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- Empty for none.
    audience TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, client_id, audience)
) STRICT;

-- Every mail, sent by SMTP or not.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Absent while it waits, and for ever without SMTP.
    sent_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    -- Absent once it was sent or given up, and for ever without SMTP.
    next_try_at INTEGER,
    -- Why the last try failed.
    fault TEXT
) STRICT;
CREATE INDEX mails_by_creation ON mails (created_at, id);
CREATE INDEX mails_by_next_try ON mails (next_try_at);

-- Password tries in the current window, by what they are counted for.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    tries INTEGER NOT NULL,
    window_ends_at INTEGER NOT NULL
) STRICT;

-- What happened, for the console's log.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    -- Auth0's codes where it has one: `s` a login, `f` a failed one, `ss` a sign-up, `sapi` a Management API call …
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Not references: what happened stays when they go.
    user_id TEXT,
    client_id TEXT,
    organization_id TEXT,
    address TEXT
) STRICT;
CREATE INDEX events_by_time ON events (at, id);
