-- One record for every privileged action, refused ones too.

CREATE TABLE audit_log (
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    PRIMARY KEY (org_id, id)
);
