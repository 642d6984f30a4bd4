-- All that is known of a task. The table is made anew: SQLite adds no composite reference to one that exists.

CREATE TABLE task_new (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    -- Markdown.
    description TEXT NOT NULL CHECK (length(description) <= 100000),
    state TEXT NOT NULL,
    -- Position in the column: sorts as bytes.
    rank TEXT NOT NULL,
    -- 0: none; 1: urgent to 4: low.
    priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 4),
    -- Points.
    estimate INTEGER CHECK (estimate BETWEEN 0 AND 999),
    start_on TEXT,
    due_on TEXT CHECK (due_on >= start_on),
    -- The number of the task, in the same project, that it is a part of.
    parent INTEGER CHECK (parent <> number),
    -- Rises with every edit of title or description.
    version INTEGER NOT NULL DEFAULT 1,
    created_by BLOB NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- When it came into a state of the categories completed and cancelled.
    closed_at TEXT,
    archived_at TEXT,
    -- When it was put into the bin.
    deleted_at TEXT,
    PRIMARY KEY (org_id, project_id, number),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, state) REFERENCES project_state (org_id, project_id, slug),
    FOREIGN KEY (org_id, project_id, parent) REFERENCES task_new (org_id, project_id, number)
) STRICT;

INSERT INTO task_new (org_id, project_id, number, title, description, state, rank, version, created_by, created_at,
                      updated_at, closed_at)
SELECT t.org_id, t.project_id, t.number, t.title, t.description, t.state, t.rank, t.version, t.created_by, t.created_at,
       t.updated_at, CASE WHEN s.category IN ('completed', 'cancelled') THEN t.updated_at END
FROM task t JOIN project_state s ON s.org_id = t.org_id AND s.project_id = t.project_id AND s.slug = t.state;

DROP TABLE task;
ALTER TABLE task_new RENAME TO task;

-- What the board reads, in its order.
CREATE INDEX task_on_board ON task (org_id, project_id, state, rank, number)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_parent ON task (org_id, project_id, parent) WHERE parent IS NOT NULL;
CREATE INDEX task_deleted ON task (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE task_assignee (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    person_id BLOB NOT NULL,
    PRIMARY KEY (org_id, project_id, number, person_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX task_assignee_of_person ON task_assignee (org_id, person_id, project_id, number);

CREATE TABLE task_label (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    label_id BLOB NOT NULL,
    PRIMARY KEY (org_id, project_id, number, label_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    -- Of the same project.
    FOREIGN KEY (org_id, project_id, label_id) REFERENCES label (org_id, project_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX task_label_of_label ON task_label (org_id, project_id, label_id);

-- Who is told what happens to a task.
CREATE TABLE task_watcher (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    person_id BLOB NOT NULL,
    PRIMARY KEY (org_id, project_id, number, person_id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX task_watcher_of_person ON task_watcher (org_id, person_id, project_id, number);

-- What a task has to do with another one, of whichever project of the organization.
CREATE TABLE task_relation (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    -- relates is written once, the lesser task first.
    kind TEXT NOT NULL CHECK (kind IN ('blocks', 'duplicates', 'relates')),
    other_project_id BLOB NOT NULL,
    other_number INTEGER NOT NULL,
    PRIMARY KEY (org_id, project_id, number, kind, other_project_id, other_number),
    CHECK (project_id <> other_project_id OR number <> other_number),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, other_project_id, other_number)
        REFERENCES task (org_id, project_id, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX task_relation_of_other ON task_relation (org_id, other_project_id, other_number);

CREATE TABLE comment (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES person (id),
    -- Markdown; empty once it is deleted.
    body TEXT NOT NULL CHECK (length(body) <= 20000),
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    edited_at TEXT,
    deleted_at TEXT,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX comment_of_task ON comment (org_id, project_id, number, created_at, id);

-- What a comment said before an edit.
CREATE TABLE comment_revision (
    org_id BLOB NOT NULL,
    comment_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (org_id, comment_id, version),
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE comment_reaction (
    org_id BLOB NOT NULL,
    comment_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    emoji TEXT NOT NULL CHECK (length(emoji) BETWEEN 1 AND 8),
    PRIMARY KEY (org_id, comment_id, emoji, person_id),
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX comment_reaction_of_person ON comment_reaction (org_id, person_id);
