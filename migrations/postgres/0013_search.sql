-- What can be found: the words of tasks, of comments and of what projects say of themselves. Triggers keep it in step with
-- them, whoever writes.

-- Letters without case and without marks above and below them, in every database alike: one whose locale is C knows only
-- the case of ASCII.
DO $$
DECLARE
    collation_known text;
BEGIN
    SELECT collname INTO collation_known FROM pg_collation
    WHERE collname IN ('pg_c_utf8', 'und-x-icu') AND collnamespace = 'pg_catalog'::regnamespace
      AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
    ORDER BY collname LIMIT 1;
    EXECUTE format(
        'CREATE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS %L',
        format(
            'SELECT lower(normalize(regexp_replace(normalize($1, NFD), ''[\u0300-\u036f]+'', '''', ''g''), NFC) COLLATE %I)',
            coalesce(collation_known, 'default')));
END
$$;

-- The words of a text: signs part them, as they do on SQLite. Without that, addresses, paths and what is joined by hyphens
-- would be words of their own kinds. A text may be longer than a list of words.
CREATE FUNCTION search_words_of(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('simple'::regconfig, left(regexp_replace(search_fold($1),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u206f\u3000-\u303f]+',
        ' ', 'g'), 100000));

-- All that is known of a document: the words of its title before others, and its organization, which whoever searches asks
-- for too.
CREATE FUNCTION search_words(org uuid, title text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(search_words_of(title), 'A') || search_words_of(body) || array_to_tsvector(ARRAY[org::text]);

CREATE TABLE search_document (
    org_id UUID NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'task', 'comment')),
    project_id UUID NOT NULL,
    -- The task that it is, or is about.
    number BIGINT CHECK ((number IS NULL) = (kind = 'project')),
    comment_id UUID CHECK ((comment_id IS NULL) = (kind <> 'comment')),
    words TSVECTOR NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE
);

CREATE INDEX search_document_of_task ON search_document (org_id, project_id, number, kind);
CREATE UNIQUE INDEX search_document_of_comment ON search_document (org_id, comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX search_document_words ON search_document USING gin (words);

-- Over all organizations, which the policies would hide.
ALTER TABLE project NO FORCE ROW LEVEL SECURITY;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comment NO FORCE ROW LEVEL SECURITY;
INSERT INTO search_document (org_id, kind, project_id, words)
SELECT org_id, 'project', id, search_words(org_id, key || ' ' || name, description) FROM project;
INSERT INTO search_document (org_id, kind, project_id, number, words)
SELECT org_id, 'task', project_id, number, search_words(org_id, title, description) FROM task ORDER BY created_at;
INSERT INTO search_document (org_id, kind, project_id, number, comment_id, words)
SELECT org_id, 'comment', project_id, number, id, search_words(org_id, '', body) FROM comment ORDER BY created_at;
ALTER TABLE project FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE comment FORCE ROW LEVEL SECURITY;

-- What a transaction looks for, as a tsquery.
CREATE FUNCTION app_search() RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.search', true), '')::tsquery;

GRANT SELECT, INSERT, UPDATE, DELETE ON search_document TO tessera_app;

-- Only what is looked for is seen. That it is the policy that says so makes it quick: an index on words is not used for a
-- condition of a statement, which could tell, by its errors, what the policy hides.
ALTER TABLE search_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_document FORCE ROW LEVEL SECURITY;
CREATE POLICY search_document_of_organization ON search_document
    USING (org_id = app_org_id() AND words @@ app_search()) WITH CHECK (org_id = app_org_id());

-- Lets a trigger see the documents of an organization that it changes.
CREATE FUNCTION search_all(org uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.search', quote_literal(org::text), true);
END
$$;

CREATE FUNCTION project_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, words)
        VALUES (NEW.org_id, 'project', NEW.id, search_words(NEW.org_id, NEW.key || ' ' || NEW.name, NEW.description));
    ELSE
        PERFORM search_all(NEW.org_id);
        UPDATE search_document SET words = search_words(NEW.org_id, NEW.key || ' ' || NEW.name, NEW.description)
        WHERE org_id = NEW.org_id AND project_id = NEW.id AND number IS NULL AND kind = 'project';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER project_can_be_found AFTER INSERT ON project FOR EACH ROW EXECUTE FUNCTION project_is_found();
CREATE TRIGGER project_is_found_anew AFTER UPDATE OF key, name, description ON project FOR EACH ROW
    WHEN ((NEW.key, NEW.name, NEW.description) IS DISTINCT FROM (OLD.key, OLD.name, OLD.description))
    EXECUTE FUNCTION project_is_found();

CREATE FUNCTION task_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, number, words)
        VALUES (NEW.org_id, 'task', NEW.project_id, NEW.number, search_words(NEW.org_id, NEW.title, NEW.description));
    ELSE
        PERFORM search_all(NEW.org_id);
        UPDATE search_document SET words = search_words(NEW.org_id, NEW.title, NEW.description)
        WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND kind = 'task';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER task_can_be_found AFTER INSERT ON task FOR EACH ROW EXECUTE FUNCTION task_is_found();
CREATE TRIGGER task_is_found_anew AFTER UPDATE OF title, description ON task FOR EACH ROW
    WHEN ((NEW.title, NEW.description) IS DISTINCT FROM (OLD.title, OLD.description))
    EXECUTE FUNCTION task_is_found();

CREATE FUNCTION comment_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (org_id, kind, project_id, number, comment_id, words)
        VALUES (NEW.org_id, 'comment', NEW.project_id, NEW.number, NEW.id, search_words(NEW.org_id, '', NEW.body));
    ELSE
        PERFORM search_all(NEW.org_id);
        UPDATE search_document SET words = search_words(NEW.org_id, '', NEW.body)
        WHERE org_id = NEW.org_id AND comment_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment FOR EACH ROW EXECUTE FUNCTION comment_is_found();
-- A deleted comment is an empty one.
CREATE TRIGGER comment_is_found_anew AFTER UPDATE OF body ON comment FOR EACH ROW
    WHEN (NEW.body IS DISTINCT FROM OLD.body) EXECUTE FUNCTION comment_is_found();
