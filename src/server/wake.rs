//! Wakes a background task of this node before its next poll.

use tokio::sync::Notify;

/// Wakes one background task. A call while the task is busy is remembered and wakes it once more.
#[derive(Debug, Default)]
pub struct Wake(Notify);

impl Wake {
    /// Wakes the task. Call it after committing the work that has become due.
    pub fn now(&self) {
        self.0.notify_one();
    }

    /// Waits for a call of [`Wake::now`].
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
