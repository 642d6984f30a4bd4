//! Forms that work without WASM and lose nothing.
//!
//! With WASM a form's outcome arrives in its [`ServerAction`]. Without, the server renders the page again with the
//! outcome and everything that was typed as a [`FormRetry`]. [`FormFeedback`] makes one of the two.

use std::collections::BTreeMap;

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use crate::domain::errors::AppError;

/// The field in which a form that came back names its page; see [`FormRetry::page`].
pub const PAGE_FIELD: &str = "form_page";

/// The parameter of an address that opens the form of a page which shows something first.
pub const EDIT: &str = "edit";

/// A form that was sent without WASM and could not be carried out, or was kept while the person signed in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRetry {
    /// The server function's path.
    pub action: String,
    /// Why it was not carried out.
    pub error: AppError,
    /// What was typed, by field name.
    pub fields: BTreeMap<String, String>,
    /// Path and query of the page with the form, where the answer to the form is that page: it then stands at the address
    /// of `action`, from which the next attempt would not know the way back.
    pub page: Option<String>,
}

/// [`FormRetry::page`], for every form of that page.
#[derive(Clone, Debug, Default)]
pub struct FormPage(pub Option<String>);

/// What a form knows of its last attempt. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct FormFeedback {
    retry: StoredValue<Option<FormRetry>>,
    outcome: Signal<Option<Option<AppError>>>,
    error: Signal<Option<AppError>>,
}

impl FormFeedback {
    /// The feedback for the form of `action`.
    #[must_use]
    pub fn of<S>(action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        S::Output: Clone + Send + Sync + 'static,
    {
        let value = action.value();
        let error_of = |outcome: &Result<_, AppError>| outcome.as_ref().err().cloned();
        Self::with(S::PATH, Signal::derive(move || value.with(|value| value.as_ref().map(error_of))))
    }

    /// What does not depend on the action's type.
    fn with(path: &str, outcome: Signal<Option<Option<AppError>>>) -> Self {
        let retry = use_context::<Option<FormRetry>>().flatten().filter(|retry| retry.action == path);
        let retry = StoredValue::new(retry);
        let error = Signal::derive(move || {
            outcome.get().unwrap_or_else(|| retry.with_value(|retry| retry.as_ref().map(|retry| retry.error.clone())))
        });
        Self { retry, outcome, error }
    }

    /// How the form was answered with WASM, if it was: without an error, or with this one.
    #[must_use]
    pub fn outcome(self) -> Signal<Option<Option<AppError>>> {
        self.outcome
    }

    /// What was typed into `field` before, or `otherwise` on a first visit.
    #[must_use]
    pub fn typed(self, field: &str, otherwise: &str) -> String {
        self.retry.with_value(|retry| {
            retry.as_ref().and_then(|retry| retry.fields.get(field)).map_or_else(|| otherwise.to_owned(), Clone::clone)
        })
    }

    /// Whether this form was typed into before the page was rendered.
    #[must_use]
    pub fn is_retry(self) -> bool {
        self.retry.with_value(Option::is_some)
    }

    /// What is wrong with `field`.
    #[must_use]
    pub fn field(self, field: &'static str) -> Signal<Option<String>> {
        let error = self.error;
        Signal::derive(move || error.with(|error| error.as_ref()?.field(field).map(str::to_owned)))
    }

    /// Why the whole form was not accepted, unless its fields say so.
    #[must_use]
    pub fn error(self) -> Signal<Option<AppError>> {
        let error = self.error;
        Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid { .. })))
    }
}
