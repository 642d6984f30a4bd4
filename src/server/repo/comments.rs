//! Comments on tasks, their revisions and reactions.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::{
    domain::ids::{CommentId, PersonId, ProjectId},
    server::{
        db::{Driver, OrgTx, execute, fetch_all, fetch_optional},
        error::Error,
        repo::{
            json,
            search_index::{self, Document, Subject},
        },
    },
};

/// A comment.
#[derive(Clone, Debug, FromRow)]
pub struct Comment {
    pub id: CommentId,
    pub author_id: PersonId,
    /// The author's name.
    pub author: String,
    /// Markdown; empty if deleted.
    pub body: String,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
}

/// The query of [`Comment`]s with this condition and order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.author_id, p.name AS author, c.body, c.version, c.created_at, c.edited_at, c.deleted_at
         FROM comment c JOIN person p ON p.id = c.author_id
         ",
            $rest
        )
    };
}

/// A comment with its reactions as JSON.
#[derive(FromRow)]
struct RowWithReactions {
    #[sqlx(flatten)]
    comment: Comment,
    reactions: String,
}

/// Lists the comments on a task, oldest first, each with its reactions by emoji and name.
pub async fn of_task(tx: &mut OrgTx, project: ProjectId, task: i64) -> Result<Vec<(Comment, Vec<Reaction>)>, Error> {
    let driver = tx.driver();
    let reactions = json::rows(
        driver,
        &format!("emoji, {}, name", json::id(driver, "person_id")),
        "SELECT r.emoji, r.person_id, q.name FROM comment_reaction r JOIN person q ON q.id = r.person_id
         WHERE r.org_id = $1 AND c.project_id = $2 AND r.comment_id = c.id
         ORDER BY r.emoji, lower(q.name), q.id",
    );
    let sql = format!(
        "SELECT c.id, c.author_id, p.name AS author, c.body, c.version, c.created_at, c.edited_at, c.deleted_at,
                {reactions} AS reactions
         FROM comment c JOIN person p ON p.id = c.author_id
         WHERE c.org_id = $1 AND c.project_id = $2 AND c.number = $3 ORDER BY c.created_at, c.id"
    );
    let rows = fetch_all!(tx, RowWithReactions, AssertSqlSafe(sql), tx.org(), project, task)?;
    let with_reactions = |RowWithReactions { comment, reactions }| {
        let reactions = json::parse::<Vec<(String, Uuid, String)>>(&reactions)?.into_iter();
        let reaction = |(emoji, person, name)| Reaction { emoji, person: PersonId(person), name };
        Ok((comment, reactions.map(reaction).collect()))
    };
    rows.into_iter().map(with_reactions).collect()
}

/// Finds a comment on a task.
pub async fn find(tx: &mut OrgTx, project: ProjectId, task: i64, id: CommentId) -> Result<Option<Comment>, Error> {
    Ok(fetch_optional!(
        tx,
        Comment,
        select!("WHERE c.org_id = $1 AND c.project_id = $2 AND c.number = $3 AND c.id = $4"),
        tx.org(),
        project,
        task,
        id,
    )?)
}

/// A new comment.
#[derive(Clone, Copy, Debug)]
pub struct NewComment<'a> {
    pub id: CommentId,
    pub project: ProjectId,
    pub task: i64,
    pub author: PersonId,
    pub body: &'a str,
}

/// Inserts a comment.
pub async fn insert(tx: &mut OrgTx, new: NewComment<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO comment (org_id, id, project_id, number, author_id, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tx.org(),
        new.id,
        new.project,
        new.task,
        new.author,
        new.body,
        now,
    )?;
    index(tx, new.id, new.body).await
}

/// Updates the text of a comment and inserts the previous text as a revision.
pub async fn update(tx: &mut OrgTx, was: &Comment, body: &str, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO comment_revision (org_id, comment_id, version, body, replaced_at) VALUES ($1, $2, $3, $4, $5)",
        tx.org(),
        was.id,
        was.version,
        &was.body,
        now,
    )?;
    execute!(
        tx,
        "UPDATE comment SET body = $3, version = version + 1, edited_at = $4 WHERE org_id = $1 AND id = $2",
        tx.org(),
        was.id,
        body,
        now,
    )?;
    index(tx, was.id, body).await
}

async fn index(tx: &mut OrgTx, id: CommentId, body: &str) -> Result<(), Error> {
    search_index::write(tx, &[Document { subject: Subject::Comment(id), title: "", body }]).await
}

/// Clears a comment and deletes its revisions and reactions. The row stays as a mark of the deletion.
pub async fn delete(tx: &mut OrgTx, id: CommentId, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(tx, "DELETE FROM comment_revision WHERE org_id = $1 AND comment_id = $2", tx.org(), id)?;
    execute!(tx, "DELETE FROM comment_reaction WHERE org_id = $1 AND comment_id = $2", tx.org(), id)?;
    execute!(tx, "UPDATE comment SET body = '', deleted_at = $3 WHERE org_id = $1 AND id = $2", tx.org(), id, now)?;
    index(tx, id, "").await
}

/// Fetches the first 1000 characters of comments, except deleted ones. Runs one statement for any number.
pub async fn beginnings(tx: &mut OrgTx, comments: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>, Error> {
    let ids = json::text(&comments.map(json::id_text).collect::<Vec<_>>())?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "SELECT id, substr(body, 1, 1000) FROM comment
             WHERE org_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2)) AND deleted_at IS NULL"
        }
        Driver::Postgres => {
            "SELECT id, substr(body, 1, 1000) FROM comment
             WHERE org_id = $1 AND id IN (SELECT value::uuid FROM json_array_elements_text($2::json))
               AND deleted_at IS NULL"
        }
    };
    let rows = fetch_all!(tx, (Uuid, String), sql, tx.org(), ids)?;
    Ok(rows.into_iter().collect())
}

/// Lists the revisions of a comment, newest first: the text and when it was replaced.
pub async fn revisions(tx: &mut OrgTx, id: CommentId) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    Ok(fetch_all!(
        tx,
        (String, DateTime<Utc>),
        "SELECT body, replaced_at FROM comment_revision WHERE org_id = $1 AND comment_id = $2 ORDER BY version DESC",
        tx.org(),
        id,
    )?)
}

/// A reaction to a comment.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub emoji: String,
    pub person: PersonId,
    /// The person's name.
    pub name: String,
}

/// Inserts a reaction of `person`, or deletes it if it exists.
pub async fn toggle_reaction(tx: &mut OrgTx, id: CommentId, person: PersonId, emoji: &str) -> Result<(), Error> {
    let removed = execute!(
        tx,
        "DELETE FROM comment_reaction WHERE org_id = $1 AND comment_id = $2 AND emoji = $3 AND person_id = $4",
        tx.org(),
        id,
        emoji,
        person,
    )?;
    if removed == 0 {
        execute!(
            tx,
            "INSERT INTO comment_reaction (org_id, comment_id, emoji, person_id) VALUES ($1, $2, $3, $4)",
            tx.org(),
            id,
            emoji,
            person,
        )?;
    }
    Ok(())
}
