//! Shares the processor between organizations: a request or a stream that works in an organization needs a slot.
//!
//! An organization that is alone may use all slots. While others are active, each may use as many as there are cores, so
//! that whoever asks for little waits for hardly anything, however much another organization asks for. Free slots go to
//! the waiting lanes in turn.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::{sync::oneshot, time::Instant};

use super::error::Error;
use crate::domain::ids::OrgId;

/// Slots per core. More than one, because requests wait for the database.
const SLOTS_PER_CORE: usize = 8;

/// How long a request waits for its slot.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// How long an organization counts as active after its last request.
const ACTIVE: Duration = Duration::from_secs(1);

/// Whose slots are counted together: an organization, or all pages outside of organizations.
pub type Tenant = Option<OrgId>;

/// What a slot is for. Each kind waits in a lane of its own, so that neither has to wait for all of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A request. It waits for a limited time.
    Request,
    /// One reading of an event stream.
    Stream,
}

type Lane = (Tenant, SlotKind);

/// Gives out slots.
#[derive(Debug)]
pub struct FairQueue {
    /// Number of slots.
    total: usize,
    /// Maximum number of slots of a tenant while others are active.
    shared: usize,
    /// How long a request waits for its slot.
    max_wait: Duration,
    /// How long a tenant counts as active after its last request.
    active: Duration,
    lanes: Mutex<Lanes>,
}

#[derive(Debug, Default)]
struct Lanes {
    /// Number of slots in use.
    in_use: usize,
    /// Number of slots in use by each tenant, at least one.
    in_use_by: HashMap<Tenant, usize>,
    /// Those who wait, none of them empty.
    waiting: HashMap<Lane, VecDeque<oneshot::Sender<Slot>>>,
    /// The lanes of `waiting`, in the order in which they get free slots.
    turns: VecDeque<Lane>,
    /// The tenants that asked last: the last one, and the last other one.
    recent: [Option<(Tenant, Instant)>; 2],
}

/// The right to work. Ends when it is dropped.
#[derive(Debug)]
pub struct Slot {
    queue: Arc<FairQueue>,
    tenant: Tenant,
}

impl Default for FairQueue {
    fn default() -> Self {
        Self::new(available_parallelism().map_or(1, std::num::NonZero::get), MAX_WAIT, ACTIVE)
    }
}

impl FairQueue {
    fn new(cores: usize, max_wait: Duration, active: Duration) -> Self {
        Self { total: SLOTS_PER_CORE * cores, shared: cores, max_wait, active, lanes: Mutex::default() }
    }

    /// Returns a slot if one is free for the tenant now.
    pub fn try_slot(self: &Arc<Self>, tenant: Tenant, kind: SlotKind) -> Option<Slot> {
        // Whoever stops waiting loses the place in the lane.
        self.wait((tenant, kind)).now_or_never()
    }

    /// Waits for a slot. The caller must hold neither a slot nor a transaction.
    ///
    /// # Errors
    /// [`Error::Busy`] if the turn of a request does not come in time.
    pub async fn slot(self: &Arc<Self>, tenant: Tenant, kind: SlotKind) -> Result<Slot, Error> {
        let slot = self.wait((tenant, kind));
        match kind {
            SlotKind::Request => tokio::time::timeout(self.max_wait, slot).await.map_err(|_| Error::Busy),
            SlotKind::Stream => Ok(slot.await),
        }
    }

    async fn wait(self: &Arc<Self>, lane: Lane) -> Slot {
        let (sender, receiver) = oneshot::channel();
        self.lanes().enter(lane, sender);
        self.give_out();
        // The sender stays in its lane until it has sent a slot.
        receiver.await.unwrap_or_else(|_| unreachable!("a lane forgot who waits in it"))
    }

    /// Gives free slots to those whose turn it is.
    fn give_out(self: &Arc<Self>) {
        let next = || {
            let (receiver, tenant) = self.lanes().next(self)?;
            Some((receiver, Slot { queue: self.clone(), tenant }))
        };
        // The lock is free while a slot is sent: if nobody waits for it any more, its end takes the lock.
        while let Some((receiver, slot)) = next() {
            drop(receiver.send(slot));
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn enter(&mut self, lane: Lane, waiting: oneshot::Sender<Slot>) {
        let now = Instant::now();
        if self.recent[0].is_some_and(|(tenant, _)| tenant != lane.0) {
            self.recent.swap(0, 1);
        }
        self.recent[0] = Some((lane.0, now));
        let those_before = self.waiting.entry(lane).or_default();
        if those_before.is_empty() {
            self.turns.push_back(lane);
        }
        those_before.push_back(waiting);
    }

    /// Takes the next one out of its lane and counts its slot. `None` if there is no slot for anybody.
    fn next(&mut self, limits: &FairQueue) -> Option<(oneshot::Sender<Slot>, Tenant)> {
        while self.in_use < limits.total {
            let now = Instant::now();
            let may = |lane: &Lane| {
                let limit = if self.has_company(lane.0, now, limits.active) { limits.shared } else { limits.total };
                self.in_use_by.get(&lane.0).copied().unwrap_or_default() < limit
            };
            let position = self.turns.iter().position(may)?;
            let lane = self.turns.remove(position)?;
            let those_in_it = self.waiting.get_mut(&lane)?;
            let next = those_in_it.pop_front()?;
            if those_in_it.is_empty() {
                self.waiting.remove(&lane);
            } else {
                self.turns.push_back(lane);
            }
            if !next.is_closed() {
                self.in_use += 1;
                *self.in_use_by.entry(lane.0).or_default() += 1;
                return Some((next, lane.0));
            }
        }
        None
    }

    /// Whether another tenant than this one is, or lately was, active.
    fn has_company(&self, tenant: Tenant, now: Instant, active: Duration) -> bool {
        let mut active_tenants = self.in_use_by.keys().chain(self.waiting.keys().map(|(other, _)| other));
        let asked_lately = |(other, at): &(Tenant, Instant)| *other != tenant && now.duration_since(*at) < active;
        active_tenants.any(|other| *other != tenant) || self.recent.iter().flatten().any(asked_lately)
    }

    fn leave(&mut self, tenant: Tenant) {
        self.in_use -= 1;
        if let Entry::Occupied(mut in_use) = self.in_use_by.entry(tenant) {
            *in_use.get_mut() -= 1;
            if *in_use.get() == 0 {
                in_use.remove();
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.queue.lanes().leave(self.tenant);
        self.queue.give_out();
    }
}
