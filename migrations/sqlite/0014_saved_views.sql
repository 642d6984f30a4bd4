-- Filters and arrangements that people have saved under a name.

CREATE TABLE saved_view (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    -- The name in lower case: two views of a person do not differ in capitals alone.
    folded TEXT NOT NULL,
    layout TEXT NOT NULL CHECK (layout IN ('board', 'list')),
    -- What follows the question mark of its address.
    query TEXT NOT NULL CHECK (length(query) <= 4000),
    -- Seen by everybody who sees the project.
    is_shared INTEGER NOT NULL DEFAULT 0 CHECK (is_shared IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, project_id, owner_id, folded),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, owner_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_view_of_owner ON saved_view (org_id, owner_id);
