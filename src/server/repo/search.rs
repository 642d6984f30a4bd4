//! Full-text search in the index that database triggers maintain.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::project_visibility::{ProjectScope, visible_to};
use crate::{
    domain::{ids::CommentId, keys::ProjectKey, search::Kind},
    server::{
        db::{Driver, OrgTx, fetch_all},
        error::Error,
    },
};

/// A search and the page of its results to return.
#[derive(Clone, Copy, Debug)]
pub struct SearchQuery<'a> {
    /// At least one word of letters and digits, folded as in the index. A word matches all words that start with it.
    pub words: &'a [String],
    /// The project of the task `number`; `None` for any project.
    pub project: Option<&'a ProjectKey>,
    /// Number of a task that the search also finds.
    pub number: Option<i64>,
    pub kind: Option<Kind>,
    pub skip: usize,
    pub take: usize,
}

/// A search result.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    pub kind: String,
    pub project_key: String,
    pub project_name: String,
    pub number: Option<i64>,
    pub comment: Option<CommentId>,
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    pub state: Option<String>,
    pub category: Option<String>,
    pub is_archived: bool,
    pub author: Option<String>,
    pub said_at: Option<DateTime<Utc>>,
}

/// Finds the matches that `scope` may see, best first: the task with the number, then matches in titles, then open tasks.
/// Ranks the newest 2,000 matches only.
pub async fn find(tx: &mut OrgTx, scope: ProjectScope, search: &SearchQuery<'_>) -> Result<Vec<Row>, Error> {
    let kind = search.kind.map_or("", Kind::slug);
    let project = search.project.map_or("", ProjectKey::as_str);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (skip, last) = (number(search.skip), number(search.skip.saturating_add(search.take)));
    let (sql, words) = match tx.driver() {
        Driver::Sqlite => (SQLITE, match_expression(tx, search.words)),
        Driver::Postgres => {
            let words = tsquery(search.words);
            tx.allow_search_matches(&words).await?;
            (POSTGRES, words)
        }
    };
    Ok(fetch_all!(
        tx,
        Row,
        sql,
        tx.org(),
        &words,
        scope.person,
        scope.sees_all,
        kind,
        search.number,
        project,
        skip,
        last,
    )?)
}

/// The FTS5 expression: the organization's word and all search words.
fn match_expression(tx: &OrgTx, words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    format!("org : \"{}\" AND {{title body}} : ({})", tx.org().0.simple(), words.join(" AND "))
}

fn tsquery(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ")
}

/// The search statement. The parameters differ between the databases: score columns and tables, a condition on the words,
/// and the column that is greater for newer documents. Ranks at most 2,000 matches, so that a single letter is fast too.
macro_rules! statement {
    ($from:literal, $condition:literal, $newest:literal) => {
        concat!(
            "WITH by_words AS (
                SELECT d.kind, d.project_id, d.number, d.comment_id, d.id,
                       CASE WHEN p.archived_at IS NULL AND t.archived_at IS NULL AND t.done_at IS NULL
                            THEN 1 ELSE 0 END AS is_open,
                       ",
            $from,
            "
                LEFT JOIN task t ON t.org_id = d.org_id AND t.project_id = d.project_id AND t.number = d.number
                WHERE ",
            $condition,
            " d.org_id = $1 AND ($5 = '' OR d.kind = $5) AND t.deleted_at IS NULL
                AND ",
            visible_to!("p", "$3", "$4"),
            "
                ORDER BY ",
            $newest,
            " DESC LIMIT 2000),
             found AS (
                SELECT kind, project_id, number, comment_id, id, is_open, in_title, score, 0 AS is_named FROM by_words
                UNION ALL
                SELECT 'task', t.project_id, t.number, NULL, 0,
                       CASE WHEN p.archived_at IS NULL AND t.archived_at IS NULL AND t.done_at IS NULL
                            THEN 1 ELSE 0 END,
                       0, 0, 1
                FROM project p JOIN task t ON t.org_id = p.org_id AND t.project_id = p.id
                WHERE p.org_id = $1 AND t.number = $6 AND ($7 = '' OR p.key = $7) AND $5 IN ('', 'task')
                AND t.deleted_at IS NULL AND ",
            visible_to!("p", "$3", "$4"),
            "),
             ranked AS (
                SELECT kind, project_id, number, comment_id, ROW_NUMBER() OVER (
                    ORDER BY MAX(is_named) DESC, MAX(in_title) DESC, MAX(is_open) DESC, MAX(score) DESC, MAX(id) DESC,
                             project_id) AS place
                FROM found GROUP BY kind, project_id, number, comment_id)
             SELECT r.kind, p.key AS project_key, p.name AS project_name, r.number, r.comment_id AS comment,
                    CASE r.kind WHEN 'project' THEN p.name ELSE t.title END AS title,
                    CASE r.kind WHEN 'project' THEN p.description WHEN 'task' THEN t.description ELSE c.body END AS body,
                    s.name AS state, s.category,
                    (p.archived_at IS NOT NULL OR t.archived_at IS NOT NULL) AS is_archived,
                    a.name AS author, c.created_at AS said_at
             FROM ranked r
             JOIN project p ON p.org_id = $1 AND p.id = r.project_id
             LEFT JOIN task t ON t.org_id = $1 AND t.project_id = r.project_id AND t.number = r.number
             LEFT JOIN project_state s ON s.org_id = $1 AND s.project_id = t.project_id AND s.slug = t.state
             LEFT JOIN comment c ON c.org_id = $1 AND c.id = r.comment_id
             LEFT JOIN person a ON a.id = c.author_id
             WHERE r.place > $8 AND r.place <= $9 ORDER BY r.place"
        )
    };
}

// CROSS JOIN fixes the join order: SQLite reads the index from its newest row and stops at the limit.
const SQLITE: &str = statement!(
    "CASE WHEN bm25(search_index, 0, 1, 0) < 0 THEN 1 ELSE 0 END AS in_title,
                       -bm25(search_index, 0, 8, 1) AS score
                FROM search_index
                CROSS JOIN search_document d ON d.id = search_index.rowid
                CROSS JOIN project p ON p.org_id = d.org_id AND p.id = d.project_id",
    "search_index MATCH $2 AND",
    "search_index.rowid"
);

// The row-level policy limits the documents to those that match the words; see `OrgTx::allow_search_matches`.
const POSTGRES: &str = statement!(
    "CASE WHEN d.words @@ CAST(replace(replace($2, ':*', ':*A'), '&', '|') AS tsquery) THEN 1 ELSE 0 END AS in_title,
                       CAST(ts_rank('{0.1, 0.1, 0.1, 1}', d.words, CAST($2 AS tsquery)) AS DOUBLE PRECISION) AS score
                FROM search_document d
                JOIN project p ON p.org_id = d.org_id AND p.id = d.project_id",
    "",
    "d.id"
);
