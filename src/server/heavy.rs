//! Runs work that needs the processor for long, such as comparing two large texts, outside of the runtime's threads.
//!
//! The work of one organization, and of all together, is limited, so that one organization does not slow down the
//! others. A caller must hold no transaction: the work may wait for its turn.

use std::{
    collections::{HashMap, hash_map::Entry},
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::error::Error;
use crate::domain::ids::OrgId;

/// How long work may wait for its turn.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Time after which work that can take a shortcut takes it.
const DEADLINE: Duration = Duration::from_millis(250);

/// Work on at most this many bytes runs at once: it takes less than a millisecond, and must not wait behind heavy work.
const SMALL: usize = 4 * 1024;

/// Time after which small work takes a shortcut. It needs none: it is late only if the machine is busy with something else.
const SMALL_DEADLINE: Duration = Duration::from_mins(1);

/// Jobs of one organization per core that run or wait. Half of the pages that are rendered at the same time, so that pages
/// that wait here leave room for those of others.
const JOBS_PER_CORE: usize = 4;

/// Runs heavy work, within limits.
#[derive(Debug)]
pub struct HeavyWork {
    /// One permit per core.
    total: Arc<Semaphore>,
    /// Number of jobs of one organization that run at the same time.
    max_running: usize,
    /// Number of jobs of one organization that run or wait.
    max_jobs: usize,
    /// How long a job may wait for its turn.
    max_wait: Duration,
    organizations: Mutex<HashMap<OrgId, Organization>>,
}

/// The jobs of one organization.
#[derive(Debug)]
struct Organization {
    running: Arc<Semaphore>,
    /// Number of jobs that run or wait, at least one.
    jobs: usize,
}

impl Default for HeavyWork {
    fn default() -> Self {
        Self::new(available_parallelism().map_or(1, std::num::NonZero::get), MAX_WAIT)
    }
}

impl HeavyWork {
    fn new(cores: usize, max_wait: Duration) -> Self {
        Self {
            total: Arc::new(Semaphore::new(cores)),
            max_running: (cores / 2).max(1),
            max_jobs: JOBS_PER_CORE * cores,
            max_wait,
            organizations: Mutex::default(),
        }
    }

    /// Runs `work` of the organization `org` on `bytes` of text, with the deadline after which it takes shortcuts.
    ///
    /// # Errors
    /// [`Error::Busy`] if too much work of the organization is waiting, or if its turn does not come in time.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        org: OrgId,
        bytes: usize,
        work: impl FnOnce(Instant) -> T + Send + 'static,
    ) -> Result<T, Error> {
        if bytes <= SMALL {
            return Ok(work(Instant::now() + SMALL_DEADLINE));
        }
        let job = Job::begin(self, org).ok_or(Error::Busy)?;
        let turn = async {
            // Wait for the other jobs of the organization first, to leave the places of all to others meanwhile.
            let of_organization = job.running.clone().acquire_owned().await;
            (of_organization, self.total.clone().acquire_owned().await)
        };
        let permits = tokio::time::timeout(self.max_wait, turn).await.map_err(|_| Error::Busy)?;
        let span = tracing::Span::current();
        // The permits move into the thread: the work goes on if the caller stops waiting for it.
        let finished = tokio::task::spawn_blocking(move || {
            let _turn = (permits, job);
            span.in_scope(|| work(Instant::now() + DEADLINE))
        });
        finished.await.map_err(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The process stops.
            Err(_) => Error::Busy,
        })
    }
}

/// Guard of one job that runs or waits.
struct Job {
    heavy: Arc<HeavyWork>,
    org: OrgId,
    running: Arc<Semaphore>,
}

impl Job {
    /// Counts a new job of `org`; `None` if there are too many.
    fn begin(heavy: &Arc<HeavyWork>, org: OrgId) -> Option<Self> {
        let mut organizations = heavy.organizations.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Organization { running: Arc::new(Semaphore::new(heavy.max_running)), jobs: 0 };
        let organization = organizations.entry(org).or_insert_with(new);
        if organization.jobs >= heavy.max_jobs {
            return None;
        }
        organization.jobs += 1;
        Some(Self { heavy: heavy.clone(), org, running: organization.running.clone() })
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut organizations = self.heavy.organizations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut organization) = organizations.entry(self.org) {
            organization.get_mut().jobs -= 1;
            if organization.get().jobs == 0 {
                organization.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use uuid::Uuid;

    use super::*;

    const LARGE: usize = SMALL + 1;

    fn org(id: u128) -> OrgId {
        OrgId(Uuid::from_u128(id))
    }

    /// Starts a job that runs until the returned sender is dropped.
    fn occupy(heavy: &Arc<HeavyWork>, org: OrgId) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
        let (end, ended) = mpsc::channel::<()>();
        let heavy = heavy.clone();
        let work = move |_| {
            _ = ended.recv();
        };
        (end, tokio::spawn(async move { heavy.run(org, LARGE, work).await }))
    }

    #[tokio::test]
    async fn an_organization_that_is_busy_leaves_room_for_others() {
        let heavy = Arc::new(HeavyWork::new(2, MAX_WAIT));
        let (ends, jobs): (Vec<_>, Vec<_>) = (0..heavy.max_jobs).map(|_| occupy(&heavy, org(1))).unzip();
        // Let each of them begin.
        while heavy.organizations.lock().unwrap().get(&org(1)).map(|it| it.jobs) != Some(heavy.max_jobs) {
            tokio::task::yield_now().await;
        }
        assert!(matches!(heavy.run(org(1), LARGE, |_| ()).await, Err(Error::Busy)), "one more");
        assert_eq!(heavy.run(org(1), SMALL, |_| 6).await.unwrap(), 6, "small work does not wait");
        assert_eq!(heavy.run(org(2), LARGE, |_| 7).await.unwrap(), 7);
        drop(ends);
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert_eq!(heavy.run(org(1), LARGE, |_| 8).await.unwrap(), 8);
        assert!(heavy.organizations.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn work_whose_turn_does_not_come_is_refused_and_leaves_no_place_behind() {
        let heavy = Arc::new(HeavyWork::new(1, Duration::from_millis(50)));
        let (end, job) = occupy(&heavy, org(1));
        while heavy.total.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(heavy.run(org(2), LARGE, |_| ()).await, Err(Error::Busy)));
        assert!(!heavy.organizations.lock().unwrap().contains_key(&org(2)));
        drop(end);
        job.await.unwrap().unwrap();
        heavy.run(org(2), LARGE, |_| ()).await.unwrap();
    }
}
