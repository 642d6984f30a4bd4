//! Cache of the signing keys in this process.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::TimeDelta;

use crate::{idp::keys::ring::KeyRing, kernel::unix_time::UnixTime};

/// How long the cached keys are used before they are compared with the database again.
const CHECK_INTERVAL: TimeDelta = TimeDelta::seconds(3);

/// The signing keys that this process has loaded.
pub struct Keys {
    ring: RwLock<Arc<KeyRing>>,
    /// Time of the last comparison with the database, in seconds since the Unix epoch.
    checked_at: AtomicI64,
}

impl Keys {
    pub fn new(ring: KeyRing, now: UnixTime) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), checked_at: AtomicI64::new(now.seconds()) }
    }

    /// Returns the cached keys.
    pub fn current(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether to compare the cached keys with the database now. Returns true for only one of several concurrent
    /// callers.
    pub fn is_due(&self, now: UnixTime) -> bool {
        let last = self.checked_at.load(Ordering::Relaxed);
        let is_due = now.since(UnixTime::from_seconds(last)).abs() >= CHECK_INTERVAL;
        is_due && self.checked_at.compare_exchange(last, now.seconds(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    pub fn replace(&self, ring: KeyRing) -> Arc<KeyRing> {
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring.clone();
        ring
    }
}
