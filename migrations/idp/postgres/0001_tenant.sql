-- The identity provider's own database. Times are seconds since the epoch, lists and objects are JSON text. What a
-- browser or a client must present again (cookies, codes, tokens, tickets) is kept as SHA-256 only.

-- What a tenant chooses for itself. One row. docs/identity-provider.md says which of these Auth0 is only assumed to do.
CREATE TABLE settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Whether `organization` may be a name, and tokens carry `org_name`.
    allow_organization_names BOOLEAN NOT NULL DEFAULT FALSE,
    -- Assumed: a refresh fails once the membership it was bound to has ended.
    refresh_requires_membership BOOLEAN NOT NULL DEFAULT TRUE,
    -- Known: accepting an invitation while signed in as somebody else uses it up and adds nobody. Off, it is kept.
    invitation_spent_by_others BOOLEAN NOT NULL DEFAULT TRUE,
    -- Known: an application on localhost asks for consent in every API, since it cannot be verified that it is the
    -- tenant's own. Off, so that development needs no clicks.
    consent_at_localhost BOOLEAN NOT NULL DEFAULT FALSE,
    -- Where a sign-out without client_id may return to: a JSON array of addresses.
    allowed_logout_urls TEXT NOT NULL DEFAULT '[]'
);
INSERT INTO settings (id) VALUES (1);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    private_key_pem TEXT NOT NULL,
    -- `next` is published before it signs, `current` signs, `previous` is published until it is revoked.
    state TEXT NOT NULL CHECK (state IN ('next', 'current', 'previous', 'revoked')),
    created_at BIGINT NOT NULL,
    -- When it came into its state.
    changed_at BIGINT NOT NULL
);
-- Whatever happens at once, one key signs.
CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (state) WHERE state IN ('next', 'current');

CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    app_type TEXT NOT NULL DEFAULT 'regular_web'
        CHECK (app_type IN ('native', 'spa', 'regular_web', 'non_interactive')),
    logo_uri TEXT,
    -- Whether it is the tenant's own; others ask for consent.
    is_first_party BOOLEAN NOT NULL DEFAULT TRUE,
    -- Absent for a public client, and for one that proves itself with a key.
    secret_hash BYTEA,
    -- A JSON array of JSON Web Keys for `private_key_jwt`.
    public_keys TEXT NOT NULL DEFAULT '[]',
    grant_types TEXT NOT NULL,
    callbacks TEXT NOT NULL,
    logout_urls TEXT NOT NULL,
    -- Where sessions that end are announced (OpenID Connect Back-Channel Logout 1.0).
    backchannel_logout_urls TEXT NOT NULL DEFAULT '[]',
    initiate_login_uri TEXT NOT NULL,
    organization_usage TEXT NOT NULL CHECK (organization_usage IN ('deny', 'allow', 'require')),
    organization_require_behavior TEXT NOT NULL
        CHECK (organization_require_behavior IN ('no_prompt', 'pre_login_prompt', 'post_login_prompt')),
    -- How the prompt before the login finds the organization: a JSON array of `email` and `organization_name`.
    organization_discovery_methods TEXT NOT NULL DEFAULT '["organization_name"]',
    -- The organization of `client_credentials` when none is named.
    default_organization TEXT,
    -- The order of the configuration: invitations lead to the first client that can take them.
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE apis (
    identifier TEXT PRIMARY KEY,
    -- Its id in the Management API: 24 hexadecimal digits.
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    is_system BOOLEAN NOT NULL DEFAULT FALSE,
    -- Seconds that an access token is good for.
    token_lifetime BIGINT NOT NULL DEFAULT 86400,
    token_lifetime_for_web BIGINT NOT NULL DEFAULT 7200,
    token_dialect TEXT NOT NULL DEFAULT 'access_token_authz'
        CHECK (token_dialect IN ('access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz')),
    -- Whether roles decide which scopes a person gets.
    enforce_policies BOOLEAN NOT NULL DEFAULT TRUE,
    allow_offline_access BOOLEAN NOT NULL DEFAULT TRUE,
    skip_consent_for_verifiable_first_party_clients BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE api_permissions (
    api TEXT NOT NULL REFERENCES apis (identifier) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    -- The order of its documentation.
    position BIGINT NOT NULL,
    PRIMARY KEY (api, name)
);

CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE role_permissions (
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    api TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (role_id, api, name),
    FOREIGN KEY (api, name) REFERENCES api_permissions (api, name) ON DELETE CASCADE
);

-- Where people come from: a database of passwords here, or somebody else's sign-in.
CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT,
    strategy TEXT NOT NULL CHECK (strategy IN ('auth0', 'oidc')),
    -- As the Management API has them; the client secret of an `oidc` connection is in here.
    options TEXT NOT NULL DEFAULT '{}',
    metadata TEXT,
    -- Whether anybody's login page offers it, in or out of an organization.
    show_as_button BOOLEAN NOT NULL DEFAULT FALSE,
    is_domain_connection BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);

-- The clients that a connection signs people in to.
CREATE TABLE connection_clients (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    PRIMARY KEY (connection_id, client_id)
);

-- What a client may do in an API: for itself (`client`), or on behalf of people (`user`).
CREATE TABLE client_grants (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    audience TEXT NOT NULL REFERENCES apis (identifier) ON DELETE CASCADE,
    -- A JSON array.
    scope TEXT NOT NULL,
    organization_usage TEXT CHECK (organization_usage IN ('deny', 'allow', 'require')),
    allow_any_organization BOOLEAN NOT NULL DEFAULT FALSE,
    subject_type TEXT NOT NULL DEFAULT 'client' CHECK (subject_type IN ('client', 'user')),
    created_at BIGINT NOT NULL,
    UNIQUE (client_id, audience, subject_type)
);

-- Who may use the console. Not people of the tenant: they sign in to nothing else.
CREATE TABLE administrators (
    name TEXT PRIMARY KEY,
    -- Argon2id in PHC form.
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE administrator_sessions (
    cookie_hash BYTEA PRIMARY KEY,
    administrator TEXT NOT NULL REFERENCES administrators (name) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX administrator_sessions_by_expiry ON administrator_sessions (expires_at);
