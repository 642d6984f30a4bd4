//! Limits the number of open event streams of a browser.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::ids::{BrowserId, OrgId};

/// Maximum number of streams of a browser in one organization. Each visible page has one.
const MAX_STREAMS: usize = 20;

type Key = (BrowserId, OrgId);

/// Counts the open streams of each browser and organization.
#[derive(Debug, Default)]
pub struct OpenStreams(Mutex<HashMap<Key, usize>>);

/// Guard of one open stream; dropping it decrements the count.
#[derive(Debug)]
pub struct StreamGuard {
    streams: Arc<OpenStreams>,
    key: Key,
}

impl StreamGuard {
    /// Counts a new stream of `browser` in `org`; `None` if the browser has reached the limit.
    pub fn acquire(open: &Arc<OpenStreams>, browser: BrowserId, org: OrgId) -> Option<Self> {
        let key = (browser, org);
        let mut streams = open.lock();
        let count = streams.entry(key).or_default();
        if *count == MAX_STREAMS {
            return None;
        }
        *count += 1;
        drop(streams);
        Some(Self { streams: open.clone(), key })
    }
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        let mut streams = self.streams.lock();
        if let Some(count) = streams.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.key);
            }
        }
    }
}

impl OpenStreams {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, usize>> {
        // No code here can panic in the middle of a change to the map, so a poisoned lock is safe to use.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_browser_has_a_limited_number_of_streams_in_each_organization() {
        let streams = Arc::new(OpenStreams::default());
        let browsers = [1, 2].map(|id| BrowserId(Uuid::from_u128(id)));
        let orgs = [3, 4].map(|id| OrgId(Uuid::from_u128(id)));
        let open = |browser: usize, org: usize| StreamGuard::acquire(&streams, browsers[browser], orgs[org]);
        let mut all: Vec<_> = (0..MAX_STREAMS).map(|_| open(0, 0).expect("there is room")).collect();
        assert!(open(0, 0).is_none() && open(1, 0).is_some() && open(0, 1).is_some());
        all.pop();
        assert!(open(0, 0).is_some());
        all.clear();
        assert!(streams.lock().is_empty());
    }
}
