-- An organization's projects, their workflow, and their tasks. Every reference carries the organization, so that one
-- across organizations cannot be stored.

CREATE TABLE project (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    -- The number of the next task.
    next_number INTEGER NOT NULL DEFAULT 1,
    created_by BLOB NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_state (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('backlog', 'unstarted', 'started', 'completed', 'cancelled')),
    position INTEGER NOT NULL,
    PRIMARY KEY (org_id, project_id, slug),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description TEXT NOT NULL CHECK (length(description) <= 100000),
    state TEXT NOT NULL,
    -- Position in the column: sorts as bytes.
    rank TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_by BLOB NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (org_id, project_id, number),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, state) REFERENCES project_state (org_id, project_id, slug)
) STRICT;

-- Holds all that the board reads.
CREATE INDEX task_on_board ON task (org_id, project_id, state, rank, number, title);
