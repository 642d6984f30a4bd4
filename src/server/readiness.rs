//! Whether this process should get requests: what `/readyz` tells.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::{sync::Mutex, time::Instant};

use super::db::Db;

/// How long an answer of the database counts. Anyone may ask, and each question would be a write.
const LIFETIME: Duration = Duration::from_secs(1);

/// How long the database may take, less than a probe waits.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The state of readiness of one process.
#[derive(Debug, Default)]
pub struct Readiness {
    is_stopping: AtomicBool,
    /// Whether the last write succeeded, and when that was.
    last_write: Mutex<Option<(bool, Instant)>>,
}

impl Readiness {
    /// Ends readiness for good: the process is about to stop.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the process is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// Whether the database can be written.
    pub async fn can_write(&self, db: &Db) -> bool {
        // The lock is held during the write, so that concurrent questions cause one.
        let mut last = self.last_write.lock().await;
        if let Some((succeeded, at)) = *last
            && at.elapsed() < LIFETIME
        {
            return succeeded;
        }
        let succeeded = match tokio::time::timeout(TIMEOUT, db.check_write()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database cannot be written");
                false
            }
            Err(_) => {
                tracing::warn!("the database does not answer in time");
                false
            }
        };
        *last = Some((succeeded, Instant::now()));
        succeeded
    }
}
