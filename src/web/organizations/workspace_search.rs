//! SearchState a workspace by its name while one types.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::organizations::{OrganizationChoice, OrganizationList},
    web::organization::functions::list_organizations,
};

/// How long a pause in typing is awaited before the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

/// What a list shows: what the page came with, or what was found. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct SearchState {
    /// What the page came with.
    first: StoredValue<OrganizationList>,
    /// Whether it was searched for already.
    is_narrowed: bool,
    /// Whether that is all there is; then the server need not be asked.
    is_complete: bool,
    shown: RwSignal<OrganizationList>,
    /// Counts what was typed: an answer to something else comes too late.
    typed: StoredValue<u32>,
}

impl SearchState {
    /// For a page that came with `first`, which was searched for already if `is_narrowed`.
    #[must_use]
    pub fn new(first: OrganizationList, is_narrowed: bool) -> Self {
        Self {
            is_narrowed,
            is_complete: !first.has_more && !is_narrowed,
            shown: RwSignal::new(first.clone()),
            first: StoredValue::new(first),
            typed: StoredValue::new(0),
        }
    }

    /// What to show.
    #[must_use]
    pub fn shown(self) -> Signal<OrganizationList> {
        self.shown.into()
    }

    /// Shows the workspaces with `text` in their names.
    pub fn look_for(self, text: String) {
        self.typed.update_value(|typed| *typed += 1);
        let turn = self.typed.get_value();
        if self.is_complete || (text.trim().is_empty() && !self.is_narrowed) {
            let mut list = self.first.get_value();
            list.choices.retain(|choice| matches(choice, &text));
            self.shown.set(list);
            return;
        }
        let is_wanted = move || self.typed.try_get_value() == Some(turn);
        let ask = move || {
            if !is_wanted() {
                return;
            }
            spawn_local(async move {
                // What cannot be had leaves what is there.
                if let Ok(picker) = list_organizations(text, false).await
                    && is_wanted()
                {
                    self.shown.set(picker.list);
                }
            });
        };
        set_timeout(ask, PAUSE);
    }
}

fn matches(choice: &OrganizationChoice, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    choice.display_name.to_lowercase().contains(&text) || choice.slug.contains(&text)
}
