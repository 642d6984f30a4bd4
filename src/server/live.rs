//! Who is waiting for events, and how they hear of new ones.
//!
//! Events are read from the database, each stream for itself and as what its reader may see; what goes through here is
//! only the number of an organization's last event. A stream that misses one of these numbers reads on from where it was
//! at the next.

mod listener;
mod opened;
mod presence;
mod stream;

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use self::{opened::Opened, presence::Presence};
use super::repo::ids::OrgId;

pub use self::{listener::run as listen, stream::get};

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

/// The open streams of this node. Dropping it ends them.
#[derive(Debug, Default)]
pub struct Live {
    organizations: Mutex<HashMap<OrgId, watch::Sender<i64>>>,
    /// Who has which page open.
    presence: Presence,
    opened: Opened,
}

impl Live {
    /// Tells those whom it concerns. Call it once it is committed.
    pub fn hear(&self, announcement: Announcement) {
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

    /// Has every stream look again, when events may have been missed.
    fn look_again(&self) {
        for sender in self.organizations().values() {
            sender.send_modify(|_| {});
        }
    }

    /// Hears of the events of `org`.
    fn subscribe(&self, org: OrgId) -> watch::Receiver<i64> {
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
        let live = Live::default();
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        let (mut one, two) = (live.subscribe(acme), live.subscribe(beta));
        live.hear(Announcement::Events(acme, 7));
        assert!(one.has_changed().unwrap() && !two.has_changed().unwrap());
        assert_eq!(*one.borrow_and_update(), 7);
        live.hear(Announcement::Events(acme, 6));
        assert!(!one.has_changed().unwrap(), "it is older than what is known");
        live.hear(Announcement::Rights(acme));
        assert!(one.has_changed().unwrap());
        live.close();
        assert!(two.has_changed().is_err(), "it has ended");
    }

    #[test]
    fn an_organization_that_nobody_waits_for_is_forgotten() {
        let live = Live::default();
        let acme = OrgId(Uuid::from_u128(1));
        drop(live.subscribe(acme));
        live.hear(Announcement::Events(acme, 1));
        assert!(live.organizations().is_empty());
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
