-- Whether the provider has verified a person's address. Also in 0008 where invitations are: it goes from here then.
ALTER TABLE person ADD COLUMN email_verified BOOLEAN NOT NULL DEFAULT FALSE;
