//! The list of the commands.

use leptos::{either::EitherOf3, ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use super::entry::{Action, Entry, EntryIcon};
use crate::web::{
    projects::state_mark::StateMark,
    search::marked::marked,
    ui::{icon::Icon, keyboard::Keys},
};

/// The `id` of the list.
pub const LIST: &str = "palette-list";

/// The `id` of the form that signs out.
const SIGN_OUT: &str = "palette-sign-out";

/// The `id` of the entry at `index`.
pub fn option_id(index: usize) -> String {
    format!("palette-option-{index}")
}

/// The entries, by their groups. The pointer chooses what it moves over; `act` is told what was taken.
#[component]
pub fn Options(
    entries: Memo<Vec<Entry>>,
    chosen: Memo<usize>,
    choose: Callback<usize>,
    act: Callback<Action>,
) -> impl IntoView {
    let groups = move || {
        let entries = entries.get();
        let mut index = 0;
        let groups = entries.chunk_by(|one, next| one.group == next.group).map(|group| {
            let name = group.first().map_or("", |entry| entry.group);
            let id = format!("palette-group-{index}");
            let labelled_by = id.clone();
            let options: Vec<_> = group
                .iter()
                .map(|entry| {
                    let option = view! { <EntryView entry=entry.clone() index chosen choose act/> };
                    index += 1;
                    option
                })
                .collect();
            view! {
                <div role="group" aria-labelledby=labelled_by>
                    <div class="menu-label" id=id>
                        {name}
                    </div>
                    {options}
                </div>
            }
        });
        groups.collect::<Vec<_>>()
    };
    view! {
        <div class="palette-list" id=LIST role="listbox" aria-label="Entries">
            {groups}
        </div>
        <form id=SIGN_OUT method="post" action="/logout" hidden></form>
    }
    .into_any()
}

#[component]
fn EntryView(
    entry: Entry,
    index: usize,
    chosen: Memo<usize>,
    choose: Callback<usize>,
    act: Callback<Action>,
) -> impl IntoView {
    let Entry { sign, label, note, detail, keys, deed, .. } = entry;
    let sign = match sign {
        EntryIcon::Glyph(icon) => view! { <Icon icon/> }.into_any(),
        EntryIcon::State(category) => view! { <StateMark category/> }.into_any(),
        EntryIcon::Emoji(emoji) => view! { <span class="emoji" aria-hidden="true">{emoji}</span> }.into_any(),
    };
    let note = note.map(|note| view! { <span class="clip muted small">{marked(&note)}</span> });
    let keys = (!keys.is_empty()).then(|| view! { <Keys keys/> });
    let content = view! {
        {sign}
        <span class="lines">
            <span class="clip">{marked(&label)}</span>
            {note}
        </span>
        <span class="end">
            <span class="muted small">{detail}</span>
            {keys}
        </span>
    }
    .into_any();
    let id = option_id(index);
    let is_chosen = move || if chosen.get() == index { "true" } else { "false" };
    let point = move |_| choose.run(index);
    match deed {
        Action::Go { href, leaves } => {
            let deed = Action::Go { href: href.clone(), leaves };
            // Whoever opens it in another tab stays here.
            let follow = move |event: MouseEvent| {
                if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                    act.run(deed.clone());
                }
            };
            EitherOf3::A(view! {
                <a
                    class="menu-item"
                    role="option"
                    tabindex="-1"
                    id=id
                    href=href
                    rel=leaves.then_some("external")
                    aria-selected=is_chosen
                    on:mousemove=point
                    on:click=follow
                >
                    {content}
                </a>
            })
        }
        Action::SignOut => EitherOf3::B(view! {
            <button
                class="menu-item"
                role="option"
                tabindex="-1"
                id=id
                type="submit"
                form=SIGN_OUT
                aria-selected=is_chosen
                on:mousemove=point
            >
                {content}
            </button>
        }),
        deed => EitherOf3::C(view! {
            <button
                class="menu-item"
                role="option"
                tabindex="-1"
                id=id
                type="button"
                aria-selected=is_chosen
                on:mousemove=point
                on:click=move |_| act.run(deed.clone())
            >
                {content}
            </button>
        }),
    }
}

/// Scrolls the list as far as it takes to see the entry at `index`.
pub fn show(index: usize) {
    let by_id = |id: &str| document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
    let (Some(list), Some(option)) = (by_id(LIST), by_id(&option_id(index))) else { return };
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    // With the first entry, what stands above it.
    if index == 0 {
        list.set_scroll_top(0);
    } else if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
