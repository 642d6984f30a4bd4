-- One name for each thing: a private project, a task that is done, an organization that is being set up, and one that was
-- reconciled with the identity provider.
ALTER TABLE project RENAME COLUMN is_closed TO is_private;
ALTER TABLE task RENAME COLUMN closed_at TO done_at;
ALTER TABLE organization RENAME COLUMN compared_at TO reconciled_at;
ALTER TABLE founding RENAME TO organization_setup;
