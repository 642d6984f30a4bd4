-- What a project says of itself, who may see it, and how its tasks may move.

ALTER TABLE project ADD COLUMN description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 10000);
-- Shown in front of the name; empty: initials.
ALTER TABLE project ADD COLUMN icon TEXT NOT NULL DEFAULT '' CHECK (length(icon) <= 16);
-- One of the twelve hues of the style sheet; NULL: the one that its key gives.
ALTER TABLE project ADD COLUMN hue BIGINT CHECK (hue BETWEEN 1 AND 12);
-- Seen by its members and the organization's owners alone.
ALTER TABLE project ADD COLUMN is_closed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE project ADD COLUMN archived_at TIMESTAMPTZ;

CREATE TABLE project_member (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    person_id UUID NOT NULL,
    is_lead BOOLEAN NOT NULL DEFAULT FALSE,
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, project_id, person_id),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX project_lead ON project_member (org_id, project_id) WHERE is_lead;
CREATE INDEX project_member_of_person ON project_member (org_id, person_id);

CREATE TABLE project_favourite (
    org_id UUID NOT NULL,
    person_id UUID NOT NULL,
    project_id UUID NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, person_id, project_id),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX project_favourite_of_project ON project_favourite (org_id, project_id);

-- NULL: the one that its category gives.
ALTER TABLE project_state ADD COLUMN hue BIGINT CHECK (hue BETWEEN 1 AND 12);
-- The most tasks that may be in it at a time.
ALTER TABLE project_state ADD COLUMN wip_limit BIGINT CHECK (wip_limit BETWEEN 1 AND 999);

-- The moves that a project allows; without any, all.
CREATE TABLE project_transition (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL CHECK (to_state <> from_state),
    PRIMARY KEY (org_id, project_id, from_state, to_state),
    FOREIGN KEY (org_id, project_id, from_state) REFERENCES project_state (org_id, project_id, slug) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, to_state) REFERENCES project_state (org_id, project_id, slug) ON DELETE CASCADE
);

CREATE TABLE label (
    org_id UUID NOT NULL,
    project_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    -- The name in lower case: two labels of a project do not differ in capitals alone.
    folded TEXT NOT NULL,
    hue BIGINT NOT NULL CHECK (hue BETWEEN 1 AND 12),
    PRIMARY KEY (org_id, project_id, id),
    UNIQUE (org_id, project_id, folded),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    project_member, project_favourite, project_transition, label
    TO tessera_app;

ALTER TABLE project_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_member FORCE ROW LEVEL SECURITY;
CREATE POLICY project_member_of_organization ON project_member
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE project_favourite ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_favourite FORCE ROW LEVEL SECURITY;
CREATE POLICY project_favourite_of_organization ON project_favourite
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE project_transition ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_transition FORCE ROW LEVEL SECURITY;
CREATE POLICY project_transition_of_organization ON project_transition
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE label ENABLE ROW LEVEL SECURITY;
ALTER TABLE label FORCE ROW LEVEL SECURITY;
CREATE POLICY label_of_organization ON label
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
