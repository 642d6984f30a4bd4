-- One name for each thing: a private project, a task that is done, an organization that is being set up, one that was
-- reconciled with the identity provider, and a login transaction, whose data is sealed.
ALTER TABLE project RENAME COLUMN is_closed TO is_private;
ALTER TABLE task RENAME COLUMN closed_at TO done_at;
ALTER TABLE organization RENAME COLUMN compared_at TO reconciled_at;
ALTER TABLE founding RENAME TO organization_setup;
ALTER TABLE login_attempt RENAME TO login_transaction;
ALTER TABLE login_transaction RENAME COLUMN attempt TO sealed;
ALTER INDEX login_attempt_of_browser RENAME TO login_transaction_of_browser;
