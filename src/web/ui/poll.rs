//! Asking again for what changes by itself, where no event tells of it.

use std::time::Duration;

use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::errors::AppError;

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_secs(1);

/// Asks for `resource` again, a moment after each answer that `changes` says may change by itself. In the browser alone.
pub fn poll<T>(resource: Resource<Result<T, AppError>>, changes: fn(&T) -> bool)
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    Effect::new(move |_| {
        let answer_changes = resource.with(|answer| matches!(answer, Some(Ok(answer)) if changes(answer)));
        if answer_changes && let Ok(timer) = set_timeout_with_handle(move || resource.refetch(), PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
}
