//! Writes the words of the search index. Database triggers note in `search_pending` what has to be indexed.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;
use sqlx::FromRow;

use super::json;
use crate::{
    domain::{
        fold::fold,
        ids::{CommentId, OrgId, ProjectId},
        keys::ProjectKey,
        search::{Kind, words},
    },
    server::{
        db::{Driver, OrgTx, PlatformTx, ProvenOrg, execute, fetch_all, scalar_optional},
        error::Error,
    },
};

/// Maximum number of characters of a text that are indexed.
const TEXT_MAX: usize = 100_000;

/// Maximum size of a `tsvector` in bytes, as estimated here. `PostgreSQL` takes 1 MiB.
const VECTOR_MAX: usize = 900_000;

/// Maximum number of positions of a word, and the last position. `PostgreSQL` takes 255 and 16,383.
const POSITIONS_MAX: usize = 32;
const POSITION_MAX: usize = 16_383;

/// What is found.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Project(ProjectId),
    Task(ProjectId, i64),
    Comment(CommentId),
}

/// A project, task or comment with the texts to index.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    pub subject: Subject,
    pub title: &'a str,
    /// Markdown.
    pub body: &'a str,
}

/// Writes the words of documents, in the transaction that writes their texts.
pub async fn write(tx: &mut OrgTx, documents: &[Document<'_>]) -> Result<(), Error> {
    let org = tx.org();
    match tx.driver() {
        Driver::Sqlite => {
            let rows = json::text(&documents.iter().map(sqlite_row).collect::<Vec<_>>())?;
            execute!(tx, SQLITE, org, rows)?;
        }
        Driver::Postgres => {
            let rows = json::text(&documents.iter().map(|document| postgres_row(org, document)).collect::<Vec<_>>())?;
            execute!(tx, "SELECT search_words_are_written($1, $2::json)", org, rows)?;
        }
    }
    Ok(())
}

/// Writes the words of a project like [`write()`].
pub async fn write_project(
    tx: &mut OrgTx,
    project: ProjectId,
    key: &ProjectKey,
    name: &str,
    description: &str,
) -> Result<(), Error> {
    let title = format!("{key} {name}");
    write(tx, &[Document { subject: Subject::Project(project), title: &title, body: description }]).await
}

const SQLITE: &str = "
    INSERT INTO search_words (org_id, document_id, project_id, number, title, body, title_folded)
    SELECT d.org_id, d.id, d.project_id, d.number, w.value ->> 4, w.value ->> 5, w.value ->> 6
    FROM json_each($2) w CROSS JOIN search_document d ON d.org_id = $1 AND d.id = CASE w.value ->> 0
        WHEN 'comment' THEN (SELECT id FROM search_document WHERE org_id = $1 AND comment_id = unhex(w.value ->> 3))
        WHEN 'task' THEN (
            SELECT id FROM search_document
            WHERE org_id = $1 AND project_id = unhex(w.value ->> 1) AND number = w.value ->> 2 AND kind = 'task')
        ELSE (
            SELECT id FROM search_document
            WHERE org_id = $1 AND project_id = unhex(w.value ->> 1) AND number IS NULL AND kind = 'project')
        END";

/// Kind, project, number and comment, as both databases read them.
type SubjectRow = (&'static str, Option<String>, Option<i64>, Option<String>);

fn subject_row(subject: Subject) -> SubjectRow {
    match subject {
        Subject::Project(project) => (Kind::Project.slug(), Some(json::id_text(project.0)), None, None),
        Subject::Task(project, number) => (Kind::Task.slug(), Some(json::id_text(project.0)), Some(number), None),
        Subject::Comment(comment) => (Kind::Comment.slug(), None, None, Some(json::id_text(comment.0))),
    }
}

fn folded_title(document: &Document<'_>) -> Option<String> {
    matches!(document.subject, Subject::Task(..)).then(|| fold(document.title))
}

fn sqlite_row(document: &Document<'_>) -> impl Serialize + use<> {
    let (kind, project, number, comment) = subject_row(document.subject);
    let [title, body] = [document.title, document.body].map(|text| words::indexed(beginning(text)).join(" "));
    (kind, project, number, comment, title, body, folded_title(document))
}

fn postgres_row(org: OrgId, document: &Document<'_>) -> impl Serialize + use<> {
    let (kind, project, number, comment) = subject_row(document.subject);
    let words = vector(org, &words::indexed(document.title), &words::indexed(beginning(document.body)));
    (kind, project, number, comment, words, folded_title(document))
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(TEXT_MAX).map_or(text, |(end, _)| &text[..end])
}

/// Formats a `tsvector`: the words of the title with the weight A, those of the body, and the organization.
fn vector(org: OrgId, title: &[String], body: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    let mut size = 0;
    let weighted = title.iter().map(|word| (word, "A")).chain(body.iter().map(|word| (word, "")));
    for (index, (word, weight)) in weighted.enumerate() {
        // Its text, an entry of the list of words, and a position.
        size += 2 + if places.contains_key(word.as_str()) { 0 } else { word.len() + 8 };
        if size > VECTOR_MAX {
            break;
        }
        let places = places.entry(word).or_default();
        if places.len() < POSITIONS_MAX {
            places.push(((index + 1).min(POSITION_MAX), weight));
        }
    }
    let mut vector = format!("'{org}'");
    for (word, places) in places {
        // A word has neither quotes nor backslashes.
        _ = write!(vector, " '{word}'");
        for (index, (place, weight)) in places.into_iter().enumerate() {
            _ = write!(vector, "{}{place}{weight}", if index == 0 { ':' } else { ',' });
        }
    }
    vector
}

/// Finds the next organization after `after` with documents that are not indexed.
pub async fn next_pending(tx: &mut PlatformTx, after: OrgId) -> Result<Option<ProvenOrg>, Error> {
    tx.as_worker().await?;
    let sql = "SELECT org_id FROM search_pending WHERE org_id > $1 ORDER BY org_id LIMIT 1";
    Ok(scalar_optional!(tx, ProvenOrg, sql, after)?)
}

/// A document that is not indexed, with its texts.
#[derive(FromRow)]
struct Pending {
    kind: String,
    project_id: ProjectId,
    number: Option<i64>,
    comment_id: Option<CommentId>,
    title: String,
    body: String,
}

/// The texts of the pending documents with the ids that `$ids` selects.
macro_rules! pending {
    ($ids:literal) => {
        concat!(
            "SELECT n.kind, n.project_id, n.number, n.comment_id,
                    CASE n.kind WHEN 'project' THEN p.key || ' ' || p.name WHEN 'task' THEN t.title ELSE '' END AS title,
                    CASE n.kind WHEN 'project' THEN p.description WHEN 'task' THEN t.description ELSE c.body END AS body
             FROM search_pending n
             JOIN project p ON p.org_id = n.org_id AND p.id = n.project_id
             LEFT JOIN task t ON t.org_id = n.org_id AND t.project_id = n.project_id AND t.number = n.number
             LEFT JOIN comment c ON c.org_id = n.org_id AND c.id = n.comment_id
             WHERE n.org_id = $1 AND n.document_id IN (",
            $ids,
            ")"
        )
    };
}

/// Indexes the newest documents of the organization that are not indexed and that no other transaction is indexing, at most
/// `limit`. Returns their number.
pub async fn write_pending(tx: &mut OrgTx, limit: i64) -> Result<usize, Error> {
    let claim = match tx.driver() {
        Driver::Sqlite => "SELECT document_id FROM search_pending WHERE org_id = $1 ORDER BY document_id DESC LIMIT $2",
        // Tasks are locked before their notes, as those who change a task do.
        Driver::Postgres => {
            "WITH candidates AS (
                 SELECT document_id, kind, project_id, number FROM search_pending
                 WHERE org_id = $1 ORDER BY document_id DESC LIMIT $2),
             locked AS MATERIALIZED (
                 SELECT c.document_id
                 FROM candidates c JOIN task t ON t.org_id = $1 AND t.project_id = c.project_id AND t.number = c.number
                 WHERE c.kind = 'task' FOR NO KEY UPDATE OF t SKIP LOCKED)
             SELECT document_id FROM search_pending
             WHERE org_id = $1 AND document_id IN (
                 SELECT document_id FROM candidates WHERE kind <> 'task' UNION ALL SELECT document_id FROM locked)
             FOR UPDATE SKIP LOCKED"
        }
    };
    // The texts are read after the lock: those who write them wait for it.
    let claimed: Vec<i64> = fetch_all!(tx, (i64,), claim, tx.org(), limit)?.into_iter().map(|(id,)| id).collect();
    let texts = match tx.driver() {
        Driver::Sqlite => pending!("SELECT value FROM json_each($2)"),
        Driver::Postgres => pending!("SELECT value::bigint FROM json_array_elements_text($2::json)"),
    };
    let found = fetch_all!(tx, Pending, texts, tx.org(), json::text(&claimed)?)?;
    let documents = found.iter().map(document_of).collect::<Result<Vec<_>, _>>()?;
    write(tx, &documents).await?;
    Ok(claimed.len())
}

fn document_of(row: &Pending) -> Result<Document<'_>, Error> {
    let kind: Kind = row.kind.parse().map_err(|_| Error::Corrupt("kind"))?;
    let subject = match (kind, row.number, row.comment_id) {
        (Kind::Project, ..) => Subject::Project(row.project_id),
        (Kind::Task, Some(number), _) => Subject::Task(row.project_id, number),
        (Kind::Comment, _, Some(comment)) => Subject::Comment(comment),
        _ => return Err(Error::Corrupt("pending document")),
    };
    Ok(Document { subject, title: &row.title, body: &row.body })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn vector_of(title: &str, body: &str) -> String {
        vector(OrgId(Uuid::nil()), &words::indexed(title), &words::indexed(body))
    }

    #[test]
    fn a_vector_has_each_word_once_with_its_places() {
        let org = Uuid::nil();
        assert_eq!(vector_of("Новый file", "File it’s"), format!("'{org}' 'file':2A,3 'it':4 's':5 'новыи':1A"));
        assert_eq!(vector_of("", ""), format!("'{org}'"));
    }

    #[test]
    fn a_vector_stays_within_the_limits_of_the_database() {
        let many: String = (0..100_000_u32).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let words = vector_of("", &many).split(' ').count();
        assert!((30_000..VECTOR_MAX / 16).contains(&words), "{words}");
        let same = vector_of("", &"again ".repeat(50_000));
        assert_eq!(same.matches(',').count(), POSITIONS_MAX - 1);
    }
}
