CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Absent when it has none of its own; the name stands in then.
    display_name TEXT,
    logo_url TEXT,
    -- `#rrggbb` or `#rgb`; both or neither.
    primary_colour TEXT,
    page_background TEXT,
    -- A JSON object of strings.
    metadata TEXT,
    -- How many tokens clients may take for it, as the Management API has it: a JSON object.
    token_quota TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX organizations_by_creation ON organizations (created_at, id);

CREATE TABLE members (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE member_roles (
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, user_id, role_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES members (organization_id, user_id) ON DELETE CASCADE
);

-- The connections through which an organization's people come.
CREATE TABLE organization_connections (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- Whoever signs in through it becomes a member.
    assign_membership_on_login BOOLEAN NOT NULL DEFAULT FALSE,
    show_as_button BOOLEAN NOT NULL DEFAULT TRUE,
    is_signup_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, connection_id)
);

CREATE TABLE organization_client_grants (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    grant_id TEXT NOT NULL REFERENCES client_grants (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, grant_id)
);

-- Several organizations may hold the same domain.
CREATE TABLE discovery_domains (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- In lower case.
    domain TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'verified')),
    verification_txt TEXT NOT NULL,
    use_for_organization_discovery BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, domain)
);
CREATE INDEX discovery_domains_by_domain ON discovery_domains (domain, status);

-- Accepted, withdrawn and expired invitations are deleted; that is how "already used" is known.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    -- In the clear: the Management API gives it back with the invitation.
    ticket TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- The connection that the person must come through, if one was named.
    connection_id TEXT REFERENCES connections (id) ON DELETE CASCADE,
    -- In lower case.
    email TEXT NOT NULL,
    inviter_name TEXT NOT NULL,
    -- A JSON array of role ids. Not a reference: a role that went away is reported at acceptance.
    role_ids TEXT NOT NULL,
    -- Given to the person on acceptance; absent when the invitation has none.
    app_metadata TEXT,
    user_metadata TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_organization ON invitations (organization_id, created_at);

-- Who becomes a member at sign-in without being asked.
CREATE TABLE join_rules (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('email_domain', 'connection', 'attribute')),
    -- Of the kind `attribute`: which one, as a path into the profile, for example `app_metadata.company`. Else empty.
    attribute TEXT NOT NULL DEFAULT '',
    -- The domain, the connection's id, or what the attribute must be.
    value TEXT NOT NULL,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, kind, attribute, value)
);
CREATE INDEX join_rules_by_value ON join_rules (kind, value);
