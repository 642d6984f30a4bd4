//! Connections of a `PostgreSQL` pool that were used a moment ago, ready for the next transaction.
//!
//! The pool tests each connection that is returned to it, which is a round trip for every transaction. One whose last
//! statement was answered needs no test, so a busy node keeps a few of them here instead.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Postgres, pool::PoolConnection};
use tokio::time::Instant;

/// A connection that was idle for longer is returned to the pool, which tests it before it is used again.
const FRESH: Duration = Duration::from_secs(1);

/// How long a connection is kept from the pool, which closes those that are too old.
const KEPT: Duration = Duration::from_secs(30);

/// Maximum number of connections kept. The pool has twice as many, so that it is never without.
const MAX: usize = 8;

/// A connection whose last statement was answered.
#[derive(Debug)]
pub struct Borrowed {
    pub connection: PoolConnection<Postgres>,
    /// When the pool gave it out.
    since: Instant,
}

impl Borrowed {
    /// A connection that the pool has just given out.
    pub fn new(connection: PoolConnection<Postgres>) -> Self {
        Self { connection, since: Instant::now() }
    }
}

/// The connections, and who waits for one of the pool.
#[derive(Debug, Default)]
pub struct Recent(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// With the time of their last use, the last one last.
    idle: Vec<(Borrowed, Instant)>,
    /// Number of transactions that wait for a connection of the pool.
    waiting: usize,
    is_closed: bool,
}

impl Recent {
    /// Returns the connection that was used last, or the right to wait for one of the pool.
    pub fn take(&self) -> Result<Borrowed, Waiting<'_>> {
        // They are returned to the pool when the lock is free.
        let (taken, _stale) = {
            let mut state = self.state();
            let is_stale = |(_, used_at): &&(Borrowed, Instant)| used_at.elapsed() >= FRESH;
            let count = state.idle.iter().take_while(is_stale).count();
            let expired = state.idle.drain(..count).collect::<Vec<_>>();
            let taken = state.idle.pop();
            state.waiting += usize::from(taken.is_none());
            (taken, expired)
        };
        taken.map(|(borrowed, _)| borrowed).ok_or_else(|| Waiting(self))
    }

    /// Keeps a connection for the next transaction, or returns it to the pool if one waits for that.
    pub fn put(&self, borrowed: Borrowed) {
        let mut state = self.state();
        if state.waiting == 0 && !state.is_closed && state.idle.len() < MAX && borrowed.since.elapsed() < KEPT {
            state.idle.push((borrowed, Instant::now()));
            return;
        }
        drop(state);
        drop(borrowed);
    }

    /// Returns the number of connections that are kept.
    pub fn count(&self) -> usize {
        self.state().idle.len()
    }

    /// Whether a transaction waits for a connection of the pool.
    #[cfg(test)]
    pub fn is_waited_for(&self) -> bool {
        self.state().waiting > 0
    }

    /// Returns all connections to the pool, and keeps none from now on.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it changes the state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a transaction that waits for a connection of the pool until it is dropped.
#[derive(Debug)]
pub struct Waiting<'a>(&'a Recent);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}
