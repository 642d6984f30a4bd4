-- A seat is found before its organization is known, by the browser that holds it. So each transaction names its browser;
-- a back-channel logout names the provider's session or the person that has ended. A new seat also needs the organization.

CREATE FUNCTION app_browser_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.browser_id', true), '')::uuid;

CREATE FUNCTION app_ended_sid() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.ended_sid', true), '');

CREATE FUNCTION app_ended_person_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.ended_person_id', true), '')::uuid;

ALTER TABLE seat ENABLE ROW LEVEL SECURITY;
ALTER TABLE seat FORCE ROW LEVEL SECURITY;
CREATE POLICY seat_insert ON seat FOR INSERT
    WITH CHECK (browser_id = app_browser_id() AND org_id = app_org_id());
CREATE POLICY seat_select ON seat FOR SELECT
    USING (browser_id = app_browser_id() OR org_id = app_org_id() OR sid = app_ended_sid()
        OR person_id = app_ended_person_id() OR app_is_worker());
CREATE POLICY seat_update ON seat FOR UPDATE
    USING (browser_id = app_browser_id() OR org_id = app_org_id())
    WITH CHECK (browser_id = app_browser_id() OR org_id = app_org_id());
CREATE POLICY seat_delete ON seat FOR DELETE
    USING (browser_id = app_browser_id() OR org_id = app_org_id() OR sid = app_ended_sid()
        OR person_id = app_ended_person_id() OR app_is_worker());

-- Organizations are found by name or by their id at the provider, and created, before a transaction belongs to one. Only
-- the organization itself, and the worker that claims its turn, may change it; none is deleted.
ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_select ON organization FOR SELECT USING (TRUE);
CREATE POLICY organization_insert ON organization FOR INSERT WITH CHECK (TRUE);
CREATE POLICY organization_update ON organization FOR UPDATE
    USING (id = app_org_id() OR app_is_worker()) WITH CHECK (id = app_org_id() OR app_is_worker());
REVOKE DELETE ON organization FROM tessera_app;
