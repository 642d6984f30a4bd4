//! Who has which page open: on this node, and on the others that share a `PostgreSQL`.
//!
//! Nothing of it is stored. A stream says where its reader is when it is opened, and forgets it when it ends. Each node
//! tells the others who is at a place whenever that changes, and again every while, so that what was said by a node that
//! is gone is forgotten too.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::domain::{ids::OrgId, live::Present};

/// The channel on which nodes tell each other who is where.
pub const CHANNEL: &str = "tessera_presence";

/// How often a node says again who is there.
pub const REPEAT: Duration = Duration::from_secs(20);

/// A node that was not heard for this long is gone.
const SILENCE: Duration = Duration::from_mins(1);

/// How long what changes is gathered before it is told: somebody who comes and goes all the time is told of once.
const GATHERED_FOR: Duration = Duration::from_millis(200);

/// The most bytes of those whom one message names: `PostgreSQL` carries 8,000.
const BYTES: usize = 7_000;

/// The most characters of a name in a message.
const NAME: usize = 60;

/// A project or a task of an organization, by its key.
type Key = (OrgId, String);

/// What a node tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// The node has begun to listen: the others say who is with them.
    Hello { node: Uuid },
    /// The node stops: nobody is with it any more.
    Gone { node: Uuid },
    /// Everybody who is at a place on this node.
    Here { node: Uuid, org: OrgId, place: String, people: Vec<Present> },
}

#[derive(Debug)]
struct Place {
    /// By the stream's number.
    here: HashMap<u64, Present>,
    /// By node, and when it was heard.
    elsewhere: HashMap<Uuid, (Instant, Vec<Present>)>,
    changed: watch::Sender<()>,
}

impl Default for Place {
    fn default() -> Self {
        Self { here: HashMap::new(), elsewhere: HashMap::new(), changed: watch::Sender::new(()) }
    }
}

impl Place {
    fn is_forgotten(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty()
    }
}

/// Who is where.
#[derive(Debug, Default)]
pub struct Presence {
    places: Mutex<HashMap<Key, Place>>,
    streams: AtomicU64,
    /// What is to be told to other nodes; none where there are none.
    outbox: OnceLock<Outbox>,
}

/// The places where something has changed since they were told of.
#[derive(Debug, Default)]
struct Outbox {
    changed: Mutex<HashSet<Key>>,
    any: Notify,
}

impl Outbox {
    fn changed(&self) -> MutexGuard<'_, HashSet<Key>> {
        // As with the places.
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody at a place. Dropped, they are gone.
#[derive(Debug)]
pub struct Here {
    presence: Arc<Presence>,
    key: Key,
    stream: u64,
    person: Uuid,
    changed: watch::Receiver<()>,
}

impl Here {
    /// Says that `person` is at `place`.
    pub fn enter(presence: &Arc<Presence>, org: OrgId, place: String, person: Present) -> Self {
        let stream = presence.streams.fetch_add(1, Ordering::Relaxed);
        let (key, id) = ((org, place), person.id);
        let mut changed = presence.change(&key, |place| {
            place.here.insert(stream, person);
            place.changed.subscribe()
        });
        changed.mark_changed();
        Self { presence: presence.clone(), key, stream, person: id, changed }
    }

    /// Waits until somebody has come or gone.
    pub async fn changed(&mut self) {
        if self.changed.changed().await.is_err() {
            // Nothing changes any more; the stream ends by itself.
            std::future::pending::<()>().await;
        }
    }

    /// The others who are here, by name, each once however many pages they have open.
    pub fn others(&self) -> Vec<Present> {
        let places = self.presence.places();
        let Some(place) = places.get(&self.key) else { return Vec::new() };
        let elsewhere = place.elsewhere.values().flat_map(|(_, people)| people);
        let all = place.here.values().chain(elsewhere).filter(|person| person.id != self.person);
        let mut seen = BTreeSet::new();
        let mut others: Vec<_> = all.filter(|person| seen.insert(person.id)).cloned().collect();
        others.sort();
        others
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.presence.change(&self.key, |place| _ = place.here.remove(&self.stream));
    }
}

impl Presence {
    /// Has what changes from now on be gathered for other nodes.
    pub fn gather(&self) {
        self.outbox.get_or_init(Outbox::default);
    }

    /// Waits until somebody has come or gone, and a little longer for others who do; the places. Dropped while it waits, it
    /// has taken nothing.
    pub async fn changes(&self) -> Vec<Key> {
        let Some(outbox) = self.outbox.get() else { return std::future::pending().await };
        while outbox.changed().is_empty() {
            outbox.any.notified().await;
        }
        tokio::time::sleep(GATHERED_FOR).await;
        std::mem::take(&mut *outbox.changed()).into_iter().collect()
    }

    /// What there is to tell of one place.
    #[must_use]
    pub fn message(&self, node: Uuid, (org, place): &Key) -> Message {
        let places = self.places();
        let mut people: Vec<Present> = places
            .get(&(*org, place.clone()))
            .into_iter()
            .flat_map(|place| place.here.values())
            .map(|person| Present { name: person.name.chars().take(NAME).collect(), id: person.id })
            .collect();
        people.sort();
        people.dedup();
        let mut bytes = 0;
        people.retain(|person| {
            bytes += serde_json::to_string(person).map_or(BYTES, |json| json.len() + 1);
            bytes < BYTES
        });
        Message::Here { node, org: *org, place: place.clone(), people }
    }

    /// The places where somebody of this node is.
    #[must_use]
    pub fn own(&self) -> Vec<Key> {
        let places = self.places();
        places.iter().filter(|(_, place)| !place.here.is_empty()).map(|(key, _)| key.clone()).collect()
    }

    /// Takes over what another node tells.
    pub fn hear(&self, node: Uuid, org: OrgId, place: String, people: Vec<Present>) {
        let (key, now) = ((org, place), Instant::now());
        let mut places = self.places();
        let place = places.entry(key.clone()).or_default();
        let before = place.elsewhere.remove(&node).map_or_else(Vec::new, |(_, people)| people);
        let is_news = before != people;
        if !people.is_empty() {
            place.elsewhere.insert(node, (now, people));
        }
        if is_news {
            place.changed.send_replace(());
        }
        if place.is_forgotten() {
            places.remove(&key);
        }
    }

    /// Forgets the nodes that were not heard for a while.
    pub fn forget_silent(&self) {
        let now = Instant::now();
        self.keep(|_, heard| now.duration_since(heard) < SILENCE);
    }

    /// Forgets a node that has stopped.
    pub fn forget(&self, gone: Uuid) {
        self.keep(|node, _| node != gone);
    }

    /// Keeps of what other nodes told what is to be kept, by node and when it was heard.
    fn keep(&self, is_kept: impl Fn(Uuid, Instant) -> bool) {
        self.places().retain(|_, place| {
            let before = place.elsewhere.len();
            place.elsewhere.retain(|node, (heard, _)| is_kept(*node, *heard));
            if place.elsewhere.len() < before {
                place.changed.send_replace(());
            }
            !place.is_forgotten()
        });
    }

    fn change<T>(&self, key: &Key, change: impl FnOnce(&mut Place) -> T) -> T {
        let mut places = self.places();
        let place = places.entry(key.clone()).or_default();
        let outcome = change(place);
        place.changed.send_replace(());
        if place.is_forgotten() {
            places.remove(key);
        }
        drop(places);
        if let Some(outbox) = self.outbox.get() {
            outbox.changed().insert(key.clone());
            outbox.any.notify_one();
        }
        outcome
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Key, Place>> {
        // No code in here can panic half-way through a change of the map.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: u128, name: &str) -> Present {
        Present { name: name.to_owned(), id: Uuid::from_u128(id) }
    }

    fn names(here: &Here) -> Vec<String> {
        here.others().into_iter().map(|person| person.name).collect()
    }

    #[test]
    fn whoever_is_at_the_same_place_is_seen_once_and_until_they_leave() {
        let presence = Arc::new(Presence::default());
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        let enter = |org, place: &str, who| Here::enter(&presence, org, place.to_owned(), who);
        let alice = enter(acme, "WEB", person(1, "Alice"));
        let dana = enter(acme, "WEB", person(2, "Dana"));
        let tab = enter(acme, "WEB", person(2, "Dana"));
        let _elsewhere = (enter(acme, "WEB-1", person(3, "Joe")), enter(beta, "WEB", person(4, "Bob")));
        assert_eq!(names(&alice), ["Dana"]);
        assert_eq!(names(&dana), ["Alice"]);
        drop(dana);
        assert_eq!(names(&alice), ["Dana"], "she has another tab");
        drop(tab);
        assert!(names(&alice).is_empty());
        drop(alice);
        assert!(!presence.own().contains(&(acme, "WEB".to_owned())));
    }

    #[test]
    fn what_other_nodes_tell_counts_until_they_take_it_back() {
        let presence = Arc::new(Presence::default());
        let (acme, node) = (OrgId(Uuid::from_u128(1)), Uuid::from_u128(9));
        let mut alice = Here::enter(&presence, acme, "WEB".to_owned(), person(1, "Alice"));
        alice.changed.mark_unchanged();
        let Message::Here { people, .. } = presence.message(node, &(acme, "WEB".to_owned())) else { panic!() };
        assert_eq!(people, [person(1, "Alice")]);
        presence.hear(node, acme, "WEB".to_owned(), vec![person(2, "Dana"), person(1, "Alice")]);
        assert!(alice.changed.has_changed().unwrap());
        assert_eq!(names(&alice), ["Dana"]);
        alice.changed.mark_unchanged();
        presence.hear(node, acme, "WEB".to_owned(), vec![person(2, "Dana"), person(1, "Alice")]);
        assert!(!alice.changed.has_changed().unwrap(), "it was known");
        presence.hear(node, acme, "WEB".to_owned(), Vec::new());
        assert!(names(&alice).is_empty());
        presence.hear(node, acme, "WEB".to_owned(), vec![person(2, "Dana")]);
        presence.forget(Uuid::from_u128(8));
        assert_eq!(names(&alice), ["Dana"]);
        presence.forget(node);
        assert!(names(&alice).is_empty(), "her node has stopped");
    }

    #[test]
    fn a_message_is_small_enough_however_many_people_there_are() {
        let presence = Arc::new(Presence::default());
        let acme = OrgId(Uuid::from_u128(1));
        let all: Vec<_> =
            (0..200).map(|id| Here::enter(&presence, acme, "WEB".to_owned(), person(id, &"𝔫".repeat(200)))).collect();
        let message = serde_json::to_string(&presence.message(Uuid::nil(), &(acme, "WEB".to_owned()))).unwrap();
        assert!((5_000..7_500).contains(&message.len()), "{}", message.len());
        drop(all);
    }

    #[tokio::test]
    async fn whoever_comes_and_goes_all_the_time_is_told_of_once() {
        let presence = Arc::new(Presence::default());
        let acme = OrgId(Uuid::from_u128(1));
        presence.gather();
        for _ in 0..1_000 {
            drop(Here::enter(&presence, acme, "WEB".to_owned(), person(1, "Alice")));
        }
        let _elsewhere = Here::enter(&presence, acme, "OPS".to_owned(), person(1, "Alice"));
        let mut places: Vec<_> = presence.changes().await.into_iter().map(|(_, place)| place).collect();
        places.sort();
        assert_eq!(places, ["OPS", "WEB"]);
        let quiet = tokio::time::timeout(GATHERED_FOR * 2, presence.changes()).await;
        assert!(quiet.is_err(), "it was told");
    }
}
