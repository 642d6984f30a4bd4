-- The second wall. The application works as tessera_app, which owns nothing and cannot bypass the policies; a
-- transaction names its organization in app.org_id, or the people whose memberships it may list in app.person_ids.

DO $$
BEGIN
    CREATE ROLE tessera_app NOLOGIN NOBYPASSRLS;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format('GRANT tessera_app TO %I', current_user);
EXCEPTION
    -- Two databases of one cluster migrated at once; or the owner is a superuser and needs no grant.
    WHEN OTHERS THEN
        IF NOT pg_has_role(current_user, 'tessera_app', 'MEMBER') THEN RAISE; END IF;
END
$$;

DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tessera_app', current_schema());
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    person, organization, membership, browser_session, seat, login_attempt, form_draft, project, project_state, task
    TO tessera_app;
-- The record of what happened is only ever added to.
GRANT SELECT, INSERT ON audit_log TO tessera_app;

CREATE FUNCTION app_org_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.org_id', true), '')::uuid;

CREATE FUNCTION app_person_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(nullif(current_setting('app.person_ids', true), ''), ',')::uuid[];

ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
CREATE POLICY membership_of_organization ON membership
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
CREATE POLICY membership_of_person ON membership FOR SELECT
    USING (person_id = ANY (app_person_ids()));

ALTER TABLE project ENABLE ROW LEVEL SECURITY;
ALTER TABLE project FORCE ROW LEVEL SECURITY;
CREATE POLICY project_of_organization ON project
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE project_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_state FORCE ROW LEVEL SECURITY;
CREATE POLICY project_state_of_organization ON project_state
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE task ENABLE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
CREATE POLICY task_of_organization ON task
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_log_of_organization ON audit_log
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
