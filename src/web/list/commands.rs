//! Changes to a list: by the member, who scrolls and edits, and by others, through events.

use std::ops::Range;

use leptos::{prelude::*, task::spawn_local, web_sys::Element};

use super::{
    list_state::ListState,
    store::{Editing, ListStore},
};
use crate::{
    domain::{
        list::Row,
        live::LiveEvent,
        query::{Group, Query, Sort},
        tasks::{event::Event, field_name::Field, fields::FieldChange},
    },
    web::{
        projects::functions::get_list,
        task_view::{
            TaskView,
            commands::KeepFocus,
            store::{EventOutcome, TaskViewStore},
        },
    },
};

/// The commands of a list. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct ListCommands {
    pub store: ListStore,
    keep_focus: StoredValue<KeepFocus>,
}

impl TaskView for ListCommands {
    fn store(&self) -> TaskViewStore {
        self.store.shared
    }

    fn tasks_around(&self, _number: i64) -> Vec<i64> {
        self.store.state.with_untracked(ListState::numbers)
    }

    fn apply(&self, event: &LiveEvent) -> EventOutcome {
        if self.store.state.with_untracked(|state| event.number <= state.as_of()) {
            return EventOutcome::Applied;
        }
        match (&event.event, event.task) {
            // Rebuilding the list would close an open editor.
            (Event::ProjectChanged, _) if self.store.editing.with_untracked(Option::is_some) => EventOutcome::Reload,
            (Event::ProjectChanged, _) => EventOutcome::Rebuild,
            (Event::Created { fields }, Some(_)) if self.store.matches(fields, event.person) => EventOutcome::Reload,
            (Event::Changed { changes, .. }, Some(number)) => self.apply_changes(event, number, changes),
            _ => EventOutcome::Applied,
        }
    }

    /// Fetches the rendered rows again.
    fn reload(&self) {
        self.fetch(true);
    }

    fn keep_focus(&self, change: &mut dyn FnMut()) {
        if let Some(keep_focus) = self.keep_focus.try_get_value() {
            keep_focus(change);
        }
    }
}

impl ListCommands {
    /// Creates the commands of the list with the state `store`.
    #[must_use]
    pub fn new(store: ListStore, keep_focus: KeepFocus) -> Self {
        Self { store, keep_focus: StoredValue::new(keep_focus) }
    }

    /// Makes the window follow the scroll position; `heading` and `row` are the measured heights. Returns the scroll position
    /// of the page that was shown so far.
    pub fn start_live(self, heading: Option<f64>, row: Option<f64>) -> f64 {
        self.store.state.try_update(|state| state.start_live(heading, row)).unwrap_or_default()
    }

    /// Renders the visible range and fetches missing rows.
    pub fn show_range(self, visible: &Range<f64>) {
        let state = self.store.state;
        if let Some(window) = state.with_untracked(|state| state.next_window(visible)) {
            state.update(|state| state.set_window(window));
            if !state.with_untracked(ListState::is_complete) {
                self.fetch(false);
            }
        }
    }

    /// Renders the row at index `at`. Returns `false` if the list has no such row.
    pub fn show_row(self, at: usize) -> bool {
        let edges = self.store.state.with_untracked(|state| state.edges_of_row(at));
        if let Some(edges) = &edges {
            self.show_range(edges);
        }
        edges.is_some()
    }

    /// Opens the editor, or closes it.
    pub fn edit(self, editing: Option<Editing>) {
        self.store.editing.set(editing);
    }

    /// Opens the editor of a field below `place`.
    pub fn edit_at(self, row: Row, field: Field, place: &Element) {
        let place = place.get_bounding_client_rect();
        self.edit(Some(Editing { row, field: Some(field), position: Some((place.x(), place.bottom())) }));
    }

    fn apply_changes(self, event: &LiveEvent, number: i64, changes: &[FieldChange]) -> EventOutcome {
        let ListStore { shared, state, .. } = self.store;
        // For a loaded row, the filter and the order decide whether it stays in the list, and at which position.
        let Some(mut row) = self.store.row(number) else {
            let is_visible = changes.iter().any(|change| !matches!(change, FieldChange::Description(_)));
            return if is_visible { EventOutcome::Reload } else { EventOutcome::Applied };
        };
        for change in changes {
            change.apply(&mut row.fields);
        }
        row.fields.description.clear();
        row.updated_at = event.at;
        if !self.store.matches(&row.fields, row.created_by) {
            shared.selection().retain(|key| key.number != number);
            return EventOutcome::Reload;
        }
        state.update(|state| state.replace_row(&row));
        let may_move = shared.page(|page| changes.iter().any(|change| may_reorder(change, &page.query)));
        if may_move == Some(true) { EventOutcome::Reload } else { EventOutcome::Applied }
    }

    /// Fetches rows, one request at a time. With `is_stale`, the loaded rows may be out of date and are replaced.
    fn fetch(self, is_stale: bool) {
        let fetching = self.store.shared.fetching();
        if !fetching.start(is_stale) {
            return;
        }
        spawn_local(async move {
            let mut is_stale = is_stale;
            while let Some((org, project, query)) = self.next_request(is_stale) {
                // If the request fails, the list stays as it is.
                let Ok(listing) = get_list(org, project, query).await else { break };
                let Some(is_stale_again) = fetching.receive() else { return };
                let mut listing = Some(listing);
                self.keep_focus(&mut || {
                    if let Some(listing) = listing.take() {
                        self.store.state.update(|state| state.merge(listing, is_stale));
                    }
                });
                is_stale = is_stale_again;
            }
            fetching.finish();
        });
    }

    /// Arguments of the request for the page to fetch next; `None` if no rendered row is missing, or the page was closed.
    fn next_request(self, is_stale: bool) -> Option<(String, String, String)> {
        let from = self.store.state.try_with_untracked(|state| state.next_page(is_stale)).flatten()?;
        self.store.shared.page(|page| {
            let query = Query { from, edit: None, ..page.query.clone() };
            (page.org.clone(), page.project.to_string(), query.address())
        })
    }
}

/// Whether `change` may move a row to another position.
fn may_reorder(change: &FieldChange, query: &Query) -> bool {
    let changes_group = match change {
        FieldChange::Position(value) => query.group == Group::State && value.from.state != value.to.state,
        FieldChange::Priority(_) => query.group == Group::Priority,
        FieldChange::Assignees(_) => query.group == Group::Assignee,
        FieldChange::Labels(_) => query.group == Group::Label,
        FieldChange::DueOn(_) => query.group == Group::Due,
        _ => false,
    };
    let changes_order = match query.sort {
        Sort::Board => matches!(change, FieldChange::Position(_)),
        Sort::Priority => matches!(change, FieldChange::Priority(_)),
        Sort::Due => matches!(change, FieldChange::DueOn(_)),
        Sort::Title => matches!(change, FieldChange::Title(_)),
        Sort::Estimate => matches!(change, FieldChange::Estimate(_)),
        Sort::Changed => true,
        Sort::Created => false,
    };
    changes_group || changes_order
}
