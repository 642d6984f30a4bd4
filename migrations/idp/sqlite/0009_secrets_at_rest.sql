-- Whether the link was mailed to the address: only then does accepting prove the address.
ALTER TABLE invitations ADD COLUMN is_mailed INTEGER NOT NULL DEFAULT FALSE;
UPDATE invitations SET is_mailed = TRUE WHERE EXISTS (
    SELECT 1 FROM mails WHERE mails.recipient = invitations.email AND mails.body_text LIKE '%' || invitations.ticket || '%'
);

-- Secrets that must be read again are sealed with a key from SESSION_SECRET: the private keys, the tickets of
-- invitations, the texts of mails, and `client_secret` in the options of connections. This is a known text under the same
-- seal. Absent until the first start with this schema, which seals what is still plain.
ALTER TABLE settings ADD COLUMN seal_check TEXT;

-- Sealed: the private key in PEM format (PKCS#1).
ALTER TABLE signing_keys RENAME COLUMN private_key_pem TO private_key;

-- Finds an invitation by its ticket, which is sealed. Absent until the first start with this schema.
ALTER TABLE invitations ADD COLUMN ticket_hash BLOB;
CREATE UNIQUE INDEX invitations_by_ticket ON invitations (ticket_hash);
