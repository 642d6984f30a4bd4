-- How many tasks a project has, without archived and deleted ones: every page of an organization shows it. Triggers keep it
-- in step with the tasks, whoever writes. A migration that makes the table task anew has to make its triggers anew.

CREATE TABLE project_task_count (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    all_tasks INTEGER NOT NULL,
    open_tasks INTEGER NOT NULL,
    PRIMARY KEY (org_id, project_id),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO project_task_count (org_id, project_id, all_tasks, open_tasks)
SELECT org_id, project_id, SUM(deleted_at IS NULL AND archived_at IS NULL),
       SUM(deleted_at IS NULL AND archived_at IS NULL AND done_at IS NULL)
FROM task GROUP BY org_id, project_id;

-- A project has a row from its first task on, also if that one does not count yet.
CREATE TRIGGER task_is_counted AFTER INSERT ON task
BEGIN
    INSERT INTO project_task_count (org_id, project_id, all_tasks, open_tasks)
    VALUES (NEW.org_id, NEW.project_id, NEW.deleted_at IS NULL AND NEW.archived_at IS NULL,
            NEW.deleted_at IS NULL AND NEW.archived_at IS NULL AND NEW.done_at IS NULL)
    ON CONFLICT (org_id, project_id) DO UPDATE
    SET all_tasks = all_tasks + excluded.all_tasks, open_tasks = open_tasks + excluded.open_tasks;
END;

CREATE TRIGGER task_is_counted_anew AFTER UPDATE OF done_at, deleted_at, archived_at ON task
WHEN (NEW.done_at IS NULL) <> (OLD.done_at IS NULL)
  OR (NEW.deleted_at IS NULL AND NEW.archived_at IS NULL) <> (OLD.deleted_at IS NULL AND OLD.archived_at IS NULL)
BEGIN
    UPDATE project_task_count
    SET all_tasks = all_tasks + (NEW.deleted_at IS NULL AND NEW.archived_at IS NULL)
            - (OLD.deleted_at IS NULL AND OLD.archived_at IS NULL),
        open_tasks = open_tasks + (NEW.done_at IS NULL AND NEW.deleted_at IS NULL AND NEW.archived_at IS NULL)
            - (OLD.done_at IS NULL AND OLD.deleted_at IS NULL AND OLD.archived_at IS NULL)
    WHERE org_id = NEW.org_id AND project_id = NEW.project_id;
END;

CREATE TRIGGER task_is_not_counted AFTER DELETE ON task WHEN OLD.deleted_at IS NULL AND OLD.archived_at IS NULL
BEGIN
    UPDATE project_task_count SET all_tasks = all_tasks - 1, open_tasks = open_tasks - (OLD.done_at IS NULL)
    WHERE org_id = OLD.org_id AND project_id = OLD.project_id;
END;

-- The count of an insert and the count of a later change belong to the same project.
CREATE TRIGGER task_stays_in_its_project BEFORE UPDATE OF org_id, project_id ON task
WHEN NEW.org_id <> OLD.org_id OR NEW.project_id <> OLD.project_id
BEGIN
    SELECT RAISE(ABORT, 'a task stays in its project');
END;
