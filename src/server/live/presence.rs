//! Presence: the people who have a page of an organization open, on this node and on the others that share a
//! `PostgreSQL` database.
//!
//! Presence is kept in memory only. An event stream adds an entry for its reader when it opens, and removes it when it
//! ends. Each node publishes the people at a key after every change and at every `REPEAT_INTERVAL`, so that the
//! entries of a node that has crashed expire.

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

/// The `PostgreSQL` channel for presence messages between nodes.
pub(super) const CHANNEL: &str = "tessera_presence";

/// How often a node repeats its presence.
pub(super) const REPEAT_INTERVAL: Duration = Duration::from_secs(20);

/// A node without a message for this long counts as stopped.
const NODE_TIMEOUT: Duration = Duration::from_mins(1);

/// How long changes are collected before they are published, so that frequent reconnects cause one message.
const BATCH_DELAY: Duration = Duration::from_millis(200);

/// Maximum size of the people in one message, in bytes: `PostgreSQL` limits a payload to 8,000.
const MAX_MESSAGE_BYTES: usize = 7_000;

/// Maximum number of characters of a name in a message.
const MAX_NAME_LENGTH: usize = 60;

/// An organization, and the key of a project or a task in it.
pub(super) type PresenceKey = (OrgId, String);

/// A message between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Message {
    /// The node has started to listen; the others reply with their presence.
    Hello { node: Uuid },
    /// The node stops; its entries are removed.
    Gone { node: Uuid },
    /// All people at a key on the node.
    Here { node: Uuid, org: OrgId, page: String, people: Vec<Present> },
}

/// The people at one key.
#[derive(Debug)]
struct PresenceState {
    /// People on this node, by stream number.
    local: HashMap<u64, Present>,
    /// People on other nodes, with the time of the node's last message.
    remote: HashMap<Uuid, (Instant, Vec<Present>)>,
    changed: watch::Sender<()>,
}

impl Default for PresenceState {
    fn default() -> Self {
        Self { local: HashMap::new(), remote: HashMap::new(), changed: watch::Sender::new(()) }
    }
}

impl PresenceState {
    fn is_empty(&self) -> bool {
        self.local.is_empty() && self.remote.is_empty()
    }
}

/// The people at every key.
#[derive(Debug, Default)]
pub struct Presence {
    states: Mutex<HashMap<PresenceKey, PresenceState>>,
    next_stream: AtomicU64,
    /// Changes to publish to other nodes; not set if this is the only node.
    outbox: OnceLock<Outbox>,
}

/// The keys that have changed since they were last published.
#[derive(Debug, Default)]
struct Outbox {
    changed: Mutex<HashSet<PresenceKey>>,
    notify: Notify,
}

impl Outbox {
    fn changed(&self) -> MutexGuard<'_, HashSet<PresenceKey>> {
        // A poisoned lock is safe to use, as in Presence::states.
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of one presence entry; dropping it removes the entry.
#[derive(Debug)]
pub struct PresenceEntry {
    presence: Arc<Presence>,
    key: PresenceKey,
    stream: u64,
    person: Uuid,
    changed: watch::Receiver<()>,
}

impl PresenceEntry {
    /// Adds `person` at the project or task with the key `page` in `org`.
    pub fn add(presence: &Arc<Presence>, org: OrgId, page: String, person: Present) -> Self {
        let stream = presence.next_stream.fetch_add(1, Ordering::Relaxed);
        let (key, id) = ((org, page), person.id);
        let mut changed = presence.update(&key, |state| {
            state.local.insert(stream, person);
            state.changed.subscribe()
        });
        changed.mark_changed();
        Self { presence: presence.clone(), key, stream, person: id, changed }
    }

    /// Waits until the people at this key change.
    pub async fn changed(&mut self) {
        if self.changed.changed().await.is_err() {
            // The sender is gone, so nothing changes any more; the caller's stream ends for another reason.
            std::future::pending::<()>().await;
        }
    }

    /// Returns the other people at this key, sorted by name. A person with several open pages is listed once.
    pub fn others(&self) -> Vec<Present> {
        let states = self.presence.states();
        let Some(state) = states.get(&self.key) else { return Vec::new() };
        let remote = state.remote.values().flat_map(|(_, people)| people);
        let all = state.local.values().chain(remote).filter(|person| person.id != self.person);
        let mut seen = BTreeSet::new();
        let mut others: Vec<_> = all.filter(|person| seen.insert(person.id)).cloned().collect();
        others.sort();
        others
    }
}

impl Drop for PresenceEntry {
    fn drop(&mut self) {
        self.presence.update(&self.key, |state| _ = state.local.remove(&self.stream));
    }
}

impl Presence {
    /// Starts to collect changes for [`Self::next_changes`].
    pub(super) fn enable_outbox(&self) {
        self.outbox.get_or_init(Outbox::default);
    }

    /// Waits for changes, collects more for [`BATCH_DELAY`], and returns the changed keys. Cancel-safe: dropping the
    /// future loses no change.
    pub(super) async fn next_changes(&self) -> Vec<PresenceKey> {
        let Some(outbox) = self.outbox.get() else { return std::future::pending().await };
        while outbox.changed().is_empty() {
            outbox.notify.notified().await;
        }
        tokio::time::sleep(BATCH_DELAY).await;
        std::mem::take(&mut *outbox.changed()).into_iter().collect()
    }

    /// Returns the message with this node's people at one key.
    pub(super) fn message(&self, node: Uuid, (org, page): &PresenceKey) -> Message {
        let states = self.states();
        let mut people: Vec<Present> = states
            .get(&(*org, page.clone()))
            .into_iter()
            .flat_map(|state| state.local.values())
            .map(|person| Present { name: person.name.chars().take(MAX_NAME_LENGTH).collect(), id: person.id })
            .collect();
        people.sort();
        people.dedup();
        let mut bytes = 0;
        people.retain(|person| {
            bytes += serde_json::to_string(person).map_or(MAX_MESSAGE_BYTES, |json| json.len() + 1);
            bytes < MAX_MESSAGE_BYTES
        });
        Message::Here { node, org: *org, page: page.clone(), people }
    }

    /// Counts the entries of this node: open pages on which presence is shown.
    pub fn count_local(&self) -> usize {
        self.states().values().map(|state| state.local.len()).sum()
    }

    /// Returns the keys with people on this node.
    pub(super) fn local_keys(&self) -> Vec<PresenceKey> {
        let states = self.states();
        states.iter().filter(|(_, state)| !state.local.is_empty()).map(|(key, _)| key.clone()).collect()
    }

    /// Replaces the people of another node at one key.
    pub(super) fn receive(&self, node: Uuid, org: OrgId, page: String, people: Vec<Present>) {
        let (key, now) = ((org, page), Instant::now());
        let mut states = self.states();
        let state = states.entry(key.clone()).or_default();
        let before = state.remote.remove(&node).map_or_else(Vec::new, |(_, people)| people);
        let has_changed = before != people;
        if !people.is_empty() {
            state.remote.insert(node, (now, people));
        }
        if has_changed {
            state.changed.send_replace(());
        }
        if state.is_empty() {
            states.remove(&key);
        }
    }

    /// Removes the entries of nodes without a message within [`NODE_TIMEOUT`].
    pub(super) fn remove_silent_nodes(&self) {
        let now = Instant::now();
        self.retain_nodes(|_, received_at| now.duration_since(received_at) < NODE_TIMEOUT);
    }

    /// Removes the entries of a node that has stopped.
    pub(super) fn remove_node(&self, stopped: Uuid) {
        self.retain_nodes(|node, _| node != stopped);
    }

    /// Keeps the entries of the other nodes for which `is_kept` returns `true`, given the node and the time of its last
    /// message.
    fn retain_nodes(&self, is_kept: impl Fn(Uuid, Instant) -> bool) {
        self.states().retain(|_, state| {
            let before = state.remote.len();
            state.remote.retain(|node, (received_at, _)| is_kept(*node, *received_at));
            if state.remote.len() < before {
                state.changed.send_replace(());
            }
            !state.is_empty()
        });
    }

    /// Applies `update` to the state at `key`, and notifies subscribers and the outbox.
    fn update<T>(&self, key: &PresenceKey, update: impl FnOnce(&mut PresenceState) -> T) -> T {
        let mut states = self.states();
        let state = states.entry(key.clone()).or_default();
        let outcome = update(state);
        state.changed.send_replace(());
        if state.is_empty() {
            states.remove(key);
        }
        drop(states);
        if let Some(outbox) = self.outbox.get() {
            outbox.changed().insert(key.clone());
            outbox.notify.notify_one();
        }
        outcome
    }

    fn states(&self) -> MutexGuard<'_, HashMap<PresenceKey, PresenceState>> {
        // No code here can panic in the middle of a change to the map, so a poisoned lock is safe to use.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: u128, name: &str) -> Present {
        Present { name: name.to_owned(), id: Uuid::from_u128(id) }
    }

    fn names(entry: &PresenceEntry) -> Vec<String> {
        entry.others().into_iter().map(|person| person.name).collect()
    }

    #[test]
    fn others_are_listed_once_until_they_leave() {
        let presence = Arc::new(Presence::default());
        let [acme, beta] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        let add = |org, page: &str, who| PresenceEntry::add(&presence, org, page.to_owned(), who);
        let alice = add(acme, "WEB", person(1, "Alice"));
        let dana = add(acme, "WEB", person(2, "Dana"));
        let tab = add(acme, "WEB", person(2, "Dana"));
        let _other = (add(acme, "WEB-1", person(3, "Joe")), add(beta, "WEB", person(4, "Bob")));
        assert_eq!(names(&alice), ["Dana"]);
        assert_eq!(names(&dana), ["Alice"]);
        drop(dana);
        assert_eq!(names(&alice), ["Dana"], "she has another tab");
        drop(tab);
        assert!(names(&alice).is_empty());
        drop(alice);
        assert!(!presence.local_keys().contains(&(acme, "WEB".to_owned())));
    }

    #[test]
    fn people_on_other_nodes_are_listed_until_their_node_removes_them() {
        let presence = Arc::new(Presence::default());
        let (acme, node) = (OrgId(Uuid::from_u128(1)), Uuid::from_u128(9));
        let mut alice = PresenceEntry::add(&presence, acme, "WEB".to_owned(), person(1, "Alice"));
        alice.changed.mark_unchanged();
        let Message::Here { people, .. } = presence.message(node, &(acme, "WEB".to_owned())) else { panic!() };
        assert_eq!(people, [person(1, "Alice")]);
        presence.receive(node, acme, "WEB".to_owned(), vec![person(2, "Dana"), person(1, "Alice")]);
        assert!(alice.changed.has_changed().unwrap());
        assert_eq!(names(&alice), ["Dana"]);
        alice.changed.mark_unchanged();
        presence.receive(node, acme, "WEB".to_owned(), vec![person(2, "Dana"), person(1, "Alice")]);
        assert!(!alice.changed.has_changed().unwrap(), "nothing changed");
        presence.receive(node, acme, "WEB".to_owned(), Vec::new());
        assert!(names(&alice).is_empty());
        presence.receive(node, acme, "WEB".to_owned(), vec![person(2, "Dana")]);
        presence.remove_node(Uuid::from_u128(8));
        assert_eq!(names(&alice), ["Dana"]);
        presence.remove_node(node);
        assert!(names(&alice).is_empty(), "her node has stopped");
    }

    #[test]
    fn a_message_has_a_limited_size() {
        let presence = Arc::new(Presence::default());
        let acme = OrgId(Uuid::from_u128(1));
        let all: Vec<_> = (0..200)
            .map(|id| PresenceEntry::add(&presence, acme, "WEB".to_owned(), person(id, &"𝔫".repeat(200))))
            .collect();
        let message = serde_json::to_string(&presence.message(Uuid::nil(), &(acme, "WEB".to_owned()))).unwrap();
        assert!((5_000..7_500).contains(&message.len()), "{}", message.len());
        drop(all);
    }

    #[tokio::test]
    async fn frequent_changes_are_published_once() {
        let presence = Arc::new(Presence::default());
        let acme = OrgId(Uuid::from_u128(1));
        presence.enable_outbox();
        for _ in 0..1_000 {
            drop(PresenceEntry::add(&presence, acme, "WEB".to_owned(), person(1, "Alice")));
        }
        let _other = PresenceEntry::add(&presence, acme, "OPS".to_owned(), person(1, "Alice"));
        let mut keys: Vec<_> = presence.next_changes().await.into_iter().map(|(_, page)| page).collect();
        keys.sort();
        assert_eq!(keys, ["OPS", "WEB"]);
        let next = tokio::time::timeout(BATCH_DELAY * 2, presence.next_changes()).await;
        assert!(next.is_err(), "the change was published before");
    }
}
