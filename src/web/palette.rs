//! The commands: everything that can be opened or done, by typing a part of its name.
//!
//! A dialog with a field and a list, as ARIA describes a combobox: the focus stays in the field, which says which entry is
//! chosen.

mod commands;
mod entry;
mod list;
mod search_state;

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::hooks::use_location;

pub use self::entry::RecentPage;
use self::{
    entry::{Action, Entry},
    list::{LIST, Options, option_id},
    search_state::SearchState,
};
use super::{
    board::start_task,
    organization::current::CurrentOrganization,
    shortcuts::{current_page::CurrentPage, help::Help, keys},
    ui::icon::{Icon, Icon as Glyph},
};
use crate::domain::search::QUERY_MAX;

const PALETTE: &str = "palette";

/// How many pages are remembered.
const VISITED: usize = 6;

/// The commands of the workspace that is open.
#[derive(Clone, Copy)]
pub struct Palette {
    is_open: RwSignal<bool>,
    /// What is typed when it opens.
    first: StoredValue<String>,
    /// The pages that were visited last, the latest first. It is forgotten with the page, so that nobody else finds it.
    visited: RwSignal<Vec<RecentPage>>,
}

impl Palette {
    /// Gives the commands to everything rendered from here on down.
    pub fn provide() -> Self {
        let palette = Self {
            is_open: RwSignal::new(false),
            first: StoredValue::new(String::new()),
            visited: RwSignal::new(Vec::new()),
        };
        provide_context(palette);
        palette
    }

    /// The commands of the present workspace.
    ///
    /// # Panics
    ///
    /// Outside of the frame, where there are none.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("a page of an organization is rendered inside the frame")
    }

    /// Shows them, with `typed` in the field.
    pub fn open(self, typed: &str) {
        self.first.set_value(typed.to_owned());
        self.is_open.set(true);
    }

    /// Shows them, or no longer.
    pub fn toggle(self) {
        if self.is_open.get_untracked() { close() } else { self.open("") }
    }

    /// Remembers that a page was visited.
    pub fn visit(self, page: RecentPage) {
        self.visited.update(|visited| {
            visited.retain(|other| other.href != page.href);
            visited.insert(0, page);
            visited.truncate(VISITED);
        });
    }
}

/// The commands as a dialog, once they are asked for.
#[component]
pub fn CommandPalette() -> impl IntoView {
    let palette = Palette::expect();
    move || palette.is_open.get().then(|| view! { <Dialog palette/> })
}

#[component]
fn Dialog(palette: Palette) -> impl IntoView {
    let (current, help) = (CurrentOrganization::expect(), Help::expect());
    let here = CurrentPage::at(&use_location().pathname.get_untracked());
    let finding = SearchState::new(current.slug());
    let typed = RwSignal::new(palette.first.get_value());
    // Which entry the arrow keys or the pointer chose last; as long as none, it is the first one, whichever that is.
    let chosen = RwSignal::new(None);
    // Whether Enter was pressed before there was anything to open.
    let hurried = RwSignal::new(false);
    let entries = Memo::new(move |_| {
        let typed = typed.get();
        let hits = finding.hits().get();
        let visited = palette.visited.get();
        current.with(|workspace| entry::entries(workspace, here.as_ref(), &typed, &visited, &hits))
    });
    let at = Memo::new(move |_| {
        let is_chosen = |entry: &Entry| chosen.with(|chosen| chosen.as_ref() == Some(&entry.identity()));
        entries.with(|entries| entries.iter().position(is_chosen).unwrap_or(0))
    });
    let (dialog, field) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    Effect::new(move || {
        if let Some((dialog, field)) = dialog.get().zip(field.get()) {
            // One that is shown stays so.
            drop(dialog.show_modal());
            // One types on where what is typed already ends, however long that is.
            drop(field.set_selection_range(u32::MAX, u32::MAX));
        }
    });
    Effect::new(move || finding.look_for(&typed.get()));
    Effect::new(move || {
        if !finding.waits().get() && hurried.try_update(std::mem::take) == Some(true) {
            let index = at.get_untracked();
            request_animation_frame(move || click(index));
        }
    });
    let show = move || {
        let index = at.get_untracked();
        request_animation_frame(move || list::show(index));
    };
    // What is found comes above what was chosen.
    Effect::new(move || {
        entries.track();
        show();
    });

    let choose = move |index: usize| {
        chosen.set(entries.with_untracked(|entries| entries.get(index).map(Entry::identity)));
    };
    let on_key = move |event: KeyboardEvent| {
        let count = entries.with_untracked(Vec::len).max(1);
        let at = at.get_untracked();
        match event.key().as_str() {
            _ if event.is_composing() => return,
            key @ ("ArrowDown" | "ArrowUp") => {
                let step = if key == "ArrowDown" { 1 } else { count - 1 };
                choose((at + step) % count);
                show();
            }
            "Enter" => {
                let waits = finding.waits().get_untracked();
                let is_known = entries.with_untracked(|entries| entries.get(at).is_some_and(Entry::is_known));
                // What was found belongs to what was typed before.
                if waits && chosen.with_untracked(Option::is_none) && !is_known { hurried.set(true) } else { click(at) }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let act = move |deed: Action| {
        // First, so that the focus is back on the page when something there takes it.
        if deed != Action::SignOut {
            close();
        }
        match deed {
            Action::Go { .. } | Action::SignOut => {}
            Action::Help => help.show(),
            Action::NewTask => _ = start_task(),
            Action::Focus(selector) => _ = keys::focus(selector),
        }
    };
    let told = move || {
        let is_told = !finding.waits().get() && !typed.with(|typed| typed.trim().is_empty());
        is_told.then(|| match entries.with(Vec::len) {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        })
    };
    view! {
        <dialog
            id=PALETTE
            class="palette"
            closedby="any"
            aria-label="Search and commands"
            node_ref=dialog
            on:close=move |_| palette.is_open.set(false)
        >
            <div class="palette-head">
                <Icon icon=Glyph::Search/>
                <input
                    type="text"
                    role="combobox"
                    autofocus=true
                    value=typed.get_untracked()
                    placeholder="Search, or type a command"
                    aria-label="Search, or type a command"
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=move || option_id(at.get())
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength=QUERY_MAX.to_string()
                    node_ref=field
                    on:input:target=move |event| {
                        hurried.set(false);
                        chosen.set(None);
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
            <p class="error" role="alert" hidden=move || finding.failed().with(Option::is_none)>
                {finding.failed()}
            </p>
            <Options entries chosen=at choose=Callback::new(choose) act=Callback::new(act)/>
            <p class="unseen" role="status">
                {told}
            </p>
        </dialog>
    }
    .into_any()
}

/// Takes the entry at `index`, as a click on it does.
fn click(index: usize) {
    if let Some(option) = element(&option_id(index)) {
        option.click();
    }
}

fn close() {
    let dialog = element(PALETTE).and_then(|dialog| dialog.dyn_into::<leptos::web_sys::HtmlDialogElement>().ok());
    if let Some(dialog) = dialog {
        dialog.close();
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
