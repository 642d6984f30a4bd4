CREATE TABLE users (
    -- The subject: `auth0|` and 24 hexadecimal digits, or `oidc|` with the connection's name and the subject there.
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- In lower case.
    email TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    username TEXT,
    phone_number TEXT,
    phone_verified BOOLEAN,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    picture TEXT,
    user_metadata TEXT NOT NULL DEFAULT '{}',
    app_metadata TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    -- Argon2id in PHC form. Absent for people of an `oidc` connection.
    password_hash TEXT,
    last_password_reset BIGINT,
    last_login BIGINT,
    last_ip TEXT,
    logins_count BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (connection_id, email)
);
CREATE INDEX users_by_email ON users (email);
CREATE INDEX users_by_creation ON users (created_at, id);

-- What people have outside of organizations.
CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE user_permissions (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    api TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user_id, api, name),
    FOREIGN KEY (api, name) REFERENCES api_permissions (api, name) ON DELETE CASCADE
);

-- Links in mails: to choose a new password, to prove an address.
CREATE TABLE tickets (
    ticket_hash BYTEA PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('password_reset', 'email_verification')),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The address that it was sent to: a ticket proves that one and no later one.
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tickets_by_user ON tickets (user_id, kind);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

-- What people let clients of others do.
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- Empty for none.
    audience TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id, audience)
);

-- Every mail, sent by SMTP or not.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Absent while it waits, and for ever without SMTP.
    sent_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    -- Absent once it was sent or given up, and for ever without SMTP.
    next_try_at BIGINT,
    -- Why the last try failed.
    fault TEXT
);
CREATE INDEX mails_by_creation ON mails (created_at, id);
CREATE INDEX mails_by_next_try ON mails (next_try_at);

-- Password tries in the current window, by what they are counted for.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    tries BIGINT NOT NULL,
    window_ends_at BIGINT NOT NULL
);

-- What happened, for the console's log.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Auth0's codes where it has one: `s` a login, `f` a failed one, `ss` a sign-up, `sapi` a Management API call …
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Not references: what happened stays when they go.
    user_id TEXT,
    client_id TEXT,
    organization_id TEXT,
    address TEXT
);
CREATE INDEX events_by_time ON events (at, id);
