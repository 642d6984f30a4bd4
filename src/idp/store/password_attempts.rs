//! Counters of attempts per subject and window.

use chrono::TimeDelta;

use crate::kernel::{
    database::{
        Tx,
        query::{execute, fetch_one},
    },
    unix_time::UnixTime,
};

/// Counter of a subject after an attempt.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct AttemptCount {
    pub tries: i64,
    pub window_ends_at: UnixTime,
}

/// Counts an attempt, in a new window if the last one has ended.
pub async fn increment(tx: &mut Tx, subject: &str, window: TimeDelta, now: UnixTime) -> sqlx::Result<AttemptCount> {
    fetch_one!(
        tx,
        _,
        "INSERT INTO attempts (subject, tries, window_ends_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             tries = CASE WHEN attempts.window_ends_at <= $3 THEN 1 ELSE attempts.tries + 1 END,
             window_ends_at =
                 CASE WHEN attempts.window_ends_at <= $3 THEN excluded.window_ends_at ELSE attempts.window_ends_at END
         RETURNING tries, window_ends_at",
        subject,
        now.plus(window),
        now,
    )
}

/// Withdraws an attempt.
pub async fn decrement(tx: &mut Tx, subject: &str) -> sqlx::Result<()> {
    execute!(tx, "UPDATE attempts SET tries = tries - 1 WHERE subject = $1 AND tries > 0", subject)?;
    Ok(())
}

/// Deletes the counter.
pub async fn delete(tx: &mut Tx, subject: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM attempts WHERE subject = $1", subject)?;
    Ok(())
}

/// Deletes the counters of ended windows.
pub async fn delete_expired(tx: &mut Tx, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM attempts WHERE window_ends_at <= $1", now)?;
    Ok(())
}
