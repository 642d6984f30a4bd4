-- Browser sessions are found by the person who signed in last and by the provider's session, in place of reading all of
-- them. Those of strangers, and forms kept for later, are counted by the network that they came from.
ALTER TABLE browser_session ADD COLUMN person_id BLOB;
ALTER TABLE browser_session ADD COLUMN sid TEXT;
-- Set until somebody signs in.
ALTER TABLE browser_session ADD COLUMN client TEXT;
ALTER TABLE form_draft ADD COLUMN client TEXT;
-- A record has the person's id as text.
CREATE TABLE person_text AS SELECT hex(id) AS text, id FROM person;
CREATE INDEX person_of_text ON person_text (text);
UPDATE browser_session
SET person_id = (
        SELECT id FROM person_text
        WHERE text = upper(replace(json_extract(CAST(record AS TEXT), '$[0].browser.person'), '-', ''))
    ),
    sid = json_extract(CAST(record AS TEXT), '$[0].sid');
DROP TABLE person_text;

CREATE INDEX browser_session_of_person ON browser_session (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX browser_session_of_sid ON browser_session (sid) WHERE sid IS NOT NULL;
CREATE INDEX browser_session_of_client ON browser_session (client, expires_at) WHERE client IS NOT NULL;
CREATE INDEX form_draft_of_client ON form_draft (client, expires_at);
CREATE INDEX seat_of_person ON seat (person_id);

-- The purge finds what has expired.
CREATE INDEX seat_expiry ON seat (ends_at);
CREATE INDEX login_transaction_expiry ON login_transaction (expires_at);
CREATE INDEX form_draft_expiry ON form_draft (expires_at);

-- Refused attempts of a person at an action within an hour. The audit log has the first of them only.
CREATE TABLE refusal_count (
    org_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES person (id),
    action TEXT NOT NULL,
    hour TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (org_id, person_id, action, hour)
) STRICT, WITHOUT ROWID;
