-- The organization whose connection signed the person in and that has proven the domain of their address. People who sign
-- in with the provider's own database need no such organization.
ALTER TABLE person ADD COLUMN vouched_by UUID REFERENCES organization (id) ON DELETE SET NULL;

-- Access tokens of the person that were issued until this time are refused.
ALTER TABLE person ADD COLUMN tokens_refused_until TIMESTAMPTZ;

-- An invitation's link proves its address, so it reaches the invited person by mail only.
ALTER TABLE invitation DROP COLUMN link;
