-- What can be found: the words of tasks, of comments and of what projects say of themselves. Triggers keep it in step with
-- them, whoever writes. A migration that makes one of those tables anew has to make its triggers anew.

-- Each thing that can be found. The index knows it by its id, so that this has to be the row's own.
CREATE TABLE search_document (
    id INTEGER NOT NULL PRIMARY KEY,
    org_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'task', 'comment')),
    project_id BLOB NOT NULL,
    -- The task that it is, or is about.
    number INTEGER CHECK ((number IS NULL) = (kind = 'project')),
    comment_id BLOB CHECK ((comment_id IS NULL) = (kind <> 'comment')),
    FOREIGN KEY (org_id, project_id) REFERENCES project (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, project_id, number) REFERENCES task (org_id, project_id, number) ON DELETE CASCADE,
    FOREIGN KEY (org_id, comment_id) REFERENCES comment (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX search_document_of_task ON search_document (org_id, project_id, number, kind);
CREATE UNIQUE INDEX search_document_of_comment ON search_document (org_id, comment_id) WHERE comment_id IS NOT NULL;

-- The words. `org` is the organization's id in hexadecimal, one word: whoever searches asks for it too. Texts are not kept
-- a second time.
CREATE VIRTUAL TABLE search_index USING fts5 (
    org, title, body,
    content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO search_document (org_id, kind, project_id) SELECT org_id, 'project', id FROM project;
INSERT INTO search_document (org_id, kind, project_id, number)
SELECT org_id, 'task', project_id, number FROM task ORDER BY created_at;
INSERT INTO search_document (org_id, kind, project_id, number, comment_id)
SELECT org_id, 'comment', project_id, number, id FROM comment ORDER BY created_at;

INSERT INTO search_index (rowid, org, title, body)
SELECT d.id, hex(d.org_id),
       CASE d.kind WHEN 'project' THEN p.key || ' ' || p.name WHEN 'task' THEN t.title ELSE '' END,
       CASE d.kind WHEN 'project' THEN p.description WHEN 'task' THEN t.description ELSE c.body END
FROM search_document d
JOIN project p ON p.org_id = d.org_id AND p.id = d.project_id
LEFT JOIN task t ON t.org_id = d.org_id AND t.project_id = d.project_id AND t.number = d.number
LEFT JOIN comment c ON c.org_id = d.org_id AND c.id = d.comment_id
ORDER BY d.id;

CREATE TRIGGER search_document_leaves AFTER DELETE ON search_document
BEGIN
    DELETE FROM search_index WHERE rowid = OLD.id;
END;

CREATE TRIGGER project_can_be_found AFTER INSERT ON project
BEGIN
    INSERT INTO search_document (org_id, kind, project_id) VALUES (NEW.org_id, 'project', NEW.id);
    INSERT INTO search_index (rowid, org, title, body)
    SELECT id, hex(org_id), NEW.key || ' ' || NEW.name, NEW.description
    FROM search_document WHERE org_id = NEW.org_id AND project_id = NEW.id AND number IS NULL AND kind = 'project';
END;

CREATE TRIGGER project_is_found_anew AFTER UPDATE OF key, name, description ON project
WHEN NEW.key <> OLD.key OR NEW.name <> OLD.name OR NEW.description <> OLD.description
BEGIN
    UPDATE search_index SET org = hex(NEW.org_id), title = NEW.key || ' ' || NEW.name, body = NEW.description
    WHERE rowid = (
        SELECT id FROM search_document
        WHERE org_id = NEW.org_id AND project_id = NEW.id AND number IS NULL AND kind = 'project');
END;

CREATE TRIGGER task_can_be_found AFTER INSERT ON task
BEGIN
    INSERT INTO search_document (org_id, kind, project_id, number)
    VALUES (NEW.org_id, 'task', NEW.project_id, NEW.number);
    INSERT INTO search_index (rowid, org, title, body)
    SELECT id, hex(org_id), NEW.title, NEW.description FROM search_document
    WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND kind = 'task';
END;

CREATE TRIGGER task_is_found_anew AFTER UPDATE OF title, description ON task
WHEN NEW.title <> OLD.title OR NEW.description <> OLD.description
BEGIN
    UPDATE search_index SET org = hex(NEW.org_id), title = NEW.title, body = NEW.description
    WHERE rowid = (
        SELECT id FROM search_document
        WHERE org_id = NEW.org_id AND project_id = NEW.project_id AND number = NEW.number AND kind = 'task');
END;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment
BEGIN
    INSERT INTO search_document (org_id, kind, project_id, number, comment_id)
    VALUES (NEW.org_id, 'comment', NEW.project_id, NEW.number, NEW.id);
    INSERT INTO search_index (rowid, org, title, body)
    SELECT id, hex(org_id), '', NEW.body FROM search_document
    WHERE org_id = NEW.org_id AND comment_id = NEW.id;
END;

-- A deleted comment is an empty one.
CREATE TRIGGER comment_is_found_anew AFTER UPDATE OF body ON comment WHEN NEW.body <> OLD.body
BEGIN
    UPDATE search_index SET org = hex(NEW.org_id), title = '', body = NEW.body
    WHERE rowid = (SELECT id FROM search_document WHERE org_id = NEW.org_id AND comment_id = NEW.id);
END;
