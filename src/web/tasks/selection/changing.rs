//! Changing all chosen tasks at once.

use leptos::{prelude::*, task::spawn_local};

use super::Selection;
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

/// Everything that a page lists, be it loaded or not.
#[derive(Clone, Debug)]
pub struct Everything {
    pub project: ProjectKey,
    /// What it shows, as in its address.
    pub query: String,
}

/// What changes the chosen tasks, all of them or none, and tells what became of it.
#[derive(Clone, Copy)]
pub struct Changing {
    org: StoredValue<String>,
    selection: Selection,
    toasts: Toasts,
    /// Whether an answer is waited for.
    pub is_pending: RwSignal<bool>,
    /// Why nothing was changed.
    pub wrong: RwSignal<Option<String>>,
    /// What is being typed in.
    pub typing: RwSignal<Option<Field>>,
    done: Callback<()>,
}

impl Changing {
    /// For what is chosen in the organization `org`; `done` is called when something was changed.
    #[must_use]
    pub fn new(org: String, selection: Selection, done: Callback<()>) -> Self {
        Self {
            org: StoredValue::new(org),
            selection,
            toasts: Toasts::expect(),
            is_pending: RwSignal::new(false),
            wrong: RwSignal::new(None),
            typing: RwSignal::new(None),
            done,
        }
    }

    /// Gives `field` of all of them a value, as it is chosen or typed; nothing takes it away.
    pub fn change(self, field: Field, value: String) {
        let keys: Vec<_> = self.selection.with_untracked(|keys| keys.iter().map(ToString::to_string).collect());
        if keys.is_empty() || self.is_pending.get_untracked() {
            return;
        }
        let count = if keys.len() == 1 { keys[0].clone() } else { format!("{} tasks", keys.len()) };
        let (org, values) = (self.org.get_value(), vec![value]);
        self.is_pending.set(true);
        self.wrong.set(None);
        spawn_local(async move {
            let outcome = edit_tasks(org, keys, field.slug().to_owned(), values).await;
            self.is_pending.try_set(false);
            match outcome {
                Ok(undo) => {
                    let leaves = matches!(field, Field::Archived | Field::Deleted);
                    let text = match field {
                        _ if undo.is_none() => format!("{count}: nothing had to be changed"),
                        Field::Archived => format!("{count} archived"),
                        Field::Deleted => format!("{count} put into the bin"),
                        field => format!("{count}: {} changed", field.label().to_lowercase()),
                    };
                    self.toasts.done(text, undo);
                    self.typing.try_set(None);
                    if leaves {
                        self.selection.clear();
                    }
                    // The page may have been left.
                    _ = self.done.try_run(());
                }
                Err(error) => _ = self.wrong.try_set(Some(words(&error))),
            }
        });
    }

    /// Chooses everything that the page lists, as far as it can be changed at once.
    pub fn choose(self, Everything { project, query }: Everything) {
        let org = self.org.get_value();
        self.is_pending.set(true);
        spawn_local(async move {
            let matching = get_matching(org, project.to_string(), query).await;
            self.is_pending.try_set(false);
            self.wrong.try_set(match &matching {
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

/// Why nothing was changed.
fn words(error: &AppError) -> String {
    match error {
        AppError::Invalid { .. } => format!("Nothing was changed. {}", error.reasons()),
        error => error.to_string(),
    }
}
