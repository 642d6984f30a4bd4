//! Texts that two members have changed at the same time.

use leptos::server_fn::ServerFn as _;

use crate::{
    domain::{
        errors::AppError,
        tasks::merge::{Merge, compose, parts_of},
    },
    web::{
        tasks::functions::{MergeTask, UpdateTask},
        ui::form::FormRetry,
    },
};

/// The fields of the texts.
pub const TEXTS: [&str; 2] = ["title", "description"];

/// Texts that conflict with a version that another member has saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Conflict {
    /// The texts have not been compared with the saved version yet.
    Stale { version: i64, title: String, description: String },
    /// The texts have been compared. The member may have chosen versions already.
    Compared(Merge),
}

impl Conflict {
    /// Reads the conflict from a form that was submitted without WASM and rejected.
    #[must_use]
    pub fn of(retry: &FormRetry) -> Option<Self> {
        let field = |name: &str| retry.fields.get(name).cloned().unwrap_or_default();
        let version = field("version").parse().ok()?;
        let is_stale = matches!(retry.error, AppError::Conflict { .. });
        if retry.action == UpdateTask::PATH {
            return is_stale.then(|| Self::Stale { version, title: field("title"), description: field("description") });
        }
        if retry.action != MergeTask::PATH {
            return None;
        }
        let [title, description] = TEXTS.map(|name| parts_of(name, &|field| retry.fields.get(field).cloned()));
        if is_stale {
            let (title, description) = (compose(&title), compose(&description));
            return Some(Self::Stale { version, title, description });
        }
        Some(Self::Compared(Merge { version, by: String::new(), title, description }))
    }
}
