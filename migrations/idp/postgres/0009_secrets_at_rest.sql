-- Whether the link was mailed to the address: only then does accepting prove the address.
ALTER TABLE invitations ADD COLUMN is_mailed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE invitations SET is_mailed = TRUE WHERE EXISTS (
    SELECT 1 FROM mails WHERE mails.recipient = invitations.email AND mails.body_text LIKE '%' || invitations.ticket || '%'
);
