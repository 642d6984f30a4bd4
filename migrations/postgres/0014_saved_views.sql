-- Filters and arrangements that people have saved under a name.

CREATE TABLE saved_view (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    -- The name in lower case: two views of a person do not differ in capitals alone.
    folded TEXT NOT NULL,
    layout TEXT NOT NULL CHECK (layout IN ('board', 'list')),
    -- What follows the question mark of its address.
    query TEXT NOT NULL CHECK (length(query) <= 4000),
    -- Seen by everybody who sees the project.
    is_shared BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, project_id, owner_id, folded),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, owner_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX saved_view_of_owner ON saved_view (org_id, owner_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO tessera_app;

ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_view FORCE ROW LEVEL SECURITY;
CREATE POLICY saved_view_of_organization ON saved_view
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
