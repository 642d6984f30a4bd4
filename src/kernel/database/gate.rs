//! Gives out connections of a `PostgreSQL` pool and starts transactions on them, and fails fast while the database is away.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Connection as _, Error, PgPool};
use tokio::time::{Instant, timeout};

use super::{
    availability::{is_timeout, is_unavailable, no_answer},
    open_tx::OpenTx,
    recent::{Borrowed, Recent},
};

/// How long to wait after a connection could not be had, before the next transaction waits for one.
const PAUSE: Duration = Duration::from_secs(1);

/// How long the first statement of a transaction may take, with the locks that it begins with. Over a network that swallows packets, an
/// answer never comes. Requests end earlier by themselves; background work would wait for ever.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Gives out connections of a `PostgreSQL` pool. While none can be had, it fails fast: the pool itself tries to connect
/// until its time limit, and every request would wait for that.
#[derive(Debug)]
pub struct Gate {
    begin_timeout: Duration,
    state: Mutex<State>,
    pub recent: Arc<Recent>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { begin_timeout: ANSWER_TIMEOUT, state: Mutex::default(), recent: Arc::default() }
    }
}

#[derive(Debug, Default)]
struct State {
    failed_at: Option<Instant>,
    /// Whether a transaction is finding out if connections can be had again.
    is_trying: bool,
}

/// Whether to wait for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Connections could be had a moment ago.
    Usual,
    /// This transaction finds out for all whether they can be had again.
    Try,
    /// Another one is finding out, or has just failed.
    FailFast,
}

impl Gate {
    /// Starts a transaction with `statements`, the first of which is BEGIN. If the connection was lost meanwhile, it takes
    /// another one: the pool tests only those that were idle for long, and nothing has happened yet when BEGIN fails.
    ///
    /// # Errors
    /// `sqlx::Error`, for which [`is_unavailable`] holds, if no connection can be had, or the database does not answer in
    /// time.
    pub async fn begin(&self, pool: &PgPool, statements: &str) -> Result<OpenTx, Error> {
        let mut others = pool.options().get_max_connections();
        loop {
            let connection = self.acquire(pool).await?;
            match OpenTx::begin(connection, self.recent.clone(), statements, self.begin_timeout).await {
                Err(error) if others > 0 && is_unavailable(&error) && !is_timeout(&error) => others -= 1,
                begun => return begun,
            }
        }
    }

    /// Returns a connection, which may have been lost a moment ago.
    ///
    /// The gate is settled before the connection is used: a transaction that waits for a lock says nothing about whether
    /// connections can be had.
    ///
    /// # Errors
    /// `sqlx::Error`, for which [`is_unavailable`] holds, if no connection can be had.
    pub async fn acquire(&self, pool: &PgPool) -> Result<Borrowed, Error> {
        let _waiting = match self.recent.take() {
            Ok(borrowed) => return Ok(borrowed),
            Err(waiting) => waiting,
        };
        let (acquired, _trying) = match self.turn() {
            Turn::Usual => (pool.acquire().await.map(Borrowed::new), None),
            Turn::Try => {
                let trying = Trying(self);
                (self.acquire_tested(pool).await, Some(trying))
            }
            // A connection that is idle is still used: others may only be taken.
            Turn::FailFast => {
                let none =
                    || Error::Io(io::Error::new(io::ErrorKind::NotConnected, "no connection since a moment ago"));
                return pool.try_acquire().map(Borrowed::new).ok_or_else(none);
            }
        };
        self.state().failed_at = acquired.as_ref().err().filter(|error| is_unavailable(error)).map(|_| Instant::now());
        acquired
    }

    /// Returns the first connection that answers. After an outage, those that were idle may be lost.
    async fn acquire_tested(&self, pool: &PgPool) -> Result<Borrowed, Error> {
        let mut others = pool.options().get_max_connections();
        loop {
            let mut connection = pool.acquire().await?;
            let tested = timeout(self.begin_timeout, connection.ping()).await;
            let Err(error) = tested.unwrap_or_else(|_| Err(no_answer())) else { return Ok(Borrowed::new(connection)) };
            connection.close_on_drop();
            if others == 0 || is_timeout(&error) {
                return Err(error);
            }
            others -= 1;
        }
    }

    /// Whether this transaction may wait for a connection. After a failure one at a time may, after a pause.
    fn turn(&self) -> Turn {
        let mut state = self.state();
        let Some(failed_at) = state.failed_at else { return Turn::Usual };
        if state.is_trying || failed_at.elapsed() < PAUSE {
            return Turn::FailFast;
        }
        state.is_trying = true;
        Turn::Try
    }

    /// Behaves as if no connection could be had.
    #[cfg(test)]
    pub fn fail_fast(&self) {
        self.state().failed_at = Some(Instant::now());
    }

    /// Behaves as if connections could be had.
    #[cfg(test)]
    pub fn settle(&self) {
        self.state().failed_at = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it changes the state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    use crate::kernel::database::fake_postgres::FakePostgres;

    fn past(duration: Duration) -> Option<Instant> {
        Instant::now().checked_sub(duration)
    }

    #[tokio::test]
    async fn after_a_failure_others_do_not_wait() {
        let limit = Duration::from_millis(500);
        let options = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
        let pool = PgPoolOptions::new().acquire_timeout(limit).connect_lazy_with(options);
        let gate = Arc::<Gate>::default();
        assert!(is_unavailable(&gate.begin(&pool, "BEGIN").await.unwrap_err()));
        assert_eq!(gate.turn(), Turn::FailFast, "within the pause");
        assert!(is_unavailable(&gate.begin(&pool, "BEGIN").await.unwrap_err()));
        gate.state().failed_at = past(PAUSE);
        assert_eq!(gate.turn(), Turn::Try, "after it one tries");
        assert_eq!(gate.turn(), Turn::FailFast, "and no other");
        drop(Trying(&gate));
        assert_eq!(gate.turn(), Turn::Try);
    }

    #[tokio::test]
    async fn after_an_outage_a_transaction_that_waits_for_a_lock_does_not_keep_others_out() {
        let server = FakePostgres::start(|query| (!query.contains("lock")).then_some("")).await;
        let (pool, gate) = (server.pool(), Arc::<Gate>::default());
        gate.state().failed_at = past(PAUSE);
        let waiting = tokio::spawn({
            let (pool, gate) = (pool.clone(), gate.clone());
            async move { gate.begin(&pool, "BEGIN; SELECT lock").await.map(drop) }
        });
        server.wait_for("lock").await;
        // The first one still waits, and its connection is the only one of the pool that is open.
        gate.begin(&pool, "BEGIN").await.unwrap();
        waiting.abort();
    }

    #[tokio::test]
    async fn a_connection_is_used_again_at_once_without_a_test() {
        let server = FakePostgres::start(|_| Some("")).await;
        let (pool, gate) = (server.pool(), Arc::<Gate>::default());
        for _ in 0..3 {
            gate.begin(&pool, "BEGIN").await.unwrap().commit("COMMIT".to_owned()).await.unwrap();
            assert_eq!((pool.size(), gate.recent.count()), (1, 1));
        }
        assert_eq!((server.count("COMMIT"), server.syncs()), (3, 0));
        // Others who wait for the pool get it, and so does a pool that closes.
        let (one, two) = (gate.begin(&pool, "BEGIN").await.unwrap(), gate.begin(&pool, "BEGIN").await.unwrap());
        let waiting = tokio::spawn({
            let (pool, gate) = (pool.clone(), gate.clone());
            async move { gate.begin(&pool, "BEGIN; SELECT third").await.map(drop) }
        });
        while !gate.recent.is_waited_for() {
            tokio::task::yield_now().await;
        }
        one.commit("COMMIT".to_owned()).await.unwrap();
        waiting.await.unwrap().unwrap();
        two.commit("COMMIT".to_owned()).await.unwrap();
        gate.recent.close();
        timeout(Duration::from_secs(20), pool.close()).await.unwrap();
        assert_eq!(gate.recent.count(), 0);
    }

    #[tokio::test]
    async fn a_transaction_that_gets_no_answer_fails_in_time_and_its_connection_is_closed() {
        let server = FakePostgres::start(|query| (!query.contains("BEGIN")).then_some("")).await;
        let (pool, limit) = (server.pool(), Duration::from_millis(50));
        let gate = Arc::new(Gate { begin_timeout: limit, ..Gate::default() });
        let error = timeout(Duration::from_secs(20), gate.begin(&pool, "BEGIN")).await.unwrap().unwrap_err();
        assert!(is_timeout(&error) && is_unavailable(&error), "{error:?}");
        while pool.size() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.count("BEGIN"), 1, "another connection would get no answer either");
    }
}
