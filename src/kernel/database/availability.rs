//! Whether the database can be used at the moment: which errors pass by themselves, and failing fast while it is away.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Error, PgPool, Postgres, Transaction, error::DatabaseError, sqlite::SqliteError};
use tokio::time::Instant;

/// How long to wait after a connection could not be had, before the next transaction waits for one.
const PAUSE: Duration = Duration::from_secs(1);

/// Primary result codes of `SQLite` that say something about the machine, not about the statement: busy, out of memory,
/// read-only, input or output failed, full, cannot be opened. <https://sqlite.org/rescode.html>
const SQLITE_UNAVAILABLE: [i32; 6] = [5, 7, 8, 10, 13, 14];

/// The same for `PostgreSQL`, as the beginnings of its codes: connections, resources such as disk and memory, being shut
/// down, input or output failed, and a standby, which takes no writes.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_UNAVAILABLE: [&str; 5] = ["08", "53", "57P", "58", "25006"];

/// Whether `error` means that the database cannot be used at the moment. The same request may succeed later, and its
/// transaction was not committed, unless the connection was lost during the commit itself.
#[must_use]
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => true,
        Error::Database(error) => is_unavailable_code(&**error),
        _ => false,
    }
}

fn is_unavailable_code(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The low byte of an extended code is the primary code.
        return code.parse::<i32>().is_ok_and(|code| SQLITE_UNAVAILABLE.contains(&(code & 0xff)));
    }
    POSTGRES_UNAVAILABLE.iter().any(|prefix| code.starts_with(prefix))
}

/// Starts transactions of a `PostgreSQL` pool. While no connection can be had, it fails fast: the pool itself tries to
/// connect until its time limit, and every request would wait for that.
#[derive(Debug, Default)]
pub struct Gate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failed_at: Option<Instant>,
    /// Whether a transaction is finding out if connections can be had again.
    is_trying: bool,
}

impl Gate {
    /// Starts a transaction.
    ///
    /// # Errors
    /// `sqlx::Error`, for which [`is_unavailable`] holds, if no connection can be had.
    pub async fn begin(&self, pool: &PgPool) -> Result<Transaction<'static, Postgres>, Error> {
        if !self.may_wait() {
            // A connection that is idle is still used: others may only be taken.
            return match pool.try_begin().await? {
                Some(tx) => Ok(tx),
                None => Err(Error::Io(io::Error::new(io::ErrorKind::NotConnected, "no connection since a moment ago"))),
            };
        }
        let trying = Trying(self);
        let begun = pool.begin().await;
        trying.0.state().failed_at = begun.as_ref().err().filter(|error| is_unavailable(error)).map(|_| Instant::now());
        begun
    }

    /// Whether this transaction may wait for a connection. After a failure one at a time may, after a pause.
    fn may_wait(&self) -> bool {
        let mut state = self.state();
        let Some(failed_at) = state.failed_at else { return true };
        if state.is_trying || failed_at.elapsed() < PAUSE {
            return false;
        }
        state.is_trying = true;
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it changes the state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the attempt when it is dropped, also if the request was given up.
struct Trying<'a>(&'a Gate);

impl Drop for Trying<'_> {
    fn drop(&mut self) {
        self.0.state().is_trying = false;
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection, postgres::PgPoolOptions};

    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_a_wrong_statement_is_not() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x); PRAGMA max_page_count = 2;").execute(&mut connection).await.unwrap();
        let fill = "INSERT INTO t VALUES (zeroblob(100000))";
        assert!(is_unavailable(&sqlx::query(fill).execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&sqlx::query("SELECT y FROM t").execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&Error::RowNotFound));
    }

    #[tokio::test]
    async fn after_a_failure_others_do_not_wait() {
        let limit = Duration::from_millis(500);
        let options = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
        let pool = PgPoolOptions::new().acquire_timeout(limit).connect_lazy_with(options);
        let gate = Gate::default();
        assert!(is_unavailable(&gate.begin(&pool).await.unwrap_err()));
        assert!(!gate.may_wait(), "within the pause");
        assert!(is_unavailable(&gate.begin(&pool).await.unwrap_err()));
        gate.state().failed_at = Instant::now().checked_sub(PAUSE);
        assert!(gate.may_wait(), "after it one tries");
        assert!(!gate.may_wait(), "and no other");
        drop(Trying(&gate));
        assert!(gate.may_wait());
    }
}
