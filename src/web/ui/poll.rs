//! Polls a resource that changes without an event in the feed.

use std::time::Duration;

use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::errors::AppError;

/// The delay between two requests.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Refetches `resource` periodically while `should_poll` returns `true` for its value. In the browser only.
pub fn poll<T>(resource: Resource<Result<T, AppError>>, should_poll: fn(&T) -> bool)
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    Effect::new(move |_| {
        let continues = resource.with(|value| matches!(value, Some(Ok(value)) if should_poll(value)));
        if continues && let Ok(timer) = set_timeout_with_handle(move || resource.refetch(), POLL_INTERVAL) {
            on_cleanup(move || timer.clear());
        }
    });
}
