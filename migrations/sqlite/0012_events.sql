-- Everything that was changed, in the order in which it was: history, undo, live pages and notifications come from here.

-- The number of an organization's last event. Whoever changes something takes the next one last before the commit, so
-- the numbers ascend in the order of the commits and have no gaps.
CREATE TABLE event_head (
    org_id BLOB NOT NULL PRIMARY KEY REFERENCES organization (id) ON DELETE CASCADE,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    -- What was done in one go has one batch, and is undone in one go.
    batch_id BLOB NOT NULL,
    at TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    project_id BLOB NOT NULL,
    -- The task; NULL when the project itself was changed.
    task INTEGER,
    -- `tasks::event::Event` as JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (org_id, number),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX event_of_task ON event (org_id, project_id, task, number);
CREATE INDEX event_of_batch ON event (org_id, batch_id);

-- What somebody is told.
CREATE TABLE notification (
    org_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- The event that it tells of.
    event INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('mentioned', 'assigned', 'watching', 'due')),
    at TEXT NOT NULL,
    read_at TEXT,
    snoozed_until TEXT,
    archived_at TEXT,
    PRIMARY KEY (org_id, person_id, event),
    FOREIGN KEY (org_id, event) REFERENCES event (org_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, person_id) REFERENCES membership (org_id, person_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_unread ON notification (org_id, person_id) WHERE read_at IS NULL AND archived_at IS NULL;
CREATE INDEX notification_of_event ON notification (org_id, event);
