use std::{future::poll_fn, pin::Pin, task::Poll};

use uuid::Uuid;

use super::*;

const NOISY: Lane = (Some(OrgId(Uuid::from_u128(1))), SlotKind::Request);
const QUIET: Lane = (Some(OrgId(Uuid::from_u128(2))), SlotKind::Request);

/// Longer than any test.
const LONG: Duration = Duration::from_hours(1);

/// Somebody who has asked for a slot.
type Waiting = Pin<Box<dyn Future<Output = Slot>>>;

fn queue(cores: usize) -> Arc<FairQueue> {
    Arc::new(FairQueue::new(cores, LONG, LONG))
}

/// Asks for a slot, without waiting for it.
async fn ask(queue: &Arc<FairQueue>, lane: Lane) -> Result<Slot, Waiting> {
    let queue = queue.clone();
    let mut waiting: Waiting = Box::pin(async move { queue.wait(lane).await });
    served(&mut waiting).await.ok_or(waiting)
}

/// The slot that this one has got, if any.
async fn served(waiting: &mut Waiting) -> Option<Slot> {
    poll_fn(|context| match waiting.as_mut().poll(context) {
        Poll::Ready(slot) => Poll::Ready(Some(slot)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Takes the slots of those who have got one, and keeps the others.
async fn take_served(waiting: &mut Vec<Waiting>) -> Vec<Slot> {
    let mut slots = Vec::new();
    for mut it in std::mem::take(waiting) {
        match served(&mut it).await {
            Some(slot) => slots.push(slot),
            None => waiting.push(it),
        }
    }
    slots
}

/// Asks twice as often for `NOISY` as there are slots.
async fn fill(queue: &Arc<FairQueue>) -> (Vec<Slot>, Vec<Waiting>) {
    let (mut slots, mut waiting) = (Vec::new(), Vec::new());
    for _ in 0..2 * queue.total {
        match ask(queue, NOISY).await {
            Ok(slot) => slots.push(slot),
            Err(it) => waiting.push(it),
        }
    }
    (slots, waiting)
}

#[tokio::test]
async fn an_organization_that_is_alone_may_use_every_slot() {
    let queue = queue(2);
    let (slots, waiting) = fill(&queue).await;
    assert_eq!((slots.len(), waiting.len()), (16, 16));
    // Some give up before they are served, and some when they have a slot already.
    drop(slots);
    drop(waiting);
    let lanes = queue.lanes();
    assert_eq!((lanes.in_use, lanes.in_use_by.len(), lanes.waiting.len()), (0, 0, 0));
}

#[tokio::test]
async fn the_first_free_slot_is_for_whoever_has_none() {
    let queue = queue(2);
    let (mut slots, mut waiting) = fill(&queue).await;
    let mut quiet = ask(&queue, QUIET).await.unwrap_err();
    slots.pop();
    let slot = served(&mut quiet).await.expect("the only one of its organization");
    assert!(take_served(&mut waiting).await.is_empty(), "although sixteen asked earlier");
    // From now on, the noisy one has as many slots as there are cores.
    drop(slots);
    let slots = take_served(&mut waiting).await;
    assert_eq!(slots.len(), 2);
    drop(slot);
    drop(ask(&queue, QUIET).await.ok().expect("there is room at once"));
    drop(slots);
    assert_eq!(take_served(&mut waiting).await.len(), 2, "the other one may come back");
}

#[tokio::test]
async fn a_tenant_is_alone_again_a_while_after_the_last_request_of_others() {
    let queue = Arc::new(FairQueue::new(2, LONG, Duration::ZERO));
    let (mut slots, mut waiting) = fill(&queue).await;
    let mut quiet = ask(&queue, QUIET).await.unwrap_err();
    slots.pop();
    let slot = served(&mut quiet).await.unwrap();
    drop(slots);
    let shared = take_served(&mut waiting).await;
    assert_eq!(shared.len(), 2, "the other one works");
    drop(slot);
    let all = take_served(&mut waiting).await;
    assert_eq!(shared.len() + all.len(), 16);
}

#[tokio::test]
async fn those_who_wait_are_served_in_turn() {
    let queue = queue(1);
    let (mut slots, _noisy) = fill(&queue).await;
    let mut waiting = Vec::new();
    for tenant in [None, QUIET.0] {
        for kind in [SlotKind::Request, SlotKind::Request, SlotKind::Stream] {
            waiting.push((tenant, kind, ask(&queue, (tenant, kind)).await.unwrap_err()));
        }
    }
    let mut order = Vec::new();
    let mut free = slots.pop();
    while let Some(slot) = free.take() {
        drop(slot);
        for (tenant, kind, it) in &mut waiting {
            if let Some(slot) = served(it).await {
                order.push((*tenant, *kind));
                // It has been served; nobody asks it again.
                *it = Box::pin(std::future::pending());
                free = Some(slot);
            }
        }
    }
    let (request, stream) = (SlotKind::Request, SlotKind::Stream);
    let expected = [(None, request), (None, stream), QUIET, (QUIET.0, stream), (None, request), QUIET];
    assert_eq!(order, expected);
}

#[tokio::test]
async fn a_request_whose_turn_does_not_come_is_refused() {
    let queue = Arc::new(FairQueue::new(1, Duration::from_millis(20), LONG));
    let (slots, waiting) = fill(&queue).await;
    assert!(matches!(queue.slot(QUIET.0, QUIET.1).await, Err(Error::Busy)));
    drop((slots, waiting));
    queue.slot(QUIET.0, QUIET.1).await.expect("there is room again");
    assert_eq!(queue.lanes().in_use, 0);
}
