-- An organization's projects, their workflow, and their tasks. Every reference carries the organization, so that one
-- across organizations cannot be stored.

CREATE TABLE project (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    -- The number of the next task.
    next_number BIGINT NOT NULL DEFAULT 1,
    created_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
);

CREATE TABLE project_state (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('backlog', 'unstarted', 'started', 'completed', 'cancelled')),
    position BIGINT NOT NULL,
    PRIMARY KEY (org_id, project_id, slug),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
);

CREATE TABLE task (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description TEXT NOT NULL CHECK (length(description) <= 100000),
    state TEXT NOT NULL,
    -- Position in the column: sorts as bytes.
    rank TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, project_id, number),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, state) REFERENCES project_state (org_id, project_id, slug)
);

-- Holds all that the board reads.
CREATE INDEX task_on_board ON task (org_id, project_id, state, rank, number, title);
