//! Searches the person's organizations by name while the person types.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{
        fold::fold,
        organizations::{OrganizationChoice, OrganizationList},
    },
    web::organization::functions::list_organizations,
};

/// The delay between the last keystroke and the request.
const TYPING_DELAY: Duration = Duration::from_millis(120);

/// The list to show: the one the page was loaded with, or the search results. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct SearchState {
    /// The list the page was loaded with.
    initial: StoredValue<OrganizationList>,
    /// Whether `initial` holds every organization, so that filtering needs no request.
    is_complete: bool,
    shown: RwSignal<OrganizationList>,
    /// Counts the runs, so that the response to an earlier text is ignored.
    run: StoredValue<u32>,
}

impl SearchState {
    /// Creates the search for a page loaded with the list `initial`.
    #[must_use]
    pub fn new(initial: OrganizationList) -> Self {
        Self {
            is_complete: !initial.has_more,
            shown: RwSignal::new(initial.clone()),
            initial: StoredValue::new(initial),
            run: StoredValue::new(0),
        }
    }

    /// Returns the list to show.
    #[must_use]
    pub fn shown(self) -> Signal<OrganizationList> {
        self.shown.into()
    }

    /// Shows the organizations whose names contain `text`.
    pub fn run(self, text: String) {
        self.run.update_value(|run| *run += 1);
        let run = self.run.get_value();
        if self.is_complete || text.trim().is_empty() {
            let mut list = self.initial.get_value();
            list.choices.retain(|choice| matches(choice, &text));
            self.shown.set(list);
            return;
        }
        let is_latest = move || self.run.try_get_value() == Some(run);
        let request = move || {
            if !is_latest() {
                return;
            }
            spawn_local(async move {
                // If the request fails, the old list stays.
                if let Ok(picker) = list_organizations(text, false).await
                    && is_latest()
                {
                    self.shown.set(picker.list);
                }
            });
        };
        set_timeout(request, TYPING_DELAY);
    }
}

fn matches(choice: &OrganizationChoice, text: &str) -> bool {
    let text = fold(text.trim());
    fold(&choice.display_name).contains(&text) || choice.slug.contains(&text)
}
