-- Everything that was changed, in the order in which it was: history, undo, live pages and notifications come from here.

-- The number of an organization's last event. Whoever changes something takes the next one last before the commit, so
-- the numbers ascend in the order of the commits and have no gaps.
CREATE TABLE event_head (
    org_id UUID NOT NULL PRIMARY KEY REFERENCES organization (id) ON DELETE CASCADE,
    number BIGINT NOT NULL
);

CREATE TABLE event (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    -- What was done in one go has one batch, and is undone in one go.
    batch_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    project_id UUID NOT NULL,
    -- The task; NULL when the project itself was changed.
    task BIGINT,
    -- `tasks::event::Event` as JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (org_id, number),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
);

CREATE INDEX event_of_task ON event (org_id, project_id, task, number);
CREATE INDEX event_of_batch ON event (org_id, batch_id);

-- What somebody is told.
CREATE TABLE notification (
    org_id UUID NOT NULL,
    person_id UUID NOT NULL,
    -- The event that it tells of.
    event BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('mentioned', 'assigned', 'watching', 'due')),
    at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    snoozed_until TIMESTAMPTZ,
    archived_at TIMESTAMPTZ,
    PRIMARY KEY (org_id, person_id, event),
    FOREIGN KEY (org_id, event) REFERENCES event (org_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX notification_unread ON notification (org_id, person_id) WHERE read_at IS NULL AND archived_at IS NULL;
CREATE INDEX notification_of_event ON notification (org_id, event);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    event_head, notification
    TO tessera_app;
-- What happened is only ever added to; it goes with its project.
GRANT SELECT, INSERT ON event TO tessera_app;

ALTER TABLE event_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_head FORCE ROW LEVEL SECURITY;
CREATE POLICY event_head_of_organization ON event_head
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
CREATE POLICY event_of_organization ON event
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification FORCE ROW LEVEL SECURITY;
CREATE POLICY notification_of_organization ON notification
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
