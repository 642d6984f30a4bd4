-- Invitations into organizations, and what is known of somebody's address.

-- Whether the provider has verified it: only then does it prove anything.
ALTER TABLE person ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1));

CREATE TABLE invitation (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    -- As it was typed, and in lower case: by that one it is compared.
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    -- To the invited person.
    message TEXT NOT NULL DEFAULT '',
    -- In seconds, counted from when it is sent.
    lifetime INTEGER NOT NULL CHECK (lifetime > 0),
    -- waiting: the provider does not have it yet. open: it does, until expires_at.
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'open', 'accepted', 'declined', 'revoked', 'replaced', 'expired', 'failed')),
    -- Why it is in this state, where that is not plain.
    problem TEXT,
    -- How often the provider was asked to send it.
    tries INTEGER NOT NULL DEFAULT 0,
    -- Its id there.
    provider_id TEXT,
    -- The fingerprint of the ticket in its link, and the link, sealed.
    ticket TEXT,
    link BLOB,
    invited_by BLOB NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    sent_at TEXT,
    expires_at TEXT,
    finished_at TEXT,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX invitation_address ON invitation (org_id, address) WHERE state IN ('waiting', 'open');
CREATE UNIQUE INDEX invitation_ticket ON invitation (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX invitation_for ON invitation (address) WHERE state = 'open';
