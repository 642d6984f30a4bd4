//! Announcements of commits to the open streams of this node and, over `PostgreSQL`, of other nodes.
//!
//! An announcement carries only the number of the organization's last event: each stream fetches the events that its reader
//! may see. A stream that misses an announcement catches up at the next one, or when it proves its rights the next time.
//!
//! Other nodes are told of rights and sign-outs with the commit. They are told of events after it, those of many commits at
//! once: `PostgreSQL` lets transactions that notify commit one after the other.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    str::FromStr,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::{Notify, watch};

use crate::domain::ids::{OrgId, PersonId};

/// The `PostgreSQL` notification channel between nodes.
pub const CHANNEL: &str = "tessera_events";

/// The announcement of a committed transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// The organization has events up to the one with this number.
    Events(OrgId, i64),
    /// Permissions or project access in the organization have changed; events may have been appended too.
    Rights(OrgId),
    /// The person has been signed out somewhere.
    SignOut(PersonId),
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events(org, last) => write!(f, "{org} {last}"),
            Self::Rights(org) => write!(f, "{org} rights"),
            Self::SignOut(person) => write!(f, "{person} sign-out"),
        }
    }
}

impl FromStr for Announcement {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, content) = text.split_once(' ').ok_or(())?;
        let id = id.parse().map_err(|_| ())?;
        match content {
            "rights" => Ok(Self::Rights(OrgId(id))),
            "sign-out" => Ok(Self::SignOut(PersonId(id))),
            last => last.parse().map(|last| Self::Events(OrgId(id), last)).map_err(|_| ()),
        }
    }
}

/// The subscriptions of this node's open streams, by organization and by person. Dropping it ends the streams.
#[derive(Debug, Default)]
pub struct Announcements {
    organizations: Mutex<HashMap<OrgId, watch::Sender<i64>>>,
    /// Sign-outs, which wake only the streams of the person: they are too frequent to wake a whole organization.
    people: Mutex<HashMap<PersonId, watch::Sender<()>>>,
    /// Set when the process stops: a stream that opens now ends at once.
    is_closed: AtomicBool,
    /// Number of announcements that the database has delivered.
    received: AtomicU64,
    /// Events of which other nodes have not been told. Unset where there are none.
    outbox: OnceLock<Outbox>,
}

/// The number of the last event of each organization, to be sent to other nodes.
#[derive(Debug, Default)]
struct Outbox {
    events: Mutex<HashMap<OrgId, i64>>,
    notify: Notify,
}

impl Outbox {
    fn events(&self) -> MutexGuard<'_, HashMap<OrgId, i64>> {
        // No code panics while it changes the map, so a poisoned lock guards consistent data.
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Announcements {
    /// Wakes the streams that the announcement concerns. Callers have committed.
    pub fn publish(&self, announcement: Announcement) {
        match announcement {
            Announcement::Events(org, last) => send(&mut self.organizations(), &org, |last_known| {
                let is_news = last > *last_known;
                *last_known = last.max(*last_known);
                is_news
            }),
            Announcement::Rights(org) => send(&mut self.organizations(), &org, |_| true),
            Announcement::SignOut(person) => send(&mut self.people(), &person, |()| true),
        }
    }

    /// Publishes events here, and to other nodes soon after.
    pub fn publish_everywhere(&self, announcement: Announcement) {
        self.publish(announcement);
        if let Announcement::Events(org, last) = announcement {
            self.put_into_outbox([(org, last)]);
        }
    }

    fn put_into_outbox(&self, events: impl IntoIterator<Item = (OrgId, i64)>) {
        let Some(outbox) = self.outbox.get() else { return };
        for (org, last) in events {
            let mut known = outbox.events();
            let known = known.entry(org).or_insert(last);
            *known = last.max(*known);
        }
        outbox.notify.notify_one();
    }

    /// Collects events for other nodes from now on.
    pub fn enable_outbox(&self) {
        self.outbox.get_or_init(Outbox::default);
    }

    /// Waits for events that other nodes have not been told of, and returns them. Never returns without an outbox.
    pub async fn next_for_others(&self) -> Vec<Announcement> {
        let Some(outbox) = self.outbox.get() else { return std::future::pending().await };
        loop {
            let announcements = self.take_for_others();
            if !announcements.is_empty() {
                return announcements;
            }
            outbox.notify.notified().await;
        }
    }

    /// Returns the events that other nodes have not been told of.
    pub fn take_for_others(&self) -> Vec<Announcement> {
        let events = self.outbox.get().map(|outbox| std::mem::take(&mut *outbox.events())).unwrap_or_default();
        events.into_iter().map(|(org, last)| Announcement::Events(org, last)).collect()
    }

    /// Keeps events that could not be sent for the next time.
    pub fn put_back(&self, announcements: Vec<Announcement>) {
        self.put_into_outbox(announcements.into_iter().filter_map(|announcement| match announcement {
            Announcement::Events(org, last) => Some((org, last)),
            Announcement::Rights(_) | Announcement::SignOut(_) => None,
        }));
    }

    /// Wakes the streams that an announcement from the database concerns, and counts it.
    pub fn receive(&self, announcement: Announcement) {
        self.received.fetch_add(1, Ordering::Relaxed);
        self.publish(announcement);
    }

    /// Returns the number of announcements that the database has delivered, from this node and from others.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Wakes all streams, after announcements may have been lost.
    pub fn wake_all(&self) {
        for sender in self.organizations().values() {
            // A stream that wakes also notices that its reader has been signed out.
            sender.send_modify(|_| {});
        }
    }

    /// Subscribes to the announcements of `org`.
    pub fn subscribe(&self, org: OrgId) -> watch::Receiver<i64> {
        let mut organizations = self.organizations();
        if self.is_closed.load(Ordering::SeqCst) {
            return watch::Sender::new(0).subscribe();
        }
        organizations.entry(org).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Subscribes to the sign-outs of `person`.
    pub fn subscribe_to_sign_outs(&self, person: PersonId) -> watch::Receiver<()> {
        let mut people = self.people();
        if self.is_closed.load(Ordering::SeqCst) {
            return watch::Sender::new(()).subscribe();
        }
        people.entry(person).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// Ends all streams, and those that open later.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.organizations().clear();
        self.people().clear();
    }

    fn organizations(&self) -> MutexGuard<'_, HashMap<OrgId, watch::Sender<i64>>> {
        // No code panics while it changes the map, so a poisoned lock guards consistent data.
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> MutexGuard<'_, HashMap<PersonId, watch::Sender<()>>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Changes the value of `key`, which wakes its subscribers if `change` returns `true`. Removes a key without subscribers.
fn send<K: Eq + Hash, T>(senders: &mut HashMap<K, watch::Sender<T>>, key: &K, change: impl FnOnce(&mut T) -> bool) {
    let Some(sender) = senders.get(key) else { return };
    if sender.receiver_count() == 0 {
        senders.remove(key);
        return;
    }
    sender.send_if_modified(change);
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
        assert!(announcements.subscribe(acme).has_changed().is_err(), "a stream that opens now ends at once");
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
    fn a_sign_out_wakes_the_streams_of_the_person_only() {
        let announcements = Announcements::default();
        let [alice, dana] = [1, 2].map(|id| PersonId(Uuid::from_u128(id)));
        let (one, two) = (announcements.subscribe_to_sign_outs(alice), announcements.subscribe_to_sign_outs(dana));
        announcements.publish(Announcement::SignOut(alice));
        assert!(one.has_changed().unwrap() && !two.has_changed().unwrap());
        drop(one);
        announcements.publish(Announcement::SignOut(alice));
        assert!(!announcements.people().contains_key(&alice));
        announcements.close();
        assert!(two.has_changed().is_err(), "the stream has ended");
    }

    #[tokio::test]
    async fn other_nodes_are_told_the_last_event_of_each_organization_once() {
        let announcements = Announcements::default();
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        announcements.publish_everywhere(Announcement::Events(acme, 1));
        assert!(announcements.take_for_others().is_empty(), "there are no others");
        announcements.enable_outbox();
        for (org, last) in [(acme, 3), (beta, 7), (acme, 5), (acme, 4)] {
            announcements.publish_everywhere(Announcement::Events(org, last));
        }
        let by_text = |mut sent: Vec<Announcement>| {
            sent.sort_by_key(ToString::to_string);
            sent
        };
        let expected = vec![Announcement::Events(acme, 5), Announcement::Events(beta, 7)];
        let sent = by_text(announcements.next_for_others().await);
        assert_eq!(sent, expected);
        announcements.publish_everywhere(Announcement::Events(acme, 6));
        announcements.put_back(sent);
        let sent = by_text(announcements.next_for_others().await);
        assert_eq!(sent, [Announcement::Events(acme, 6), Announcement::Events(beta, 7)], "could not be sent before");
        assert!(announcements.take_for_others().is_empty());
    }

    #[test]
    fn announcements_round_trip_as_text() {
        let org = OrgId(Uuid::from_u128(7));
        let sign_out = Announcement::SignOut(PersonId(Uuid::from_u128(8)));
        for announcement in [Announcement::Events(org, 12), Announcement::Rights(org), sign_out] {
            assert_eq!(announcement.to_string().parse(), Ok(announcement));
        }
        assert!("12".parse::<Announcement>().is_err());
        assert!("acme 12".parse::<Announcement>().is_err());
        assert!(format!("{org} twelve").parse::<Announcement>().is_err());
    }
}
