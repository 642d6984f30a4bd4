-- The words of the search index are folded and split by the program, in every script alike: SQLite's own tokenizer knows
-- marks and case of some scripts only. Triggers note what has to be indexed, whoever writes; the program indexes it in the
-- same transaction, and at its start what it finds noted.

DROP TRIGGER search_document_leaves;
DROP TRIGGER project_can_be_found;
DROP TRIGGER project_is_found_anew;
DROP TRIGGER task_can_be_found;
DROP TRIGGER task_is_found_anew;
DROP TRIGGER comment_can_be_found;
DROP TRIGGER comment_is_found_anew;
DROP TABLE search_index;

-- Words between spaces. The tokenizer leaves all characters beyond ASCII as they are. `org` is the organization's id, one
-- word: whoever searches asks for it too. Texts are not kept a second time.
CREATE VIRTUAL TABLE search_index USING fts5 (
    org, title, body, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii'
);

-- The folded title, for the text filter. Empty until the program has written it.
ALTER TABLE task ADD COLUMN title_folded TEXT;

-- Documents whose words are not in the index yet, or are those of an earlier text.
CREATE TABLE search_pending (
    org_id BLOB NOT NULL,
    document_id INTEGER NOT NULL REFERENCES search_document (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    project_id BLOB NOT NULL,
    number INTEGER,
    comment_id BLOB,
    PRIMARY KEY (org_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_pending_document ON search_pending (document_id);

INSERT INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
SELECT org_id, id, kind, project_id, number, comment_id FROM search_document;

CREATE TRIGGER search_document_leaves AFTER DELETE ON search_document
BEGIN
    DELETE FROM search_index WHERE rowid = OLD.id;
END;

CREATE TRIGGER search_document_is_pending AFTER INSERT ON search_document
BEGIN
    INSERT INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
    VALUES (NEW.org_id, NEW.id, NEW.kind, NEW.project_id, NEW.number, NEW.comment_id);
END;

CREATE TRIGGER project_can_be_found AFTER INSERT ON project
BEGIN
    INSERT INTO search_document (org_id, kind, project_id) VALUES (NEW.org_id, 'project', NEW.id);
END;

CREATE TRIGGER project_is_found_anew AFTER UPDATE OF key, name, description ON project
WHEN NEW.key <> OLD.key OR NEW.name <> OLD.name OR NEW.description <> OLD.description
BEGIN
    INSERT OR REPLACE INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
    SELECT org_id, id, kind, project_id, number, comment_id FROM search_document
    WHERE org_id = NEW.org_id AND project_id = NEW.id AND number IS NULL AND kind = 'project';
END;

CREATE TRIGGER task_can_be_found AFTER INSERT ON task
BEGIN
    INSERT INTO search_document (org_id, kind, project_id, number)
    VALUES (NEW.org_id, 'task', NEW.project_id, NEW.number);
END;

CREATE TRIGGER task_is_found_anew AFTER UPDATE OF title, description ON task
WHEN NEW.title <> OLD.title OR NEW.description <> OLD.description
BEGIN
    UPDATE task SET title_folded = NULL
    WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND NEW.title <> OLD.title;
    INSERT OR REPLACE INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
    SELECT org_id, id, kind, project_id, number, comment_id FROM search_document
    WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND kind = 'task';
END;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment
BEGIN
    INSERT INTO search_document (org_id, kind, project_id, number, comment_id)
    VALUES (NEW.org_id, 'comment', NEW.project_id, NEW.number, NEW.id);
END;

-- A deleted comment is an empty one.
CREATE TRIGGER comment_is_found_anew AFTER UPDATE OF body ON comment WHEN NEW.body <> OLD.body
BEGIN
    INSERT OR REPLACE INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
    SELECT org_id, id, kind, project_id, number, comment_id FROM search_document
    WHERE org_id = NEW.org_id AND comment_id = NEW.id;
END;

-- The program writes words here: one statement for the index, the note and the folded title of a task.
CREATE VIEW search_words AS
SELECT org_id, id AS document_id, project_id, number, '' AS title, '' AS body, '' AS title_folded FROM search_document;

CREATE TRIGGER search_words_are_written INSTEAD OF INSERT ON search_words
BEGIN
    DELETE FROM search_index WHERE rowid = NEW.document_id;
    INSERT INTO search_index (rowid, org, title, body)
    VALUES (NEW.document_id, hex(NEW.org_id), NEW.title, NEW.body);
    DELETE FROM search_pending WHERE org_id = NEW.org_id AND document_id = NEW.document_id;
    UPDATE task SET title_folded = NEW.title_folded
    WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND NEW.title_folded IS NOT NULL;
END;
