//! A transaction that has begun on a connection of a `PostgreSQL` pool.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Error, Executor as _, PgConnection, Postgres, pool::PoolConnection};

use tokio::time::timeout;

use super::{availability::is_unavailable, usage::Used};

/// How long a rollback may take until the connection is closed instead. Over a network that swallows packets, an answer
/// never comes, and the connection would be missing in the pool for as long.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection in a transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct OpenTx(Option<PoolConnection<Postgres>>);

impl OpenTx {
    /// Begins a transaction with `statements`, the first of which is BEGIN.
    pub async fn begin(connection: PoolConnection<Postgres>, statements: &str) -> Result<Self, Error> {
        // The guard comes first: if this future is dropped when BEGIN has been sent, the transaction is rolled back.
        let mut open = Self(Some(connection));
        match open.connection()?.execute(AssertSqlSafe(statements.to_owned())).await {
            Ok(_) => Ok(open),
            Err(error) => {
                if is_unavailable(&error) {
                    open.discard();
                }
                Err(error)
            }
        }
    }

    /// The connection.
    pub fn connection(&mut self) -> Result<&mut PgConnection, Error> {
        self.0.as_deref_mut().ok_or(Error::BeginFailed)
    }

    /// Sets variables for the rest of the transaction.
    pub async fn set<const N: usize>(
        &mut self,
        used: &Used,
        settings: [(&'static str, String); N],
    ) -> Result<(), Error> {
        used.count_statement();
        let calls: Vec<_> = (0..N).map(|at| format!("set_config(${}, ${}, true)", 2 * at + 1, 2 * at + 2)).collect();
        let sql = AssertSqlSafe(format!("SELECT {}", calls.join(", ")));
        let query = settings.into_iter().fold(sqlx::query(sql), |query, (name, value)| query.bind(name).bind(value));
        query.execute(self.connection()?).await.map(drop)
    }

    /// Runs `statements`, the last of which is COMMIT.
    pub async fn commit(mut self, statements: String) -> Result<(), Error> {
        let committed = self.connection()?.execute(AssertSqlSafe(statements)).await.map(drop);
        match committed {
            // Back into the pool, without a ROLLBACK.
            Ok(()) => drop(self.0.take()),
            // Whether the transaction is still open depends on the statement that failed.
            Err(_) => self.discard(),
        }
        committed
    }

    /// Closes a connection that was lost.
    fn discard(mut self) {
        if let Some(mut connection) = self.0.take() {
            connection.close_on_drop();
        }
    }
}

impl Drop for OpenTx {
    fn drop(&mut self) {
        let Some(mut connection) = self.0.take() else { return };
        tokio::spawn(async move {
            let rolled_back = timeout(ROLLBACK_TIMEOUT, connection.execute("ROLLBACK")).await;
            if !matches!(rolled_back, Ok(Ok(_))) {
                connection.close_on_drop();
            }
        });
    }
}
