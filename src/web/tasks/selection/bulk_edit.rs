//! Edits all selected tasks at once.

use leptos::{prelude::*, task::spawn_local};

use super::selected_tasks::Selection;
use crate::{
    domain::{
        errors::AppError,
        keys::{ProjectKey, TaskKey},
        tasks::{AT_ONCE_MAX, field_name::Field},
    },
    web::{
        projects::functions::get_matching,
        tasks::{functions::edit_tasks, toast::Toasts},
    },
};

/// All tasks that match the query of a page, loaded or not.
#[derive(Clone, Debug)]
pub struct AllMatching {
    pub project: ProjectKey,
    /// Query string of the page's address.
    pub query: String,
}

/// Edits the selected tasks, all or none, and reports the result. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BulkEdit {
    org: StoredValue<String>,
    selection: Selection,
    toasts: Toasts,
    /// Whether a request is in flight.
    pub is_pending: RwSignal<bool>,
    /// Why the last edit failed.
    pub error: RwSignal<Option<String>>,
    /// The field whose value is typed rather than picked.
    pub typed_field: RwSignal<Option<Field>>,
    done: Callback<()>,
}

impl BulkEdit {
    /// Creates the editor of `selection` in the organization `org`; `done` is called when tasks have changed.
    #[must_use]
    pub fn new(org: String, selection: Selection, done: Callback<()>) -> Self {
        Self {
            org: StoredValue::new(org),
            selection,
            toasts: Toasts::expect(),
            is_pending: RwSignal::new(false),
            error: RwSignal::new(None),
            typed_field: RwSignal::new(None),
            done,
        }
    }

    /// Sets `field` of all selected tasks; an empty value clears it.
    pub fn apply(self, field: Field, value: String) {
        let keys: Vec<_> = self.selection.with_untracked(|keys| keys.iter().map(ToString::to_string).collect());
        if keys.is_empty() || self.is_pending.get_untracked() {
            return;
        }
        let count = if keys.len() == 1 { keys[0].clone() } else { format!("{} tasks", keys.len()) };
        let (org, values) = (self.org.get_value(), vec![value]);
        self.is_pending.set(true);
        self.error.set(None);
        spawn_local(async move {
            let outcome = edit_tasks(org, keys, field.slug().to_owned(), values).await;
            self.is_pending.try_set(false);
            match outcome {
                Ok(undo) => {
                    let leaves_page = matches!(field, Field::Archived | Field::Deleted);
                    let text = match field {
                        _ if undo.is_none() => format!("{count}: nothing had to be changed"),
                        Field::Archived => format!("{count} archived"),
                        Field::Deleted => format!("{count} put into the bin"),
                        field => format!("{count}: {} changed", field.label().to_lowercase()),
                    };
                    self.toasts.done(text, undo);
                    self.typed_field.try_set(None);
                    if leaves_page {
                        self.selection.clear();
                    }
                    // The page may be unmounted.
                    _ = self.done.try_run(());
                }
                Err(error) => _ = self.error.try_set(Some(error_text(&error))),
            }
        });
    }

    /// Selects all tasks that match the page's query, up to the limit of one edit.
    pub fn select_all(self, AllMatching { project, query }: AllMatching) {
        let org = self.org.get_value();
        self.is_pending.set(true);
        spawn_local(async move {
            let matching = get_matching(org, project.to_string(), query).await;
            self.is_pending.try_set(false);
            self.error.try_set(match &matching {
                Ok(numbers) if numbers.len() == AT_ONCE_MAX => {
                    Some(format!("At most {AT_ONCE_MAX} tasks are changed at once: the first ones are selected."))
                }
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            });
            if let Ok(numbers) = matching {
                self.selection.replace(numbers.into_iter().map(|number| TaskKey { project: project.clone(), number }));
            }
        });
    }
}

/// Explains why no task was changed.
fn error_text(error: &AppError) -> String {
    match error {
        AppError::Invalid { .. } => format!("Nothing was changed. {}", error.reasons()),
        error => error.to_string(),
    }
}
