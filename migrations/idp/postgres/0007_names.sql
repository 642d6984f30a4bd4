-- One name for each thing: the application's where it has one, else the one that the code uses. A column that holds a
-- property of the Management API or a claim keeps the name of the property or claim.
ALTER TABLE transactions RENAME TO login_transactions;
ALTER TABLE login_transactions RENAME COLUMN finished TO is_finished;
DROP INDEX transactions_by_expiry;
CREATE INDEX login_transactions_by_expiry ON login_transactions (expires_at);

ALTER TABLE federations RENAME TO federated_logins;
DROP INDEX federations_by_expiry;
CREATE INDEX federated_logins_by_expiry ON federated_logins (expires_at);

ALTER TABLE attempts RENAME TO password_attempts;

ALTER TABLE mails RENAME COLUMN next_try_at TO due_at;
ALTER TABLE mails RENAME COLUMN fault TO problem;
DROP INDEX mails_by_next_try;
CREATE INDEX mails_by_due ON mails (due_at);

ALTER TABLE codes RENAME COLUMN challenge TO code_challenge;
