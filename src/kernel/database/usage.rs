//! Counters of transactions and statements.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Counters of transactions and statements since the database was opened.
#[derive(Debug, Default)]
pub struct Used {
    transactions: AtomicU64,
    statements: AtomicU64,
    /// Microseconds that starting transactions has taken.
    begin_micros: AtomicU64,
    begin_failures: AtomicU64,
    commits: AtomicU64,
    commit_failures: AtomicU64,
}

impl Used {
    /// Counts the start of a transaction, which took `time`.
    pub(super) fn count_begin<T, E>(&self, result: &Result<T, E>, time: Duration) {
        self.begin_micros.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let counter = if result.is_ok() { &self.transactions } else { &self.begin_failures };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a statement.
    pub(super) fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a commit.
    pub(super) fn count_commit<T, E>(&self, result: &Result<T, E>) {
        let counter = if result.is_ok() { &self.commits } else { &self.commit_failures };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the time that starting transactions has taken: mostly waiting for a connection and, to write on `SQLite`,
    /// for the other writer.
    #[must_use]
    pub fn begin_time(&self) -> Duration {
        Duration::from_micros(self.begin_micros.load(Ordering::Relaxed))
    }

    /// Returns the number of transactions that could not be started.
    #[must_use]
    pub fn begin_failures(&self) -> u64 {
        self.begin_failures.load(Ordering::Relaxed)
    }

    /// Returns the number of commits. A read on `SQLite` has none.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Returns the number of commits that failed.
    #[must_use]
    pub fn commit_failures(&self) -> u64 {
        self.commit_failures.load(Ordering::Relaxed)
    }

    /// Returns the number of transactions that were started, including reads without BEGIN on `SQLite`. On `PostgreSQL`, a
    /// transaction without statements is never started.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Returns the number of statements that were run in transactions. What runs in the round trip of BEGIN or COMMIT does
    /// not count.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
