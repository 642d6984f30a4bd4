//! The palette's dialog: a field and a list of entries.
//!
//! Follows the ARIA combobox pattern: the focus stays in the field, and `aria-activedescendant` names the selected entry.

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::hooks::use_location;

use super::{
    context::{DIALOG_ID, Palette, close},
    entries::entries_for,
    entry::{Action, Entry},
    list::{LIST_ID, Options, option_id, scroll_to},
    search_state::SearchState,
};
use crate::{
    domain::search::QUERY_MAX,
    web::{
        modules::split_module,
        new_task::start_task,
        organization::current::CurrentOrganization,
        shortcuts::{current_page::CurrentPage, help::Help, keys},
        ui::{
            icon::{Glyph, Icon},
            keyboard::key_of,
        },
    },
};

/// Renders the palette while it is open.
#[component]
pub fn CommandPalette() -> impl IntoView {
    let palette = Palette::expect();
    palette::MODULE.on_demand(palette.is_open.into())
}

split_module! {
    /// The dialog, which most visits do without.
    mod palette { Dialog }
}

#[component]
fn Dialog() -> impl IntoView {
    let palette = Palette::expect();
    let (current, help) = (CurrentOrganization::expect(), Help::expect());
    let page = CurrentPage::from_path(&use_location().pathname.get_untracked());
    let search = SearchState::new(current.slug());
    let typed = RwSignal::new(palette.initial_text.get_value());
    // The entry selected with the arrow keys or the pointer. `None` selects the first entry.
    let selected = RwSignal::new(None);
    // Whether Enter was pressed while a search was pending: its first result opens as soon as the search is answered.
    let opens_first_result = RwSignal::new(false);
    let entries = Memo::new(move |_| {
        let typed = typed.get();
        let hits = search.hits().get();
        let recent = palette.recent.get();
        current.with(|shell| entries_for(shell, page.as_ref(), &typed, &recent, &hits))
    });
    let selected_index = Memo::new(move |_| {
        let is_selected = |entry: &Entry| selected.with(|selected| selected.as_ref() == Some(&entry.identity()));
        entries.with(|entries| entries.iter().position(is_selected).unwrap_or(0))
    });
    let (dialog, field) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    Effect::new(move || {
        if let Some((dialog, field)) = dialog.get().zip(field.get()) {
            // Fails only if the dialog is open already.
            drop(dialog.show_modal());
            // Puts the caret at the end of the text, whatever its length.
            drop(field.set_selection_range(u32::MAX, u32::MAX));
        }
    });
    Effect::new(move || search.run(&typed.get()));
    Effect::new(move || {
        if !search.is_pending().get() && opens_first_result.try_update(std::mem::take) == Some(true) {
            let index = selected_index.get_untracked();
            request_animation_frame(move || click(index));
        }
    });
    let scroll_to_selected = move || {
        let index = selected_index.get_untracked();
        request_animation_frame(move || scroll_to(index));
    };
    // New results may push the selected entry out of sight.
    Effect::new(move || {
        entries.track();
        scroll_to_selected();
    });

    let select = move |index: usize| {
        selected.set(entries.with_untracked(|entries| entries.get(index).map(Entry::identity)));
    };
    let on_key = move |event: KeyboardEvent| {
        let count = entries.with_untracked(Vec::len).max(1);
        let index = selected_index.get_untracked();
        match key_of(&event).as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                let step = if key == "ArrowDown" { 1 } else { count - 1 };
                select((index + step) % count);
                scroll_to_selected();
            }
            "Enter" => {
                let is_pending = search.is_pending().get_untracked();
                let is_command = entries.with_untracked(|entries| entries.get(index).is_some_and(Entry::is_command));
                // While a search is pending, the results shown belong to the text before.
                if is_pending && selected.with_untracked(Option::is_none) && !is_command {
                    opens_first_result.set(true);
                } else {
                    click(index);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let run = move |action: Action| {
        // Closes first: closing returns the focus to the page, where the action may then move it.
        if action != Action::SignOut {
            close();
        }
        match action {
            Action::Go { .. } | Action::SignOut => {}
            Action::Help => help.show(),
            Action::NewTask => _ = start_task(),
            Action::Focus(selector) => _ = keys::focus(selector),
        }
    };
    let announcement = move || {
        let is_settled = !search.is_pending().get() && !typed.with(|typed| typed.trim().is_empty());
        is_settled.then(|| match entries.with(Vec::len) {
            1 => "1 result".to_owned(),
            count => format!("{count} results"),
        })
    };
    view! {
        <dialog
            id=DIALOG_ID
            class="palette"
            closedby="any"
            aria-label="Search and commands"
            node_ref=dialog
            on:close=move |_| palette.is_open.set(false)
        >
            <div class="palette-head">
                <Icon icon=Glyph::Search/>
                <input
                    dir="auto"
                    type="text"
                    role="combobox"
                    autofocus=true
                    value=typed.get_untracked()
                    placeholder="Search or type a command"
                    aria-label="Search or type a command"
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls=LIST_ID
                    aria-activedescendant=move || option_id(selected_index.get())
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength=QUERY_MAX.to_string()
                    node_ref=field
                    on:input:target=move |event| {
                        opens_first_result.set(false);
                        selected.set(None);
                        typed.set(event.target().value());
                    }
                    on:keydown=on_key
                />
                <form method="dialog">
                    <button class="button quiet square" aria-label="Close">
                        <Icon icon=Glyph::Close/>
                    </button>
                </form>
            </div>
            <p class="error" role="alert" hidden=move || search.error().with(Option::is_none)>
                {search.error()}
            </p>
            <Options entries selected_index select=Callback::new(select) run=Callback::new(run)/>
            <p class="visually-hidden" role="status">
                {announcement}
            </p>
        </dialog>
    }
    .into_any()
}

/// Clicks the entry at `index`.
fn click(index: usize) {
    let option =
        document().get_element_by_id(&option_id(index)).and_then(|option| option.dyn_into::<HtmlElement>().ok());
    if let Some(option) = option {
        option.click();
    }
}
