//! Shows who else has the same page open.

use leptos::prelude::*;

use super::feed::Feed;
use crate::web::ui::avatar::Avatar;

/// The maximum number of avatars.
const AVATARS_MAX: usize = 4;

/// The avatars of other people who have the same board or task open. Also announces this page to them.
#[component]
pub fn Presence(
    /// The key of the project or task.
    page: String,
) -> impl IntoView {
    let feed = Feed::expect();
    feed.announce_page(page);
    let others = move || feed.others();
    let label = move || {
        let names: Vec<_> = others().into_iter().map(|person| person.name).collect();
        format!("Also viewing: {}", names.join(", "))
    };
    let faces = move || {
        let others = others();
        let more = others.len().saturating_sub(AVATARS_MAX);
        let faces = others.into_iter().take(AVATARS_MAX).map(|person| {
            let title = format!("{} is viewing this", person.name);
            view! {
                <span class="face" title=title>
                    <Avatar name=person.name/>
                </span>
            }
        });
        let more = (more > 0).then(|| view! { <span class="more">{format!("+{more}")}</span> });
        (faces.collect_view(), more)
    };
    view! {
        <Show when=move || !others().is_empty()>
            <span class="presence" role="img" aria-label=label>
                {faces}
            </span>
        </Show>
    }
    .into_any()
}
