-- E-mail domains of organizations, and who may join by them.

-- A domain that an organization says is its own, in ASCII and lower case.
CREATE TABLE organization_domain (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
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
    is_discoverable INTEGER NOT NULL DEFAULT 1 CHECK (is_discoverable IN (0, 1)),
    -- What the last look found, unless it was the record.
    problem TEXT CHECK (problem IN ('missing', 'wrong', 'unanswered', 'taken')),
    -- When the record was looked for, seen, and first missed since; when to look again by itself.
    checked_at TEXT,
    seen_at TEXT,
    missed_at TEXT,
    due_at TEXT,
    created_by BLOB NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    verified_at TEXT,
    PRIMARY KEY (org_id, domain)
) STRICT, WITHOUT ROWID;

-- A domain is proven by one organization at a time.
CREATE UNIQUE INDEX organization_domain_verified ON organization_domain (domain) WHERE state = 'verified';
CREATE INDEX organization_domain_due ON organization_domain (due_at) WHERE due_at IS NOT NULL;

-- Somebody who asked to become a member.
CREATE TABLE join_request (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id),
    -- The verified address that gave the right to ask, and its domain.
    email TEXT NOT NULL,
    domain TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'declined')),
    asked_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by BLOB REFERENCES person (id),
    PRIMARY KEY (org_id, person_id)
) STRICT, WITHOUT ROWID;

-- Somebody whose membership was ended: a domain does not let them in again by itself.
CREATE TABLE removed_member (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id),
    removed_at TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id)
) STRICT, WITHOUT ROWID;
