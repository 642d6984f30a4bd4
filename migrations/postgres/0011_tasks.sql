-- All that is known of a task.

-- 0: none; 1: urgent to 4: low.
ALTER TABLE task ADD COLUMN priority BIGINT NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 4);
-- Points.
ALTER TABLE task ADD COLUMN estimate BIGINT CHECK (estimate BETWEEN 0 AND 999);
ALTER TABLE task ADD COLUMN start_on DATE;
ALTER TABLE task ADD COLUMN due_on DATE CHECK (due_on >= start_on);
-- The number of the task, in the same project, that it is a part of.
ALTER TABLE task ADD COLUMN parent BIGINT CHECK (parent <> number);
-- When it came into a state of the categories completed and cancelled.
ALTER TABLE task ADD COLUMN closed_at TIMESTAMPTZ;
ALTER TABLE task ADD COLUMN archived_at TIMESTAMPTZ;
-- When it was put into the bin.
ALTER TABLE task ADD COLUMN deleted_at TIMESTAMPTZ;
ALTER TABLE task ADD FOREIGN KEY (org_id, project_id, parent) REFERENCES task (org_id, project_id, number);

-- Over all organizations, which the policies would hide.
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE project_state NO FORCE ROW LEVEL SECURITY;
UPDATE task SET closed_at = updated_at FROM project_state s
WHERE s.org_id = task.org_id AND s.project_id = task.project_id AND s.slug = task.state
  AND s.category IN ('completed', 'cancelled');
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE project_state FORCE ROW LEVEL SECURITY;

DROP INDEX task_on_board;

-- What the board reads, in its order.
CREATE INDEX task_on_board ON task (org_id, project_id, state, rank, number)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_parent ON task (org_id, project_id, parent) WHERE parent IS NOT NULL;
CREATE INDEX task_deleted ON task (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE task_assignee (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (org_id, project_id, number, person_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX task_assignee_of_person ON task_assignee (org_id, person_id, project_id, number);

CREATE TABLE task_label (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    label_id UUID NOT NULL,
    PRIMARY KEY (org_id, project_id, number, label_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    -- Of the same project.
    FOREIGN KEY (org_id, project_id, label_id) REFERENCES label (org_id, project_id, id) ON DELETE CASCADE
);

CREATE INDEX task_label_of_label ON task_label (org_id, project_id, label_id);

-- Who is told what happens to a task.
CREATE TABLE task_watcher (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (org_id, project_id, number, person_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX task_watcher_of_person ON task_watcher (org_id, person_id, project_id, number);

-- What a task has to do with another one, of whichever project of the organization.
CREATE TABLE task_relation (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    -- relates is written once, the lesser task first.
    kind TEXT NOT NULL CHECK (kind IN ('blocks', 'duplicates', 'relates')),
    other_project_id UUID NOT NULL,
    other_number BIGINT NOT NULL,
    PRIMARY KEY (org_id, project_id, number, kind, other_project_id, other_number),
    CHECK (project_id <> other_project_id OR number <> other_number),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, other_project_id, other_number)
        REFERENCES task (org_id, project_id, number) ON DELETE CASCADE
);

CREATE INDEX task_relation_of_other ON task_relation (org_id, other_project_id, other_number);

CREATE TABLE comment (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    author_id UUID NOT NULL REFERENCES person (id),
    -- Markdown; empty once it is deleted.
    body TEXT NOT NULL CHECK (length(body) <= 20000),
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE
);

CREATE INDEX comment_of_task ON comment (org_id, project_id, number, created_at, id);

-- What a comment said before an edit.
CREATE TABLE comment_revision (
    org_id UUID NOT NULL,
    comment_id UUID NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    replaced_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, comment_id, version),
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE
);

CREATE TABLE comment_reaction (
    org_id UUID NOT NULL,
    comment_id UUID NOT NULL,
    person_id UUID NOT NULL,
    emoji TEXT NOT NULL CHECK (length(emoji) BETWEEN 1 AND 8),
    PRIMARY KEY (org_id, comment_id, emoji, person_id),
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX comment_reaction_of_person ON comment_reaction (org_id, person_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    task_assignee, task_label, task_watcher, task_relation, comment, comment_revision, comment_reaction
    TO tessera_app;

ALTER TABLE task_assignee ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_assignee FORCE ROW LEVEL SECURITY;
CREATE POLICY task_assignee_of_organization ON task_assignee
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE task_label ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_label FORCE ROW LEVEL SECURITY;
CREATE POLICY task_label_of_organization ON task_label
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE task_watcher ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_watcher FORCE ROW LEVEL SECURITY;
CREATE POLICY task_watcher_of_organization ON task_watcher
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE task_relation ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_relation FORCE ROW LEVEL SECURITY;
CREATE POLICY task_relation_of_organization ON task_relation
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment FORCE ROW LEVEL SECURITY;
CREATE POLICY comment_of_organization ON comment
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE comment_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment_revision FORCE ROW LEVEL SECURITY;
CREATE POLICY comment_revision_of_organization ON comment_revision
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE comment_reaction ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment_reaction FORCE ROW LEVEL SECURITY;
CREATE POLICY comment_reaction_of_organization ON comment_reaction
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
