-- Whoever signs up on the way to an organization becomes its member: the Management API has the one switch only with the
-- other. The demo organizations were made without.
UPDATE organization_connections SET is_signup_enabled = FALSE
WHERE is_signup_enabled AND NOT assign_membership_on_login
    AND connection_id IN (SELECT id FROM connections WHERE strategy = 'auth0');
