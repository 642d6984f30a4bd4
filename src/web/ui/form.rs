//! Feedback of forms, with and without WASM.
//!
//! With WASM, the outcome of a form arrives in its [`FormAction`]. Without WASM, the server renders the page again, with the
//! outcome and the submitted fields in a [`FormRetry`]. [`FormFeedback`] hides the difference.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{form_action::FormAction, form_names::PLACE_FIELD};
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
    /// The submitted fields.
    pub fields: SentFields,
    /// The path and query of the page with the form, if the response to the form is that page. The address is then that of
    /// `action`, so the next submission could not be returned to the page without this value.
    pub page: Option<String>,
}

/// The names and values of submitted fields, in order. A name may occur several times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFields(pub Vec<(String, String)>);

impl SentFields {
    /// The value of the field `name`; the last one if it occurs several times.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&String> {
        self.0.iter().rev().find_map(|(sent, value)| (sent == name).then_some(value))
    }

    /// Whether the field `name` was sent with `value`, as a ticked checkbox is.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(sent, sent_value)| sent == name && sent_value == value)
    }
}

/// [`FormRetry::page`], in the context of every form of the page.
#[derive(Clone, Debug, Default)]
pub struct FormPage(pub Option<String>);

/// The outcome of a form's last submission. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct FormFeedback {
    place: StoredValue<String>,
    retry: StoredValue<Option<FormRetry>>,
    outcome: Signal<Option<Option<AppError>>>,
    error: Signal<Option<AppError>>,
}

impl FormFeedback {
    /// Creates the feedback for the form of `action`, the only one on its page.
    #[must_use]
    pub fn of<T: Clone + Send + Sync + 'static>(action: FormAction<T>) -> Self {
        Self::at(action, "")
    }

    /// Creates the feedback for the form of `action` at `place`, which tells it from others of the page with this action.
    #[must_use]
    pub fn at<T: Clone + Send + Sync + 'static>(action: FormAction<T>, place: &str) -> Self {
        let value = action.value();
        let error_of = |outcome: &Result<_, AppError>| outcome.as_ref().err().cloned();
        Self::with(action.path(), place, Signal::derive(move || value.with(|value| value.as_ref().map(error_of))))
    }

    /// Not generic over the answer, so that the WASM contains it only once.
    fn with(path: &str, place: &str, outcome: Signal<Option<Option<AppError>>>) -> Self {
        let retry = use_context::<Option<FormRetry>>().flatten().filter(|retry| {
            let is_here = match retry.fields.get(PLACE_FIELD) {
                Some(sent) => sent == place,
                // A page of an earlier version does not name the place, which is one of its fields.
                None => place.is_empty() || retry.fields.0.iter().any(|(_, value)| value == place),
            };
            retry.action == path && is_here
        });
        let place = StoredValue::new(place.to_owned());
        let retry = StoredValue::new(retry);
        let error = Signal::derive(move || {
            outcome.get().unwrap_or_else(|| retry.with_value(|retry| retry.as_ref().map(|retry| retry.error.clone())))
        });
        Self { place, retry, outcome, error }
    }

    /// The place of the form among those with its action. Empty if it is the only one.
    #[must_use]
    pub fn place(self) -> String {
        self.place.get_value()
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

    /// Returns whether `field` was submitted with `value`, or `initial` if the form was not submitted. For checkboxes, radio
    /// buttons and options.
    #[must_use]
    pub fn ticked(self, field: &str, value: &str, initial: bool) -> bool {
        self.retry.with_value(|retry| retry.as_ref().map_or(initial, |retry| retry.fields.has(field, value)))
    }

    /// Follows `value`, after the submitted text of `field`: the text holds until the value changes.
    pub fn typed_until(
        self,
        field: &str,
        value: impl Fn() -> String + Clone + Send + Sync + 'static,
    ) -> impl Fn() -> String + Clone + Send + Sync + 'static {
        let initial = untrack(&value);
        let typed = self.is_retry().then(|| self.typed(field, &initial));
        move || {
            let value = value();
            typed.clone().filter(|_| value == initial).unwrap_or(value)
        }
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
