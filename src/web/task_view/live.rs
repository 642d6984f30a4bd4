//! Keeps a board or a list in step with the changes of others.

use std::sync::Arc;

use super::{TaskView, store::EventOutcome};
use crate::{
    domain::live::LiveEvent,
    web::live::feed::{Feed, FeedItem},
};

/// Applies the events after number `as_of` to `view`, until the calling component is unmounted.
pub fn follow(view: Arc<dyn TaskView>, as_of: i64) {
    Feed::expect().subscribe(as_of, move |item| match item {
        FeedItem::Event(event) => on_event(&*view, event),
        FeedItem::Reset => view.reload(),
    });
}

fn on_event(view: &dyn TaskView, event: &LiveEvent) {
    let store = view.store();
    if store.page(|page| page.project == event.project) != Some(true) {
        return;
    }
    let mut outcome = EventOutcome::Applied;
    view.keep_focus(&mut || outcome = view.apply(event));
    match outcome {
        EventOutcome::Applied => {}
        EventOutcome::Reload => view.reload(),
        EventOutcome::Rebuild => store.rebuild(),
    }
}
