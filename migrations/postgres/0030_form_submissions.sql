-- Forms that were carried out, by a fingerprint of what was sent. A form that is sent twice gets the first answer.
CREATE TABLE form_submission (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    fingerprint TEXT NOT NULL,
    -- The request that carries the form out.
    request TEXT NOT NULL,
    -- The answer, and where it leads. Set once the request has ended.
    answer TEXT,
    location TEXT,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (org_id, person_id, fingerprint)
);

CREATE INDEX form_submission_expiry ON form_submission (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON form_submission TO tessera_app;

ALTER TABLE form_submission ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_submission FORCE ROW LEVEL SECURITY;
CREATE POLICY form_submission_of_organization ON form_submission
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
-- The purge finds and deletes what has expired.
CREATE POLICY form_submission_select_for_worker ON form_submission FOR SELECT USING (app_is_worker());
CREATE POLICY form_submission_delete_for_worker ON form_submission FOR DELETE USING (app_is_worker());
