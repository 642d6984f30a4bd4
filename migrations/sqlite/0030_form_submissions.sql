-- Forms that were carried out, by a fingerprint of what was sent. A form that is sent twice gets the first answer.
CREATE TABLE form_submission (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id),
    fingerprint TEXT NOT NULL,
    -- The request that carries the form out.
    request TEXT NOT NULL,
    -- The answer, and where it leads. Set once the request has ended.
    answer TEXT,
    location TEXT,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE INDEX form_submission_expiry ON form_submission (expires_at);
