-- Known: Auth0 creates the account of whoever signs up and signs them in at once, which tells whether an address is
-- taken. Off, the address is proved first and the answer is the same for all.
ALTER TABLE settings ADD COLUMN sign_up_at_once INTEGER NOT NULL DEFAULT FALSE;

-- What somebody typed to have an account, until the link of a mail proves their address. Several may be about the same
-- address; the one whose link is followed first makes the account.
CREATE TABLE sign_ups (
    ticket_hash BLOB PRIMARY KEY,
    -- The browser that began it, which need not type the password again.
    browser_hash BLOB NOT NULL,
    -- The `state` of the login to go on with.
    login_state TEXT NOT NULL,
    -- What that login is for, to know it when it is over.
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    organization_id TEXT REFERENCES organizations (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- In lower case.
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Argon2id in PHC form.
    password_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ups_by_email ON sign_ups (connection_id, email);
CREATE INDEX sign_ups_by_expiry ON sign_ups (expires_at);
