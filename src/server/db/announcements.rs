//! Announcements of commits to the open streams of this node and, over `PostgreSQL`, of other nodes.
//!
//! An announcement carries only the number of the organization's last event: each stream fetches the events that its reader
//! may see. A stream that misses an announcement catches up at the next one.

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::domain::ids::OrgId;

/// The `PostgreSQL` notification channel between nodes.
pub const CHANNEL: &str = "tessera_events";

/// The announcement of a committed transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// The organization has events up to the one with this number.
    Events(OrgId, i64),
    /// Permissions or project access in the organization have changed; events may have been appended too.
    Rights(OrgId),
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events(org, last) => write!(f, "{org} {last}"),
            Self::Rights(org) => write!(f, "{org} rights"),
        }
    }
}

impl FromStr for Announcement {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (org, content) = text.split_once(' ').ok_or(())?;
        let org = OrgId(org.parse().map_err(|_| ())?);
        if content == "rights" {
            Ok(Self::Rights(org))
        } else {
            content.parse().map(|last| Self::Events(org, last)).map_err(|_| ())
        }
    }
}

/// The subscriptions of this node's open streams, by organization. Dropping it ends the streams.
#[derive(Debug, Default)]
pub struct Announcements {
    organizations: Mutex<HashMap<OrgId, watch::Sender<i64>>>,
}

impl Announcements {
    /// Wakes the streams of the announcement's organization. Callers have committed.
    pub fn publish(&self, announcement: Announcement) {
        let (Announcement::Events(org, _) | Announcement::Rights(org)) = announcement;
        let mut organizations = self.organizations();
        let Some(sender) = organizations.get(&org) else { return };
        if sender.receiver_count() == 0 {
            organizations.remove(&org);
            return;
        }
        match announcement {
            Announcement::Events(_, last) => {
                sender.send_if_modified(|last_known| {
                    let is_news = last > *last_known;
                    *last_known = last.max(*last_known);
                    is_news
                });
            }
            Announcement::Rights(_) => sender.send_modify(|_| {}),
        }
    }

    /// Wakes all streams, after announcements may have been lost.
    pub fn wake_all(&self) {
        for sender in self.organizations().values() {
            sender.send_modify(|_| {});
        }
    }

    /// Subscribes to the announcements of `org`.
    pub fn subscribe(&self, org: OrgId) -> watch::Receiver<i64> {
        self.organizations().entry(org).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.organizations().clear();
    }

    fn organizations(&self) -> MutexGuard<'_, HashMap<OrgId, watch::Sender<i64>>> {
        // No code panics while it changes the map, so a poisoned lock guards consistent data.
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn publish_wakes_subscribers_of_the_organization_only() {
        let announcements = Announcements::default();
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        let (mut one, two) = (announcements.subscribe(acme), announcements.subscribe(beta));
        announcements.publish(Announcement::Events(acme, 7));
        assert!(one.has_changed().unwrap() && !two.has_changed().unwrap());
        assert_eq!(*one.borrow_and_update(), 7);
        announcements.publish(Announcement::Events(acme, 6));
        assert!(!one.has_changed().unwrap(), "an older number is no news");
        announcements.publish(Announcement::Rights(acme));
        assert!(one.has_changed().unwrap());
        announcements.close();
        assert!(two.has_changed().is_err(), "the stream has ended");
    }

    #[test]
    fn publish_drops_organizations_without_subscribers() {
        let announcements = Announcements::default();
        let acme = OrgId(Uuid::from_u128(1));
        drop(announcements.subscribe(acme));
        announcements.publish(Announcement::Events(acme, 1));
        assert!(announcements.organizations().is_empty());
    }

    #[test]
    fn announcements_round_trip_as_text() {
        let org = OrgId(Uuid::from_u128(7));
        for announcement in [Announcement::Events(org, 12), Announcement::Rights(org)] {
            assert_eq!(announcement.to_string().parse(), Ok(announcement));
        }
        assert!("12".parse::<Announcement>().is_err());
        assert!("acme 12".parse::<Announcement>().is_err());
        assert!(format!("{org} twelve").parse::<Announcement>().is_err());
    }
}
