//! What a transaction that `SQLite` has committed survives.

use std::str::FromStr;

use sqlx::sqlite::SqliteSynchronous;

/// When `SQLite` waits for the disk. After neither is a transaction half done: <https://sqlite.org/pragma.html#pragma_synchronous>.
///
/// `PostgreSQL` has its own setting, `synchronous_commit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// At checkpoints of the log. A process that is killed loses nothing; a machine that loses its power may lose the last
    /// commits.
    #[default]
    Normal,
    /// At every commit. A machine that loses its power loses nothing either.
    Full,
}

impl FromStr for Durability {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "normal" => Ok(Self::Normal),
            "full" => Ok(Self::Full),
            _ => Err(()),
        }
    }
}

impl From<Durability> for SqliteSynchronous {
    fn from(durability: Durability) -> Self {
        match durability {
            Durability::Normal => Self::Normal,
            Durability::Full => Self::Full,
        }
    }
}
