//! Single statements that may be run twice, mostly because they only read, without a transaction around them.
//!
//! On `PostgreSQL`, BEGIN and ROLLBACK around one statement would be two more round trips.

use std::{pin::Pin, sync::Arc, time::Instant};

use sqlx::{Error, Sqlite, pool::PoolConnection};

use tokio::time::timeout;

use super::{
    availability::{is_timeout, is_unavailable, no_answer},
    gate::{ANSWER_TIMEOUT, Gate},
    pools::{Database, Pools},
    query::{Connection, Driver},
    recent::Borrowed,
    usage::Used,
};

/// The future of a statement.
pub type SingleFuture<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// A connection for one statement, for the query macros.
#[derive(Debug)]
pub struct Single {
    inner: Inner,
    used: Arc<Used>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(Borrowed),
}

impl Single {
    async fn acquire(database: &Database) -> Result<Self, Error> {
        let started = Instant::now();
        let inner = match database.pools() {
            Pools::Sqlite { readers, .. } => readers.acquire().await.map(Inner::Sqlite),
            Pools::Postgres(pool) => database.gate.acquire(pool).await.map(Inner::Postgres),
        };
        database.used.count_begin(&inner, started.elapsed());
        Ok(Self { inner: inner?, used: database.used.clone() })
    }

    /// Returns the kind of the database, for the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        match self.inner {
            Inner::Sqlite(_) => Driver::Sqlite,
            Inner::Postgres(_) => Driver::Postgres,
        }
    }

    /// Returns the connection, for the query macros.
    ///
    /// # Errors
    /// None; the macros expect those of a transaction.
    #[expect(clippy::unused_async, reason = "the macros call it as they call that of a transaction")]
    pub async fn connection(&mut self) -> Result<Connection<'_>, Error> {
        self.used.count_statement();
        Ok(match &mut self.inner {
            Inner::Sqlite(connection) => Connection::Sqlite(connection),
            Inner::Postgres(borrowed) => Connection::Postgres(&mut borrowed.connection),
        })
    }

    /// Closes the connection instead of returning it to the pool.
    fn discard(self) {
        if let Inner::Postgres(mut borrowed) = self.inner {
            borrowed.connection.close_on_drop();
        }
    }

    /// Keeps the connection for the next transaction: its statement was answered.
    fn keep(self, gate: &Gate) {
        if let Inner::Postgres(borrowed) = self.inner {
            gate.recent.put(borrowed);
        }
    }
}

impl Database {
    /// Runs one statement that may be run twice. If its connection was lost meanwhile, it is run again on another one: the pool
    /// tests only those that were idle for long.
    ///
    /// # Errors
    /// Those of `statement`, and `sqlx::Error` if no connection is available in time.
    pub async fn single<T, E: From<Error>>(
        &self,
        as_database_error: impl Fn(&E) -> Option<&Error> + Send,
        statement: impl for<'a> Fn(&'a mut Single) -> SingleFuture<'a, T, E> + Send,
    ) -> Result<T, E> {
        let mut others = match self.pools() {
            Pools::Sqlite { .. } => 0,
            Pools::Postgres(pool) => pool.options().get_max_connections(),
        };
        loop {
            let mut single = Single::acquire(self).await?;
            let result =
                timeout(ANSWER_TIMEOUT, statement(&mut single)).await.unwrap_or_else(|_| Err(no_answer().into()));
            let Err(error) = &result else {
                single.keep(&self.gate);
                return result;
            };
            let Some(lost) = as_database_error(error).filter(|error| is_unavailable(error)) else { return result };
            let is_silent = is_timeout(lost);
            single.discard();
            if is_silent || others == 0 {
                return result;
            }
            others -= 1;
        }
    }
}
