//! Feedback of forms, with and without WASM.
//!
//! With WASM, the outcome of a form arrives in its [`FormAction`]. Without WASM, the server renders the page again, with the
//! outcome and the submitted fields in a [`FormRetry`]. [`FormFeedback`] hides the difference.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form_action::FormAction;
use crate::domain::errors::AppError;

/// The hidden field that carries [`FormRetry::page`].
pub const PAGE_FIELD: &str = "form_page";

/// The query parameter that opens a page in edit mode.
pub const EDIT: &str = "edit";

/// A form that failed without WASM, or was kept while the person signed in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRetry {
    /// The path of the server function.
    pub action: String,
    /// The error.
    pub error: AppError,
    /// The submitted fields by name.
    pub fields: BTreeMap<String, String>,
    /// The path and query of the page with the form, if the response to the form is that page. The address is then that of
    /// `action`, so the next submission could not be returned to the page without this value.
    pub page: Option<String>,
}

/// [`FormRetry::page`], in the context of every form of the page.
#[derive(Clone, Debug, Default)]
pub struct FormPage(pub Option<String>);

/// The outcome of a form's last submission. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct FormFeedback {
    retry: StoredValue<Option<FormRetry>>,
    outcome: Signal<Option<Option<AppError>>>,
    error: Signal<Option<AppError>>,
}

impl FormFeedback {
    /// Creates the feedback for the form of `action`.
    #[must_use]
    pub fn of<T: Clone + Send + Sync + 'static>(action: FormAction<T>) -> Self {
        let value = action.value();
        let error_of = |outcome: &Result<_, AppError>| outcome.as_ref().err().cloned();
        Self::with(action.path(), Signal::derive(move || value.with(|value| value.as_ref().map(error_of))))
    }

    /// Not generic over the answer, so that the WASM contains it only once.
    fn with(path: &str, outcome: Signal<Option<Option<AppError>>>) -> Self {
        let retry = use_context::<Option<FormRetry>>().flatten().filter(|retry| retry.action == path);
        let retry = StoredValue::new(retry);
        let error = Signal::derive(move || {
            outcome.get().unwrap_or_else(|| retry.with_value(|retry| retry.as_ref().map(|retry| retry.error.clone())))
        });
        Self { retry, outcome, error }
    }

    /// Returns the outcome with WASM: `None` before a response, `Some(None)` after success, `Some(Some(_))` after an error.
    #[must_use]
    pub fn outcome(self) -> Signal<Option<Option<AppError>>> {
        self.outcome
    }

    /// Returns the submitted text of `field`, or `initial` if the form was not submitted.
    #[must_use]
    pub fn typed(self, field: &str, initial: &str) -> String {
        self.retry.with_value(|retry| {
            retry.as_ref().and_then(|retry| retry.fields.get(field)).map_or_else(|| initial.to_owned(), Clone::clone)
        })
    }

    /// Whether the page was rendered for a retry of this form.
    #[must_use]
    pub fn is_retry(self) -> bool {
        self.retry.with_value(Option::is_some)
    }

    /// Returns the error of `field`.
    #[must_use]
    pub fn field(self, field: &'static str) -> Signal<Option<String>> {
        let error = self.error;
        Signal::derive(move || error.with(|error| error.as_ref()?.field(field).map(str::to_owned)))
    }

    /// Returns the error of the whole form. `None` for a validation error, which the fields show.
    #[must_use]
    pub fn error(self) -> Signal<Option<AppError>> {
        let error = self.error;
        Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid { .. })))
    }
}
