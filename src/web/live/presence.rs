//! Who else has the same page open.

use leptos::prelude::*;

use super::feed::Feed;
use crate::web::ui::avatar::Avatar;

/// The most people who are shown one by one.
const SHOWN: usize = 4;

/// Small pictures of the others who have the board or the task called `place` open.
#[component]
pub fn Presence(
    /// The key of the project or of the task.
    place: String,
) -> impl IntoView {
    let feed = Feed::expect();
    feed.be_at(place);
    let here = move || feed.here();
    let label = move || {
        let names: Vec<_> = here().into_iter().map(|person| person.name).collect();
        format!("Also here: {}", names.join(", "))
    };
    let faces = move || {
        let here = here();
        let more = here.len().saturating_sub(SHOWN);
        let faces = here.into_iter().take(SHOWN).map(|person| {
            let title = format!("{} has this open", person.name);
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
        <Show when=move || !here().is_empty()>
            <span class="presence" role="img" aria-label=label>
                {faces}
            </span>
        </Show>
    }
    .into_any()
}
