//! Transactions on `PostgreSQL`, with as few round trips as possible.
//!
//! A transaction begins with its first statement: BEGIN, the settings that row-level security reads and the first locks
//! are one round trip. So are an announcement and COMMIT. sqlx's own transactions need one for each, and one more to test
//! the connection.

use std::{fmt::Write as _, sync::Arc, time::Instant};

use sqlx::{Error, PgConnection, PgPool};

use super::{gate::Gate, open_tx::OpenTx, usage::Used};

/// A transaction that begins with its first statement.
#[derive(Debug)]
pub struct PostgresTx {
    pool: PgPool,
    gate: Arc<Gate>,
    /// Settings that begin with the transaction.
    settings: Vec<(&'static str, String)>,
    /// Expressions without parameters that are evaluated after the settings, in this order.
    opening: Vec<String>,
    open: Option<OpenTx>,
}

impl PostgresTx {
    pub const fn new(pool: PgPool, gate: Arc<Gate>) -> Self {
        Self { pool, gate, settings: Vec::new(), opening: Vec::new(), open: None }
    }

    /// Sets variables for the rest of the transaction.
    pub async fn set<const N: usize>(
        &mut self,
        used: &Used,
        settings: [(&'static str, String); N],
    ) -> Result<(), Error> {
        let Some(open) = &mut self.open else {
            for (name, value) in settings {
                self.settings.retain(|(other, _)| *other != name);
                self.settings.push((name, value));
            }
            return Ok(());
        };
        open.set(used, settings).await
    }

    /// Evaluates `expression`, which has no parameters, in the round trip of BEGIN, after those before it.
    pub fn open_with(&mut self, expression: String) {
        self.opening.push(expression);
    }

    /// Returns the connection, in the transaction.
    pub async fn connection(&mut self, used: &Used) -> Result<&mut PgConnection, Error> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.begin(used).await?,
        };
        self.open.insert(open).connection()
    }

    async fn begin(&mut self, used: &Used) -> Result<OpenTx, Error> {
        let started = Instant::now();
        let (plain, others): (Vec<_>, Vec<_>) = self.settings.iter().partition(|(_, value)| literal(value).is_some());
        let settings = plain
            .into_iter()
            .filter_map(|(name, value)| literal(value).map(|value| format!("set_config('{name}', {value}, true)")));
        // One SELECT evaluates all of it, from left to right: it is parsed and planned at every beginning.
        let expressions: Vec<_> = settings.chain(self.opening.iter().cloned()).collect();
        let separator = if expressions.is_empty() { "" } else { "; SELECT " };
        let statements = format!("BEGIN{separator}{}", expressions.join(", "));
        let begun = self.gate.begin(&self.pool, &statements).await;
        used.count_begin(&begun, started.elapsed());
        let mut open = begun?;
        for (name, value) in others {
            open.set(used, [(*name, value.clone())]).await?;
        }
        Ok(open)
    }

    /// Commits the transaction, if it has begun, and sends notifications on `channel` with it.
    pub async fn commit(mut self, used: &Used, channel: &'static str, notifications: &[String]) -> Result<(), Error> {
        if !notifications.is_empty() {
            self.connection(used).await?;
        }
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let mut statements = String::new();
        for text in notifications {
            if let Some(text) = literal(text) {
                _ = write!(statements, "SELECT pg_notify('{channel}', {text}); ");
            } else {
                let notify = sqlx::query("SELECT pg_notify($1, $2)").bind(channel).bind(text);
                notify.execute(open.connection()?).await?;
            }
        }
        statements.push_str("COMMIT");
        let committed = open.commit(statements).await;
        used.count_commit(&committed);
        committed
    }
}

/// Returns `text` as a literal of SQL, if it consists of words, numbers and ids, which mean nothing within one. Anything
/// else, such as an address, is a parameter, which is not in the log of slow statements either.
fn literal(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -,".contains(&byte);
    text.bytes().all(is_plain).then(|| format!("'{text}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::database::{fake_postgres::FakePostgres, is_unavailable};

    #[tokio::test]
    async fn a_transaction_that_could_not_begin_begins_with_the_same_settings_later() {
        let server = FakePostgres::start(|_| Some("")).await;
        let (gate, used) = (Arc::<Gate>::default(), Used::default());
        let mut tx = PostgresTx::new(server.pool(), gate.clone());
        tx.set(&used, [("app.org_id", "0199-abc".to_owned())]).await.unwrap();
        tx.open_with("lock()".to_owned());
        gate.fail_fast();
        assert!(is_unavailable(&tx.connection(&used).await.unwrap_err()));
        gate.settle();
        tx.connection(&used).await.unwrap();
        assert_eq!(server.count("BEGIN; SELECT set_config('app.org_id', '0199-abc', true), lock()"), 1);
    }

    #[tokio::test]
    async fn a_commit_that_is_refused_keeps_the_connection_and_one_that_is_lost_does_not() {
        // A deferred constraint; a server that is shut down.
        let refusing = FakePostgres::start(|query| Some(if query.contains("COMMIT") { "23503" } else { "" })).await;
        let stopping = FakePostgres::start(|query| Some(if query.contains("COMMIT") { "57P01" } else { "" })).await;
        for (server, connections) in [(refusing, 1), (stopping, 0)] {
            let (pool, gate, used) = (server.pool(), Arc::<Gate>::default(), Used::default());
            let mut tx = PostgresTx::new(pool.clone(), gate.clone());
            tx.connection(&used).await.unwrap();
            tx.commit(&used, "channel", &[]).await.unwrap_err();
            // Until it is ready again, or closed.
            while (pool.size() as usize, gate.recent.count()) != (connections, connections) {
                tokio::task::yield_now().await;
            }
            assert_eq!(server.count("ROLLBACK"), connections, "what is kept is rolled back");
        }
    }

    #[test]
    fn only_plain_values_are_written_into_statements() {
        for plain in ["", "on", "0199-abc", "a-1,b-2", "a-1 rights"] {
            assert_eq!(literal(plain), Some(format!("'{plain}'")));
        }
        for other in ["person@example.com", "'", "a\\b", "a\nb", "a\0b", "é", "a;b", "$1", "a--\u{2028}"] {
            assert_eq!(literal(other), None, "{other:?}");
        }
    }
}
