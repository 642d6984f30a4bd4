//! What a commit announces to this node's open streams and, over `PostgreSQL`, to other nodes.
//!
//! An announcement carries only the number of the organization's last event: each stream reads the events itself, as
//! its reader may see them. A stream that misses a number catches up at the next one.

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::domain::ids::OrgId;

/// The channel on which nodes that share a `PostgreSQL` tell each other.
pub const CHANNEL: &str = "tessera_events";

/// What is told when a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// The organization has events up to the one with this number.
    Events(OrgId, i64),
    /// Who may do what in the organization has changed, and perhaps more.
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
        let (org, what) = text.split_once(' ').ok_or(())?;
        let org = OrgId(org.parse().map_err(|_| ())?);
        if what == "rights" {
            Ok(Self::Rights(org))
        } else {
            what.parse().map(|last| Self::Events(org, last)).map_err(|_| ())
        }
    }
}

/// The subscriptions of this node's open streams, by organization. Dropping it ends them.
#[derive(Debug, Default)]
pub struct Announcements {
    organizations: Mutex<HashMap<OrgId, watch::Sender<i64>>>,
}

impl Announcements {
    /// Wakes the streams of the organization. Call it after the commit.
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
                sender.send_if_modified(|known| {
                    let is_news = last > *known;
                    *known = last.max(*known);
                    is_news
                });
            }
            Announcement::Rights(_) => sender.send_modify(|_| {}),
        }
    }

    /// Wakes every stream, when announcements may have been missed.
    pub fn wake_all(&self) {
        for sender in self.organizations().values() {
            sender.send_modify(|_| {});
        }
    }

    /// Subscribes to the announcements of `org`.
    pub fn subscribe(&self, org: OrgId) -> watch::Receiver<i64> {
        self.organizations().entry(org).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Ends every stream.
    pub fn close(&self) {
        self.organizations().clear();
    }

    fn organizations(&self) -> MutexGuard<'_, HashMap<OrgId, watch::Sender<i64>>> {
        // No code in here can panic half-way through a change of the map.
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_those_who_wait_for_the_organization_are_told() {
        let announcements = Announcements::default();
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        let (mut one, two) = (announcements.subscribe(acme), announcements.subscribe(beta));
        announcements.publish(Announcement::Events(acme, 7));
        assert!(one.has_changed().unwrap() && !two.has_changed().unwrap());
        assert_eq!(*one.borrow_and_update(), 7);
        announcements.publish(Announcement::Events(acme, 6));
        assert!(!one.has_changed().unwrap(), "it is older than what is known");
        announcements.publish(Announcement::Rights(acme));
        assert!(one.has_changed().unwrap());
        announcements.close();
        assert!(two.has_changed().is_err(), "it has ended");
    }

    #[test]
    fn an_organization_that_nobody_waits_for_is_forgotten() {
        let announcements = Announcements::default();
        let acme = OrgId(Uuid::from_u128(1));
        drop(announcements.subscribe(acme));
        announcements.publish(Announcement::Events(acme, 1));
        assert!(announcements.organizations().is_empty());
    }

    #[test]
    fn an_announcement_survives_the_way_to_other_nodes() {
        let org = OrgId(Uuid::from_u128(7));
        for announcement in [Announcement::Events(org, 12), Announcement::Rights(org)] {
            assert_eq!(announcement.to_string().parse(), Ok(announcement));
        }
        assert!("12".parse::<Announcement>().is_err());
        assert!("acme 12".parse::<Announcement>().is_err());
        assert!(format!("{org} twelve").parse::<Announcement>().is_err());
    }
}
