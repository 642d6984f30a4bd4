//! What a page shows, as it is on the server.

use leptos::{prelude::*, task::spawn_local};

use crate::{domain::errors::AppError, web::ui::focus};

/// Shows what `asked` answers in place of what is `shown`, unless that is newer: answers may overtake each other. What cannot
/// be had stays as it is, and so does the focus. `as_of` is the number of the last event that something takes into account.
pub fn renew<T>(shown: RwSignal<T>, as_of: fn(&T) -> i64, asked: impl Future<Output = Result<T, AppError>> + 'static)
where
    T: Send + Sync + 'static,
{
    spawn_local(async move {
        if let Ok(fresh) = asked.await
            && shown.try_with_untracked(|shown| as_of(shown) <= as_of(&fresh)) == Some(true)
        {
            focus::keep_by_id(|| shown.try_set(fresh));
        }
    });
}
