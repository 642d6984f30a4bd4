//! A transaction that has begun on a connection of a `PostgreSQL` pool.

use std::{sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, Error, Executor as _, PgConnection};

use tokio::time::timeout;

use super::{
    availability::{is_unavailable, no_answer},
    recent::{Borrowed, Recent},
    usage::Used,
};

/// How long a rollback may take until the connection is closed instead. Over a network that swallows packets, an answer
/// never comes, and the connection would be missing in the pool for as long.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection in a transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct OpenTx {
    borrowed: Option<Borrowed>,
    recent: Arc<Recent>,
}

impl OpenTx {
    /// Begins a transaction with `statements`, the first of which is BEGIN. After `limit` the connection counts as lost.
    pub async fn begin(
        borrowed: Borrowed,
        recent: Arc<Recent>,
        statements: &str,
        limit: Duration,
    ) -> Result<Self, Error> {
        // The guard comes first: if this future is dropped when BEGIN has been sent, the transaction is rolled back.
        let mut open = Self { borrowed: Some(borrowed), recent };
        let begun = timeout(limit, open.connection()?.execute(AssertSqlSafe(statements.to_owned()))).await;
        match begun.unwrap_or_else(|_| Err(no_answer())) {
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
        self.borrowed.as_mut().map(|borrowed| &mut *borrowed.connection).ok_or(Error::BeginFailed)
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
        match &committed {
            // Without a ROLLBACK.
            Ok(()) => self.borrowed.take().into_iter().for_each(|borrowed| self.recent.put(borrowed)),
            Err(error) if is_unavailable(error) => self.discard(),
            // Whether the transaction is still open depends on the statement that failed: it is rolled back, which does
            // nothing to one that has ended.
            Err(_) => {}
        }
        committed
    }

    /// Closes a connection that was lost.
    fn discard(mut self) {
        if let Some(mut borrowed) = self.borrowed.take() {
            borrowed.connection.close_on_drop();
        }
    }
}

impl Drop for OpenTx {
    fn drop(&mut self) {
        let Some(mut borrowed) = self.borrowed.take() else { return };
        let recent = self.recent.clone();
        tokio::spawn(async move {
            match timeout(ROLLBACK_TIMEOUT, borrowed.connection.execute("ROLLBACK")).await {
                Ok(Ok(_)) => recent.put(borrowed),
                _ => borrowed.connection.close_on_drop(),
            }
        });
    }
}
