//! The help sheet: the list of keyboard shortcuts.

use leptos::{html, prelude::*};

use super::{ALL, Group};
use crate::web::{
    modules::split_module,
    ui::{
        icon::{Glyph, Icon},
        keyboard::Keys,
    },
};

/// Whether the help sheet is open, in the context of every page of an organization.
#[derive(Clone, Copy)]
pub struct Help(RwSignal<bool>);

impl Help {
    /// Provides the help sheet as context.
    pub fn provide() -> Self {
        let help = Self(RwSignal::new(false));
        provide_context(help);
        help
    }

    /// Returns the help sheet from the context.
    ///
    /// # Panics
    ///
    /// If called outside the app shell.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("the app shell provides the help sheet")
    }

    pub fn show(self) {
        self.0.set(true);
    }
}

/// Renders the help sheet as a dialog while it is open.
#[component]
pub fn HelpSheet() -> impl IntoView {
    let Help(is_open) = Help::expect();
    help::MODULE.on_demand(is_open.into())
}

split_module! {
    /// The sheet, which most visits do without.
    mod help { Sheet }
}

#[component]
fn Sheet() -> impl IntoView {
    let Help(is_open) = Help::expect();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            // Fails only if the dialog is open already.
            drop(dialog.show_modal());
        }
    });
    view! {
        <dialog class="sheet" closedby="any" aria-labelledby="shortcuts-heading" node_ref=dialog on:close=move |_| is_open.set(false)>
            <header>
                <h2 id="shortcuts-heading">"Keyboard shortcuts"</h2>
                <form method="dialog">
                    <button class="button quiet square" aria-label="Close">
                        <Icon icon=Glyph::Close/>
                    </button>
                </form>
            </header>
            <ShortcutList/>
        </dialog>
    }
    .into_any()
}

/// All shortcuts by group.
#[component]
pub fn ShortcutList() -> impl IntoView {
    let groups = Group::ALL.map(|group| {
        let rows = ALL.iter().filter(|shortcut| shortcut.group == group).map(|shortcut| {
            view! {
                <div>
                    <dt>{shortcut.label}</dt>
                    <dd>
                        <Keys keys=shortcut.keys/>
                    </dd>
                </div>
            }
        });
        view! {
            <section>
                <h2>{group.label()}</h2>
                <dl>{rows.collect_view()}</dl>
            </section>
        }
    });
    view! { <div class="shortcuts">{groups.collect_view()}</div> }.into_any()
}
