//! Counters of transactions and statements.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of transactions and statements since the database was opened.
#[derive(Debug, Default)]
pub struct Used {
    pub(super) transactions: AtomicU64,
    pub(super) statements: AtomicU64,
}

impl Used {
    /// Returns the number of transactions that were started, including reads without BEGIN on `SQLite`.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Returns the number of statements that were run in transactions.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
