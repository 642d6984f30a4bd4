-- Who put a task into the bin: the one who is asked about it, and who has deleted it for ever when its time is up.
ALTER TABLE task ADD COLUMN deleted_by UUID REFERENCES person (id);

-- The history of a task goes with it, since it holds all that it ever said.
GRANT DELETE ON event TO tessera_app;

-- What is due is looked for in all organizations, and deleted in each by itself.
CREATE POLICY task_for_worker ON task FOR SELECT
    USING (app_is_worker() AND deleted_at IS NOT NULL);
CREATE POLICY project_for_worker ON project FOR SELECT
    USING (app_is_worker());
