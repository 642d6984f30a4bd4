-- How many tasks a project has, without archived and deleted ones: every page of an organization shows it. Triggers keep it
-- in step with the tasks, whoever writes.

CREATE TABLE project_task_count (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    all_tasks BIGINT NOT NULL,
    open_tasks BIGINT NOT NULL,
    PRIMARY KEY (org_id, project_id),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
);

-- Over all organizations, which the policies would hide.
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
INSERT INTO project_task_count (org_id, project_id, all_tasks, open_tasks)
SELECT org_id, project_id, COUNT(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NULL),
       COUNT(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NULL AND done_at IS NULL)
FROM task GROUP BY org_id, project_id;
ALTER TABLE task FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON project_task_count TO tessera_app;

ALTER TABLE project_task_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_task_count FORCE ROW LEVEL SECURITY;
CREATE POLICY project_task_count_of_organization ON project_task_count
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

-- Once a statement, for all of its tasks: a row that one transaction writes thousands of times becomes slow to find.
CREATE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A project has a row from its first task on, also if that one does not count yet.
        INSERT INTO project_task_count AS c (org_id, project_id, all_tasks, open_tasks)
        SELECT org_id, project_id, COUNT(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NULL),
               COUNT(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NULL AND done_at IS NULL)
        FROM added GROUP BY org_id, project_id
        ON CONFLICT (org_id, project_id) DO UPDATE
        SET all_tasks = c.all_tasks + excluded.all_tasks, open_tasks = c.open_tasks + excluded.open_tasks;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE project_task_count c
        SET all_tasks = c.all_tasks + d.all_tasks, open_tasks = c.open_tasks + d.open_tasks
        FROM (
            SELECT org_id, project_id, SUM(sign) AS all_tasks,
                   COALESCE(SUM(sign) FILTER (WHERE done_at IS NULL), 0) AS open_tasks
            FROM (
                SELECT org_id, project_id, done_at, deleted_at, archived_at, 1 AS sign FROM added
                UNION ALL
                SELECT org_id, project_id, done_at, deleted_at, archived_at, -1 FROM removed
            ) t
            WHERE deleted_at IS NULL AND archived_at IS NULL GROUP BY org_id, project_id
        ) d
        WHERE c.org_id = d.org_id AND c.project_id = d.project_id
          AND (d.all_tasks <> 0 OR d.open_tasks <> 0);
    ELSE
        UPDATE project_task_count c
        SET all_tasks = c.all_tasks - d.all_tasks, open_tasks = c.open_tasks - d.open_tasks
        FROM (
            SELECT org_id, project_id, COUNT(*) AS all_tasks, COUNT(*) FILTER (WHERE done_at IS NULL) AS open_tasks
            FROM removed WHERE deleted_at IS NULL AND archived_at IS NULL GROUP BY org_id, project_id
        ) d
        WHERE c.org_id = d.org_id AND c.project_id = d.project_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER task_is_counted AFTER INSERT ON task REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks();
CREATE TRIGGER task_is_counted_anew AFTER UPDATE ON task REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks();
CREATE TRIGGER task_is_not_counted AFTER DELETE ON task REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks();

-- The count of an insert and the count of a later change belong to the same project.
CREATE FUNCTION refuse_another_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a task stays in its project';
END
$$;

CREATE TRIGGER task_stays_in_its_project BEFORE UPDATE OF org_id, project_id ON task FOR EACH ROW
    WHEN ((NEW.org_id, NEW.project_id) IS DISTINCT FROM (OLD.org_id, OLD.project_id))
    EXECUTE FUNCTION refuse_another_project();
