//! Transactions on `PostgreSQL`, with as few round trips as possible.
//!
//! A transaction begins with its first statement: BEGIN, the settings that row-level security reads and the lock on rights
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
    /// A statement without parameters that runs right after BEGIN.
    opening: Option<String>,
    open: Option<OpenTx>,
}

impl PostgresTx {
    pub const fn new(pool: PgPool, gate: Arc<Gate>) -> Self {
        Self { pool, gate, settings: Vec::new(), opening: None, open: None }
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

    /// Makes `statement`, which has no parameters, run right after BEGIN.
    pub fn open_with(&mut self, statement: String) {
        self.opening = Some(statement);
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
        let mut statements = "BEGIN".to_owned();
        let mut others = Vec::new();
        let mut separator = "; SELECT ";
        for (name, value) in self.settings.drain(..) {
            match literal(&value) {
                Some(value) => {
                    // Writing to a String does not fail.
                    _ = write!(statements, "{separator}set_config('{name}', {value}, true)");
                    separator = ", ";
                }
                None => others.push((name, value)),
            }
        }
        if let Some(opening) = &self.opening {
            statements.push_str("; ");
            statements.push_str(opening);
        }
        let begun = self.gate.begin(&self.pool, &statements).await;
        used.count_begin(&begun, started.elapsed());
        let mut open = begun?;
        for setting in others {
            open.set(used, [setting]).await?;
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
