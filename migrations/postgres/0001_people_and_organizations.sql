-- People, organizations, and who is in which.

CREATE TABLE person (
    id UUID NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (issuer, subject)
);

-- Every organization has an owner: it points at one of its own active owner memberships. The reference is checked when
-- the transaction commits, so whoever removes that membership must point at another owner first.
CREATE TABLE organization (
    id UUID NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
    owner_id UUID NOT NULL,
    owner_role TEXT NOT NULL DEFAULT 'owner' CHECK (owner_role = 'owner'),
    owner_status TEXT NOT NULL DEFAULT 'active' CHECK (owner_status = 'active'),
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (issuer, provider_id)
);

CREATE TABLE membership (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    person_id UUID NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    -- What the provider's access token granted, separated by spaces; NULL where it sends none and the role decides.
    permissions TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, person_id),
    UNIQUE (org_id, person_id, role, status)
);

CREATE INDEX membership_of_person ON membership (person_id, org_id);

ALTER TABLE organization ADD CONSTRAINT organization_owner
    FOREIGN KEY (id, owner_id, owner_role, owner_status)
    REFERENCES membership (org_id, person_id, role, status) DEFERRABLE INITIALLY DEFERRED;
