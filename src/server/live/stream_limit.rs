//! How many streams each browser has open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::ids::{BrowserId, OrgId};

/// The most streams that a browser has in one organization: one for each page that is seen.
pub const STREAMS_MAX: usize = 20;

/// A browser's place in an organization.
type Key = (BrowserId, OrgId);

/// The streams that are open, counted.
#[derive(Debug, Default)]
pub struct OpenStreams(Mutex<HashMap<Key, usize>>);

/// A stream that is open. Dropped, it is closed.
#[derive(Debug)]
pub struct Opening {
    all: Arc<OpenStreams>,
    key: Key,
}

impl Opening {
    /// One more of `browser` in `org`; none when it has enough.
    pub fn of(all: &Arc<OpenStreams>, browser: BrowserId, org: OrgId) -> Option<Self> {
        let key = (browser, org);
        let mut streams = all.streams();
        let count = streams.entry(key).or_default();
        if *count == STREAMS_MAX {
            return None;
        }
        *count += 1;
        drop(streams);
        Some(Self { all: all.clone(), key })
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut streams = self.all.streams();
        if let Some(count) = streams.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.key);
            }
        }
    }
}

impl OpenStreams {
    fn streams(&self) -> MutexGuard<'_, HashMap<Key, usize>> {
        // No code in here can panic half-way through a change of the map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_browser_has_so_many_streams_in_each_organization_and_no_more() {
        let streams = Arc::new(OpenStreams::default());
        let browsers = [1, 2].map(|id| BrowserId(Uuid::from_u128(id)));
        let orgs = [3, 4].map(|id| OrgId(Uuid::from_u128(id)));
        let open = |browser: usize, org: usize| Opening::of(&streams, browsers[browser], orgs[org]);
        let mut all: Vec<_> = (0..STREAMS_MAX).map(|_| open(0, 0).expect("there is room")).collect();
        assert!(open(0, 0).is_none() && open(1, 0).is_some() && open(0, 1).is_some());
        all.pop();
        assert!(open(0, 0).is_some());
        all.clear();
        assert!(streams.streams().is_empty());
    }
}
