//! Refreshes a page's data.

use leptos::{prelude::*, task::spawn_local};

use super::feed::Feed;
use crate::{
    domain::{errors::AppError, live::LiveEvent},
    web::ui::focus,
};

/// Fetches `data` again after every event that `is_affected` accepts. Returns a callback that fetches `data`
/// immediately, for changes made on the page itself.
pub fn keep_fresh<T, F>(
    data: RwSignal<T>,
    as_of: fn(&T) -> i64,
    is_affected: impl Fn(&LiveEvent) -> bool + Send + Sync + 'static,
    fetch: impl Fn() -> F + Send + Sync + 'static,
) -> Callback<()>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + 'static,
{
    let refresh = Callback::new(move |()| refresh_data(data, as_of, fetch()));
    Feed::expect().refresh_on(data.with_untracked(as_of), is_affected, move || refresh.run(()));
    refresh
}

/// Replaces `data` with the response of `request` and keeps the focus. If the request fails, the old data stays.
///
/// `as_of` returns the number of the last event that the data includes. Responses may arrive out of order, so a response
/// older than `data` is dropped.
pub fn refresh_data<T>(
    data: RwSignal<T>,
    as_of: fn(&T) -> i64,
    request: impl Future<Output = Result<T, AppError>> + 'static,
) where
    T: Send + Sync + 'static,
{
    spawn_local(async move {
        if let Ok(fresh) = request.await
            && data.try_with_untracked(|data| as_of(data) <= as_of(&fresh)) == Some(true)
        {
            focus::keep_by_id(|| data.try_set(fresh));
        }
    });
}
