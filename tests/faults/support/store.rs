//! What the database holds, read past the application.

use std::collections::BTreeSet;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};

use super::{Postgres, Program};

/// A connection past the application.
pub enum Store {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Store {
    pub async fn of(program: &Program, postgres: Option<&Postgres>) -> Self {
        match postgres {
            None => {
                let options: SqliteConnectOptions = program.sqlite_url().parse().unwrap();
                Self::Sqlite(options.read_only(true).connect().await.unwrap())
            }
            Some(postgres) => Self::Postgres(PgConnection::connect(&postgres.admin_url()).await.unwrap()),
        }
    }

    pub async fn texts(&mut self, sql: &str) -> BTreeSet<String> {
        let sql = AssertSqlSafe(sql);
        let texts: Vec<String> = match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
        };
        texts.into_iter().collect()
    }

    /// The titles of all tasks and the texts of all comments.
    pub async fn written(&mut self) -> BTreeSet<String> {
        self.texts("SELECT title FROM task UNION ALL SELECT body FROM comment").await
    }

    /// Asserts that each write is there as a whole: with its event, in a row of events without a gap, and found by the search.
    pub async fn assert_nothing_is_half_done(&mut self) {
        for (what, sql) in [
            (
                "tasks without an event",
                "SELECT title FROM task t WHERE title LIKE 'written %' AND NOT EXISTS (
                     SELECT 1 FROM event e WHERE e.org_id = t.org_id AND e.project_id = t.project_id AND e.task = t.number)",
            ),
            (
                "organizations whose events have a gap",
                "SELECT o.slug FROM organization o JOIN event_head h ON h.org_id = o.id
                 WHERE h.number <> (SELECT COUNT(*) FROM event e WHERE e.org_id = o.id)
                   OR h.number <> (SELECT MAX(number) FROM event e WHERE e.org_id = o.id)",
            ),
            (
                "projects whose tasks are counted wrongly",
                "SELECT p.key FROM project p
                 LEFT JOIN project_task_count c ON c.org_id = p.org_id AND c.project_id = p.id
                 WHERE COALESCE(c.all_tasks, 0) <> (
                     SELECT COUNT(*) FROM task t WHERE t.org_id = p.org_id AND t.project_id = p.id
                       AND t.deleted_at IS NULL AND t.archived_at IS NULL)",
            ),
            (
                "tasks that the search does not know",
                "SELECT title FROM task t WHERE title LIKE 'written %' AND NOT EXISTS (
                     SELECT 1 FROM search_document d WHERE d.org_id = t.org_id AND d.project_id = t.project_id
                       AND d.number = t.number AND d.kind = 'task')",
            ),
        ] {
            assert_eq!(self.texts(sql).await, BTreeSet::new(), "{what}");
        }
        if let Self::Sqlite(_) = self {
            assert_eq!(self.texts("PRAGMA integrity_check").await, BTreeSet::from(["ok".to_owned()]));
        }
    }
}
