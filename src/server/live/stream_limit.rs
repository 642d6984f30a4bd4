//! Limits the number of open event streams.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    domain::ids::{BrowserId, OrgId, PersonId},
    kernel::client_address::ClientNetwork,
};

/// A group of streams whose number is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    Browser(BrowserId, OrgId),
    Person(PersonId, OrgId),
    Organization(OrgId),
    Client(ClientNetwork),
}

impl Group {
    /// Maximum number of streams. Each visible page has one.
    const fn max(self) -> usize {
        match self {
            Self::Browser(..) => 20,
            // Several browsers and devices.
            Self::Person(..) => 60,
            Self::Organization(_) => 5_000,
            // A company's people may share an address.
            Self::Client(_) => 1_000,
        }
    }
}

/// Whose stream is opened.
#[derive(Clone, Copy, Debug)]
pub struct StreamReader {
    pub browser: BrowserId,
    pub person: PersonId,
    pub org: OrgId,
    pub client: ClientNetwork,
}

impl StreamReader {
    const fn groups(self) -> [Group; 4] {
        let Self { browser, person, org, client } = self;
        [Group::Browser(browser, org), Group::Person(person, org), Group::Organization(org), Group::Client(client)]
    }
}

/// Counts the open streams of each group.
#[derive(Debug, Default)]
pub struct OpenStreams(Mutex<HashMap<Group, usize>>);

/// Guard of one open stream; dropping it decrements the counts.
#[derive(Debug)]
pub struct StreamGuard {
    streams: Arc<OpenStreams>,
    groups: [Group; 4],
}

impl StreamGuard {
    /// Counts a new stream of `reader`; `None` if one of its groups has reached the limit.
    pub fn acquire(open: &Arc<OpenStreams>, reader: StreamReader) -> Option<Self> {
        let groups = reader.groups();
        let mut streams = open.lock();
        if groups.iter().any(|group| streams.get(group).is_some_and(|count| *count >= group.max())) {
            return None;
        }
        for group in groups {
            *streams.entry(group).or_default() += 1;
        }
        drop(streams);
        Some(Self { streams: open.clone(), groups })
    }
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        let mut streams = self.streams.lock();
        for group in &self.groups {
            if let Some(count) = streams.get_mut(group) {
                *count -= 1;
                if *count == 0 {
                    streams.remove(group);
                }
            }
        }
    }
}

impl OpenStreams {
    /// Counts the open streams.
    pub fn count(&self) -> usize {
        let streams = self.lock();
        // Each stream counts in one group of this kind.
        streams.iter().filter(|(group, _)| matches!(group, Group::Organization(_))).map(|(_, count)| count).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Group, usize>> {
        // No code here can panic in the middle of a change to the map, so a poisoned lock is safe to use.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use uuid::Uuid;

    use super::*;
    use crate::kernel::client_address::ClientAddress;

    fn reader(browser: u128, person: u128, org: u128, client: u8) -> StreamReader {
        StreamReader {
            browser: BrowserId(Uuid::from_u128(browser)),
            person: PersonId(Uuid::from_u128(person)),
            org: OrgId(Uuid::from_u128(org)),
            client: ClientAddress::from(IpAddr::from([192, 0, 2, client])).network(),
        }
    }

    /// Opens streams until one is refused; `next` returns the reader of each.
    fn fill(streams: &Arc<OpenStreams>, next: impl Fn(u128) -> StreamReader) -> Vec<StreamGuard> {
        (0..).map_while(|number| StreamGuard::acquire(streams, next(number))).collect()
    }

    #[test]
    fn each_group_has_a_limited_number_of_streams() {
        let streams = Arc::new(OpenStreams::default());
        let open = |reader| StreamGuard::acquire(&streams, reader);
        // One browser. Another browser, another organization.
        let mut all = fill(&streams, |_| reader(1, 1, 1, 1));
        assert_eq!(all.len(), 20);
        assert!(open(reader(2, 1, 1, 1)).is_some() && open(reader(1, 1, 2, 1)).is_some());
        all.pop();
        assert!(open(reader(1, 1, 1, 1)).is_some());
        all.clear();
        // One person in many browsers. Another person.
        let all = fill(&streams, |number| reader(number, 1, 1, 1));
        assert_eq!(all.len(), 60);
        assert!(open(reader(99, 2, 1, 1)).is_some());
        drop(all);
        // One address. Another address.
        let all = fill(&streams, |number| reader(number, number, 1, 1));
        assert_eq!(all.len(), 1_000);
        assert!(open(reader(9_999, 9_999, 1, 2)).is_some());
        drop(all);
        // One organization. Another organization.
        let all = fill(&streams, |number| reader(number, number, 1, u8::try_from(number % 10).unwrap()));
        assert_eq!(all.len(), 5_000);
        assert!(open(reader(9_999, 9_999, 2, 11)).is_some());
        drop(all);
        assert!(streams.lock().is_empty());
    }
}
