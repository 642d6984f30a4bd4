-- What concerns a person: what they created, and what is due.

CREATE INDEX task_of_creator ON task (org_id, created_by, project_id, number);
CREATE INDEX task_due ON task (org_id, due_on)
    WHERE due_on IS NOT NULL AND closed_at IS NULL AND deleted_at IS NULL AND archived_at IS NULL;

-- The last day on which people were reminded of what is due.
ALTER TABLE organization ADD COLUMN reminded_on DATE;
