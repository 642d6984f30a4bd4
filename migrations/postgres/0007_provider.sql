-- What is to be done at the identity provider, written down before it is done.

-- An organization that somebody is creating: nothing of it is here before the provider has it.
CREATE TABLE founding (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    slug TEXT NOT NULL,
    display_name TEXT NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
    -- undoing: what there is of it at the provider is being removed.
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'undoing', 'done', 'failed')),
    -- Why it does not go on, for its founder.
    problem TEXT CHECK (problem IN ('busy', 'taken', 'refused', 'cancelled')),
    -- Its id at the provider, once it is there.
    provider_id TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ NOT NULL,
    -- Held by whoever works on it.
    taken_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX founding_slug ON founding (slug) WHERE state IN ('waiting', 'undoing');
CREATE INDEX founding_due ON founding (due_at) WHERE state IN ('waiting', 'undoing');
CREATE INDEX founding_of_person ON founding (person_id, created_at);

-- A change of an organization that the provider does not know yet. What has been carried out is removed.
CREATE TABLE provider_change (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    -- What it is about: changes of the same topic are carried out in their order.
    topic TEXT NOT NULL,
    -- What to do, as JSON.
    change TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'failed')),
    -- What the provider said last.
    problem TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ NOT NULL,
    taken_until TIMESTAMPTZ,
    requested_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE INDEX provider_change_due ON provider_change (due_at) WHERE state = 'waiting';
CREATE INDEX provider_change_topic ON provider_change (org_id, topic, id);

-- As the provider has it.
ALTER TABLE organization ADD COLUMN logo_url TEXT;
ALTER TABLE organization ADD COLUMN colour TEXT;
-- When organization and members were last compared with the provider's.
ALTER TABLE organization ADD COLUMN compared_at TIMESTAMPTZ;

CREATE INDEX organization_compared ON organization (compared_at);

-- The provider ends sessions of its own by their id.
CREATE INDEX seat_of_session ON seat (sid);

GRANT SELECT, INSERT, UPDATE, DELETE ON founding, provider_change TO tessera_app;

-- Set by the worker, which looks for what is due in any organization, and then works inside of that one.
CREATE FUNCTION app_is_worker() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('app.worker', true), '') = 'on';

ALTER TABLE provider_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_change FORCE ROW LEVEL SECURITY;
CREATE POLICY provider_change_of_organization ON provider_change
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
CREATE POLICY provider_change_for_worker ON provider_change FOR SELECT
    USING (app_is_worker());
