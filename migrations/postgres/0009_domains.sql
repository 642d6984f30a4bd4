-- E-mail domains of organizations, and who may join by them.

-- A domain that an organization says is its own, in ASCII and lower case.
CREATE TABLE organization_domain (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    domain TEXT NOT NULL CHECK (length(domain) BETWEEN 3 AND 253),
    -- What its TXT record must hold.
    token TEXT NOT NULL,
    -- lost: it was proven, and the record has been gone for days.
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'verified', 'lost')),
    -- How people with a verified address there become members.
    mode TEXT NOT NULL DEFAULT 'off' CHECK (mode IN ('off', 'ask', 'join')),
    -- What they are then: never an owner.
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('viewer', 'member', 'admin')),
    -- Whether whoever types such an address is led to this organization's sign-in.
    is_discoverable BOOLEAN NOT NULL DEFAULT TRUE,
    -- What the last look found, unless it was the record.
    problem TEXT CHECK (problem IN ('missing', 'wrong', 'unanswered', 'taken')),
    -- When the record was looked for, seen, and first missed since; when to look again by itself.
    checked_at TIMESTAMPTZ,
    seen_at TIMESTAMPTZ,
    missed_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    created_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    verified_at TIMESTAMPTZ,
    PRIMARY KEY (org_id, domain)
);

-- A domain is proven by one organization at a time.
CREATE UNIQUE INDEX organization_domain_verified ON organization_domain (domain) WHERE state = 'verified';
CREATE INDEX organization_domain_due ON organization_domain (due_at) WHERE due_at IS NOT NULL;

-- Somebody who asked to become a member.
CREATE TABLE join_request (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The verified address that gave the right to ask, and its domain.
    email TEXT NOT NULL,
    domain TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'declined')),
    asked_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by UUID REFERENCES person (id),
    PRIMARY KEY (org_id, person_id)
);

-- Somebody whose membership was ended: a domain does not let them in again by itself.
CREATE TABLE removed_member (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    removed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON organization_domain, join_request, removed_member TO tessera_app;

-- The domain of an address whose organization is looked for.
CREATE FUNCTION app_domain() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.domain', true), '');

ALTER TABLE organization_domain ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_domain FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_domain_of_organization ON organization_domain
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
CREATE POLICY organization_domain_for_worker ON organization_domain FOR SELECT
    USING (app_is_worker());
CREATE POLICY organization_domain_by_address ON organization_domain FOR SELECT
    USING (domain = app_domain() AND state = 'verified');

ALTER TABLE join_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE join_request FORCE ROW LEVEL SECURITY;
CREATE POLICY join_request_of_organization ON join_request
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE removed_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE removed_member FORCE ROW LEVEL SECURITY;
CREATE POLICY removed_member_of_organization ON removed_member
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
