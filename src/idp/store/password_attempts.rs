//! Counters of attempts by subject, each for a window of time.

use chrono::TimeDelta;

use crate::kernel::{
    database::{
        Tx,
        query::{execute, fetch_one},
    },
    unix_time::UnixTime,
};

/// Value of a counter after an attempt was counted.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct AttemptCount {
    pub tries: i64,
    pub window_ends_at: UnixTime,
}

/// Counts an attempt. Starts a new window if the last one has ended, or ends later than a new one would: the clock was set back
/// then.
pub async fn upsert_incremented(
    tx: &mut Tx,
    subject: &str,
    window: TimeDelta,
    now: UnixTime,
) -> sqlx::Result<AttemptCount> {
    fetch_one!(
        tx,
        _,
        "INSERT INTO password_attempts (subject, tries, window_ends_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             tries = CASE WHEN password_attempts.window_ends_at <= $3
                 OR password_attempts.window_ends_at > excluded.window_ends_at
                 THEN 1 ELSE password_attempts.tries + 1 END,
             window_ends_at =
                 CASE WHEN password_attempts.window_ends_at <= $3
                 OR password_attempts.window_ends_at > excluded.window_ends_at
                 THEN excluded.window_ends_at ELSE password_attempts.window_ends_at END
         RETURNING tries, window_ends_at",
        subject,
        now.plus(window),
        now,
    )
}

/// Subtracts one attempt from the counter.
pub async fn update_decremented(tx: &mut Tx, subject: &str) -> sqlx::Result<()> {
    execute!(tx, "UPDATE password_attempts SET tries = tries - 1 WHERE subject = $1 AND tries > 0", subject)?;
    Ok(())
}

/// Deletes the counter of `subject`.
pub async fn delete(tx: &mut Tx, subject: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM password_attempts WHERE subject = $1", subject)?;
    Ok(())
}

/// Deletes all counters whose window has ended.
pub async fn delete_expired(tx: &mut Tx, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM password_attempts WHERE window_ends_at <= $1", now)?;
    Ok(())
}
