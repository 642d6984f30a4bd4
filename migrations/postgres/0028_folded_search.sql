-- The words of the search index are folded and split by the program, in every script alike and as on SQLite. Triggers note
-- what has to be indexed, whoever writes; the program indexes it in the same transaction, and at its start what it finds
-- noted. A node of an earlier version writes notes only.

-- The folded title, for the text filter. Empty until the program has written it.
ALTER TABLE task ADD COLUMN title_folded TEXT;

-- Documents whose words are not in the index yet, or are those of an earlier text.
CREATE TABLE search_pending (
    org_id UUID NOT NULL,
    document_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    project_id UUID NOT NULL,
    number BIGINT,
    comment_id UUID,
    PRIMARY KEY (org_id, document_id),
    FOREIGN KEY (org_id, document_id) REFERENCES search_document (org_id, id) ON DELETE CASCADE
);

-- Over all organizations, which the policies would hide. Until the program has indexed a document, its old words are found.
ALTER TABLE search_document NO FORCE ROW LEVEL SECURITY;
INSERT INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
SELECT org_id, id, kind, project_id, number, comment_id FROM search_document;
ALTER TABLE search_document FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON search_pending TO tessera_app;

ALTER TABLE search_pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_pending FORCE ROW LEVEL SECURITY;
CREATE POLICY search_pending_of_organization ON search_pending
    USING (org_id = app_org_id()) WITH CHECK (org_id = app_org_id());
CREATE POLICY search_pending_for_worker ON search_pending FOR SELECT USING (app_is_worker());

-- The words of a document that the program has not indexed yet: its organization alone.
CREATE FUNCTION search_no_words(org uuid) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY[org::text]);

-- A transaction that changes a noted document waits for the one that is indexing it, and notes it again.
CREATE FUNCTION search_note(org uuid, document bigint, document_kind text, project uuid, task bigint, comment uuid)
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
    VALUES (org, document, document_kind, project, task, comment)
    ON CONFLICT (org_id, document_id) DO UPDATE SET kind = excluded.kind
$$;

CREATE OR REPLACE FUNCTION project_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document bigint;
BEGIN
    PERFORM search_all(NEW.org_id);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, words)
        VALUES (NEW.org_id, 'project', NEW.id, search_no_words(NEW.org_id)) RETURNING id INTO document;
    ELSE
        SELECT id INTO document FROM search_document
        WHERE org_id = NEW.org_id AND project_id = NEW.id AND number IS NULL AND kind = 'project';
    END IF;
    PERFORM search_note(NEW.org_id, document, 'project', NEW.id, NULL, NULL);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION task_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document bigint;
BEGIN
    PERFORM search_all(NEW.org_id);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, number, words)
        VALUES (NEW.org_id, 'task', NEW.project_id, NEW.number, search_no_words(NEW.org_id)) RETURNING id INTO document;
    ELSE
        SELECT id INTO document FROM search_document
        WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND kind = 'task';
    END IF;
    PERFORM search_note(NEW.org_id, document, 'task', NEW.project_id, NEW.number, NULL);
    RETURN NULL;
END
$$;

-- A title without its fold is compared as far as the database can.
CREATE FUNCTION forget_folded_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.title_folded := NULL;
    RETURN NEW;
END
$$;

CREATE TRIGGER task_title_is_new BEFORE UPDATE OF title ON task FOR EACH ROW
    WHEN (NEW.title IS DISTINCT FROM OLD.title) EXECUTE FUNCTION forget_folded_title();

CREATE OR REPLACE FUNCTION comment_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document bigint;
BEGIN
    PERFORM search_all(NEW.org_id);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, number, comment_id, words)
        VALUES (NEW.org_id, 'comment', NEW.project_id, NEW.number, NEW.id, search_no_words(NEW.org_id))
        RETURNING id INTO document;
    ELSE
        SELECT id INTO document FROM search_document WHERE org_id = NEW.org_id AND comment_id = NEW.id;
    END IF;
    PERFORM search_note(NEW.org_id, document, 'comment', NEW.project_id, NEW.number, NEW.id);
    RETURN NULL;
END
$$;

DROP FUNCTION search_words(uuid, text, text);
DROP FUNCTION search_words_of(text);
DROP FUNCTION search_fold(text);

-- Writes the words of documents, each an array: kind, project, number, comment, words, folded title.
CREATE FUNCTION search_words_are_written(org uuid, documents json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_all(org);
    WITH written AS MATERIALIZED (
        SELECT CASE value ->> 0
                WHEN 'comment' THEN (
                    SELECT d.id FROM search_document d WHERE d.org_id = org AND d.comment_id = (value ->> 3)::uuid)
                WHEN 'task' THEN (
                    SELECT d.id FROM search_document d
                    WHERE d.org_id = org AND d.project_id = (value ->> 1)::uuid AND d.number = (value ->> 2)::bigint
                      AND d.kind = 'task')
                ELSE (
                    SELECT d.id FROM search_document d
                    WHERE d.org_id = org AND d.project_id = (value ->> 1)::uuid AND d.number IS NULL
                      AND d.kind = 'project')
                END AS id,
            (value ->> 1)::uuid AS project_id, (value ->> 2)::bigint AS number, (value ->> 4)::tsvector AS words,
            value ->> 5 AS title_folded
        FROM json_array_elements(documents)),
    noted AS (DELETE FROM search_pending p USING written w WHERE p.org_id = org AND p.document_id = w.id),
    titled AS (
        UPDATE task t SET title_folded = w.title_folded FROM written w
        WHERE w.title_folded IS NOT NULL AND t.org_id = org AND t.project_id = w.project_id AND t.number = w.number)
    UPDATE search_document d SET words = w.words FROM written w WHERE d.org_id = org AND d.id = w.id;
END
$$;
