//! Commands on the selected tasks of a board or a list.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{TaskView, store::TaskViewStore};
use crate::{
    domain::{
        errors::AppError,
        keys::TaskKey,
        tasks::{AT_ONCE_MAX, SELECTED_MAX, field_name::Field},
    },
    web::{
        projects::functions::get_matching,
        tasks::{functions::edit_tasks, toast::Toasts},
    },
};

/// Runs a change that may render tasks again, and keeps the focus on the task that has it. Commands get it from the view,
/// since they do not touch the DOM.
pub type KeepFocus = Arc<dyn Fn(&mut dyn FnMut()) + Send + Sync>;

/// Selects or deselects task `number`; with `is_range` also all tasks between it and the one selected last.
pub fn select(view: &dyn TaskView, number: i64, is_selected: bool, is_range: bool) {
    let store = view.store();
    let (selection, key) = (store.selection(), store.task_key(number));
    if is_range {
        let range = view.tasks_around(number).into_iter().map(|number| store.task_key(number)).collect::<Vec<_>>();
        selection.set_through(key, is_selected, &range);
    } else {
        selection.set(key, is_selected);
    }
}

/// Edits the selected tasks, all or none, and reports the result. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BulkEdit {
    view: StoredValue<Arc<dyn TaskView>>,
    store: TaskViewStore,
    toasts: Toasts,
    /// Whether a request is in flight.
    pub is_pending: RwSignal<bool>,
    /// Why the last edit failed.
    pub error: RwSignal<Option<String>>,
    /// The field whose value is typed rather than picked.
    pub typed_field: RwSignal<Option<Field>>,
}

impl BulkEdit {
    /// Creates the editor of the tasks that are selected in `view`.
    #[must_use]
    pub fn new(view: Arc<dyn TaskView>) -> Self {
        Self {
            store: view.store(),
            view: StoredValue::new(view),
            toasts: Toasts::expect(),
            is_pending: RwSignal::new(false),
            error: RwSignal::new(None),
            typed_field: RwSignal::new(None),
        }
    }

    /// The state of the page.
    #[must_use]
    pub const fn store(self) -> TaskViewStore {
        self.store
    }

    /// Sets `field` of all selected tasks; an empty value clears it.
    pub fn apply(self, field: Field, value: String) {
        let selection = self.store.selection();
        let keys: Vec<_> = selection.with_untracked(|keys| keys.iter().map(ToString::to_string).collect());
        if keys.is_empty() || self.is_pending.get_untracked() {
            return;
        }
        let count = if keys.len() == 1 { keys[0].clone() } else { format!("{} tasks", keys.len()) };
        let (org, values) = (self.store.org(), vec![value]);
        self.is_pending.set(true);
        self.error.set(None);
        spawn_local(async move {
            // What was changed before a step fails stays changed, and is undone as one.
            let (mut undo, mut changed, mut outcome) = (Vec::new(), 0, Ok(()));
            for keys in keys.chunks(AT_ONCE_MAX) {
                match edit_tasks(org.clone(), keys.to_vec(), field.slug().to_owned(), values.clone()).await {
                    Ok(batch) => {
                        undo.extend(batch);
                        changed += keys.len();
                    }
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
            }
            self.is_pending.try_set(false);
            match outcome {
                Ok(()) => {
                    let leaves_page = matches!(field, Field::Archived | Field::Deleted);
                    let text = match field {
                        _ if undo.is_empty() => format!("{count}: no changes needed"),
                        Field::Archived => format!("{count} archived"),
                        Field::Deleted => format!("{count} moved to the bin"),
                        field => format!("{count}: {} changed", field.label().to_ascii_lowercase()),
                    };
                    self.toasts.done(text, undo);
                    self.typed_field.try_set(None);
                    if leaves_page {
                        selection.clear();
                    }
                    // The page may be unmounted.
                    self.view.try_with_value(|view| view.reload());
                }
                Err(error) if undo.is_empty() => _ = self.error.try_set(Some(error_text(&error))),
                Err(error) => {
                    self.toasts.done(format!("{changed} of {} tasks changed", keys.len()), undo);
                    self.error.try_set(Some(error.reasons()));
                    self.view.try_with_value(|view| view.reload());
                }
            }
        });
    }

    /// Selects all tasks that match the page's query, loaded or not.
    pub fn select_all(self) {
        let (org, project) = (self.store.org(), self.store.project());
        let query = self.store.query().first_page().address();
        self.is_pending.set(true);
        spawn_local(async move {
            let matching = get_matching(org, project.to_string(), query).await;
            self.is_pending.try_set(false);
            self.error.try_set(match &matching {
                Ok(numbers) if numbers.len() == SELECTED_MAX => {
                    Some(format!("The first {SELECTED_MAX} tasks are selected. Filter to select the others."))
                }
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            });
            if let Ok(numbers) = matching {
                let keys = numbers.into_iter().map(|number| TaskKey { project: project.clone(), number });
                self.store.selection().replace(keys);
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
