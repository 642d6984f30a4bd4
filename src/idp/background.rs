//! Background tasks: delivery of mail and of logout tokens.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet};

/// Time that running tasks have to finish when the provider shuts down.
const GRACE_PERIOD: Duration = Duration::from_secs(10);

/// The background tasks, which end when the provider shuts down.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

/// Signals to a task that the provider shuts down.
#[derive(Clone, Debug)]
pub struct ShutdownSignal(watch::Receiver<bool>);

impl Background {
    pub fn new() -> Self {
        Self { stop: watch::Sender::new(false), tasks: Mutex::default() }
    }

    /// Spawns `task`. The task must stop waiting once its signal arrives.
    pub fn spawn<F: Future<Output = ()> + Send + 'static>(&self, task: impl FnOnce(ShutdownSignal) -> F) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task(ShutdownSignal(self.stop.subscribe())));
    }

    /// Waits for the tasks to finish, for ten seconds at most, then aborts them.
    pub async fn shut_down(&self) {
        self.shut_down_within(GRACE_PERIOD).await;
    }

    async fn shut_down_within(&self, grace: Duration) {
        self.stop.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("background tasks took too long and were aborted");
            tasks.shutdown().await;
        }
    }
}

impl ShutdownSignal {
    /// Waits for `time`. Returns true if the provider shuts down before `time` completes.
    pub async fn interrupts(&mut self, time: impl Future) -> bool {
        tokio::select! {
            biased;
            // An error means that the provider was dropped.
            _ = self.0.wait_for(|stop| *stop) => true,
            _ = time => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn running_work_finishes_and_waiting_is_interrupted() {
        let (background, steps) = (Background::new(), Arc::new(AtomicU32::new(0)));
        let count = steps.clone();
        background.spawn(async move |mut shutdown: ShutdownSignal| {
            assert!(!shutdown.interrupts(std::future::ready(())).await, "nothing closes yet");
            assert!(shutdown.interrupts(std::future::pending::<()>()).await);
            for _ in 0..10 {
                tokio::task::yield_now().await;
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        tokio::task::yield_now().await;
        background.shut_down_within(GRACE_PERIOD).await;
        assert_eq!(steps.load(Ordering::SeqCst), 10);
    }

    #[tokio::test]
    async fn a_task_that_never_ends_is_aborted() {
        let (background, alive) = (Background::new(), Arc::new(()));
        let held = alive.clone();
        background.spawn(async move |_| {
            std::future::pending::<()>().await;
            drop(held);
        });
        background.shut_down_within(Duration::ZERO).await;
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
