//! Counters of password tries.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::time::Timestamp;

/// The counter of one subject after a try.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Count {
    pub tries: i64,
    pub window_ends_at: Timestamp,
}

/// Counts one try, in a new window if the last one is over.
pub async fn count(
    conn: &mut SqliteConnection,
    subject: &str,
    window: TimeDelta,
    now: Timestamp,
) -> sqlx::Result<Count> {
    sqlx::query_as(
        "INSERT INTO attempts (subject, tries, window_ends_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             tries = CASE WHEN window_ends_at <= $3 THEN 1 ELSE tries + 1 END,
             window_ends_at = CASE WHEN window_ends_at <= $3 THEN excluded.window_ends_at ELSE window_ends_at END
         RETURNING tries, window_ends_at",
    )
    .bind(subject)
    .bind(now.plus(window))
    .bind(now)
    .fetch_one(conn)
    .await
}

/// Takes one try back: it was right.
pub async fn uncount(conn: &mut SqliteConnection, subject: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE attempts SET tries = MAX(tries - 1, 0) WHERE subject = $1").bind(subject).execute(conn).await?;
    Ok(())
}

/// Forgets the subject.
pub async fn clear(conn: &mut SqliteConnection, subject: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM attempts WHERE subject = $1").bind(subject).execute(conn).await?;
    Ok(())
}

/// Forgets every window that is over.
pub async fn sweep(conn: &mut SqliteConnection, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM attempts WHERE window_ends_at <= $1").bind(now).execute(conn).await?;
    Ok(())
}
