-- Invitations into organizations, and what is known of somebody's address.

-- Whether the provider has verified it: only then does it prove anything.
ALTER TABLE person ADD COLUMN email_verified BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE invitation (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    -- As it was typed, and in lower case: by that one it is compared.
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    -- To the invited person.
    message TEXT NOT NULL DEFAULT '',
    -- In seconds, counted from when it is sent.
    lifetime BIGINT NOT NULL CHECK (lifetime > 0),
    -- waiting: the provider does not have it yet. open: it does, until expires_at.
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'open', 'accepted', 'declined', 'revoked', 'replaced', 'expired', 'failed')),
    -- Why it is in this state, where that is not plain.
    problem TEXT,
    -- How often the provider was asked to send it.
    tries BIGINT NOT NULL DEFAULT 0,
    -- Its id there.
    provider_id TEXT,
    -- The fingerprint of the ticket in its link, and the link, sealed.
    ticket TEXT,
    link BYTEA,
    invited_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX invitation_address ON invitation (org_id, address) WHERE state IN ('waiting', 'open');
CREATE UNIQUE INDEX invitation_ticket ON invitation (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX invitation_for ON invitation (address) WHERE state = 'open';

GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO tessera_app;

-- Set for whoever opens a link: the fingerprint of its ticket.
CREATE FUNCTION app_ticket() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.ticket', true), '');

-- Set for whoever is signed in: the verified addresses, one a line.
CREATE FUNCTION app_addresses() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(nullif(current_setting('app.addresses', true), ''), E'\n');

ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation FORCE ROW LEVEL SECURITY;
CREATE POLICY invitation_of_organization ON invitation
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
CREATE POLICY invitation_by_ticket ON invitation FOR SELECT
    USING (ticket = app_ticket());
CREATE POLICY invitation_for_address ON invitation FOR SELECT
    USING (address = ANY (app_addresses()));
