-- A user may get roles in an organization before the membership, as in Auth0. They end with it.
CREATE TABLE member_roles_before (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, user_id, role_id)
) STRICT;
INSERT INTO member_roles_before SELECT organization_id, user_id, role_id FROM member_roles;
DROP TABLE member_roles;
ALTER TABLE member_roles_before RENAME TO member_roles;

-- Origins of browser applications, as JSON lists: those that may get an authorization response as a message of a window, and
-- those that may read answers. The latter are further ones; the former and those of the callbacks may, too.
ALTER TABLE clients ADD COLUMN web_origins TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clients ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '[]';

-- How the access tokens of an API are signed, and the sealed secret of HS256.
ALTER TABLE apis ADD COLUMN signing_alg TEXT NOT NULL DEFAULT 'RS256';
ALTER TABLE apis ADD COLUMN signing_secret TEXT;
