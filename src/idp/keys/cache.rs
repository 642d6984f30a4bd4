//! The signing keys as this process knows them.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::TimeDelta;

use crate::idp::{keys::ring::KeyRing, time::Timestamp};

/// How long keys are taken for those of the database without a look.
const CHECK_INTERVAL: TimeDelta = TimeDelta::seconds(3);

/// The keys as this process knows them.
pub struct Keys {
    ring: RwLock<Arc<KeyRing>>,
    /// Seconds since the epoch.
    checked_at: AtomicI64,
}

impl Keys {
    pub fn new(ring: KeyRing, now: Timestamp) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), checked_at: AtomicI64::new(now.seconds()) }
    }

    /// The keys as they were last read.
    pub fn current(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it is time to look, which it then is for one source alone.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let last = self.checked_at.load(Ordering::Relaxed);
        let is_due = now.since(Timestamp::from_seconds(last)).abs() >= CHECK_INTERVAL;
        is_due && self.checked_at.compare_exchange(last, now.seconds(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    pub fn replace(&self, ring: KeyRing) -> Arc<KeyRing> {
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring.clone();
        ring
    }
}
