//! Starts transactions of a `PostgreSQL` pool, and fails fast while the database is away.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Error, PgPool};
use tokio::time::Instant;

use super::{availability::is_unavailable, open_tx::OpenTx};

/// How long to wait after a connection could not be had, before the next transaction waits for one.
const PAUSE: Duration = Duration::from_secs(1);

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
    /// Starts a transaction with `statements`, the first of which is BEGIN.
    ///
    /// # Errors
    /// `sqlx::Error`, for which [`is_unavailable`] holds, if no connection can be had.
    pub async fn begin(&self, pool: &PgPool, statements: &str) -> Result<OpenTx, Error> {
        if !self.may_wait() {
            // A connection that is idle is still used: others may only be taken.
            return match pool.try_acquire() {
                Some(connection) => OpenTx::begin(connection, statements).await,
                None => Err(Error::Io(io::Error::new(io::ErrorKind::NotConnected, "no connection since a moment ago"))),
            };
        }
        let trying = Trying(self);
        let begun = begin_on_any(pool, statements).await;
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

/// Starts a transaction on the first connection of the pool that has not been lost meanwhile. The pool tests only those
/// that were idle for long, and nothing has happened yet when BEGIN fails.
async fn begin_on_any(pool: &PgPool, statements: &str) -> Result<OpenTx, Error> {
    let mut others = pool.options().get_max_connections();
    loop {
        match OpenTx::begin(pool.acquire().await?, statements).await {
            Err(error) if others > 0 && is_unavailable(&error) => others -= 1,
            begun => return begun,
        }
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
    use sqlx::postgres::PgPoolOptions;

    use super::*;

    #[tokio::test]
    async fn after_a_failure_others_do_not_wait() {
        let limit = Duration::from_millis(500);
        let options = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
        let pool = PgPoolOptions::new().acquire_timeout(limit).connect_lazy_with(options);
        let gate = Gate::default();
        assert!(is_unavailable(&gate.begin(&pool, "BEGIN").await.unwrap_err()));
        assert!(!gate.may_wait(), "within the pause");
        assert!(is_unavailable(&gate.begin(&pool, "BEGIN").await.unwrap_err()));
        gate.state().failed_at = Instant::now().checked_sub(PAUSE);
        assert!(gate.may_wait(), "after it one tries");
        assert!(!gate.may_wait(), "and no other");
        drop(Trying(&gate));
        assert!(gate.may_wait());
    }
}
