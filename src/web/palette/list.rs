//! The palette's list of entries.

use leptos::{either::EitherOf3, ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use super::entry::{Action, Entry, EntryIcon};
use crate::web::{
    projects::state_mark::StateMark,
    search::marked::marked,
    ui::{icon::Icon, keyboard::Keys},
};

/// The `id` of the list.
pub(super) const LIST_ID: &str = "palette-list";

/// The `id` of the sign-out form.
const SIGN_OUT_FORM_ID: &str = "palette-sign-out";

/// Returns the `id` of the entry at `index`.
pub(super) fn option_id(index: usize) -> String {
    format!("palette-option-{index}")
}

/// Renders the entries by group. Moving the pointer over an entry calls `select`; clicking an entry calls `run`.
#[component]
pub(super) fn Options(
    entries: Memo<Vec<Entry>>,
    selected_index: Memo<usize>,
    select: Callback<usize>,
    run: Callback<Action>,
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
                    let option = view! { <EntryView entry=entry.clone() index selected_index select run/> };
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
        <div class="palette-list" id=LIST_ID role="listbox" aria-label="Results">
            {groups}
        </div>
        <form id=SIGN_OUT_FORM_ID method="post" action="/logout" hidden></form>
    }
    .into_any()
}

#[component]
fn EntryView(
    entry: Entry,
    index: usize,
    selected_index: Memo<usize>,
    select: Callback<usize>,
    run: Callback<Action>,
) -> impl IntoView {
    let Entry { icon, label, note, detail, keys, action, .. } = entry;
    let icon = match icon {
        EntryIcon::Glyph(icon) => view! { <Icon icon/> }.into_any(),
        EntryIcon::State(category) => view! { <StateMark category/> }.into_any(),
        EntryIcon::Emoji(emoji) => view! { <span class="emoji" aria-hidden="true">{emoji}</span> }.into_any(),
    };
    let note = note.map(|note| view! { <span class="clip muted small">{marked(&note)}</span> });
    let keys = (!keys.is_empty()).then(|| view! { <Keys keys/> });
    let content = view! {
        {icon}
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
    let is_selected = move || if selected_index.get() == index { "true" } else { "false" };
    let hover = move |_| select.run(index);
    match action {
        Action::Go { href, is_external } => {
            let action = Action::Go { href: href.clone(), is_external };
            // Opening the link in another tab leaves the palette open.
            let follow = move |event: MouseEvent| {
                if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                    run.run(action.clone());
                }
            };
            EitherOf3::A(view! {
                <a
                    class="menu-item"
                    role="option"
                    tabindex="-1"
                    id=id
                    href=href
                    rel=is_external.then_some("external")
                    aria-selected=is_selected
                    on:mousemove=hover
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
                form=SIGN_OUT_FORM_ID
                aria-selected=is_selected
                on:mousemove=hover
            >
                {content}
            </button>
        }),
        action => EitherOf3::C(view! {
            <button
                class="menu-item"
                role="option"
                tabindex="-1"
                id=id
                type="button"
                aria-selected=is_selected
                on:mousemove=hover
                on:click=move |_| run.run(action.clone())
            >
                {content}
            </button>
        }),
    }
}

/// Scrolls the entry at `index` into view.
pub(super) fn scroll_to(index: usize) {
    let by_id = |id: &str| document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
    let (Some(list), Some(option)) = (by_id(LIST_ID), by_id(&option_id(index))) else { return };
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    // The first entry is shown with its group heading.
    if index == 0 {
        list.set_scroll_top(0);
    } else if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
