//! Searches while the person types.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{errors::AppError, search::Hit},
    web::search::functions::search,
};

/// The delay between the last keystroke and the request.
const TYPING_DELAY: Duration = Duration::from_millis(120);

/// The state of the palette's search. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct SearchState {
    org: StoredValue<String>,
    hits: RwSignal<Vec<Hit>>,
    is_pending: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    /// Counts the runs, so that the response to an earlier text is ignored.
    run: StoredValue<u32>,
}

impl SearchState {
    /// Creates the search of the organization with the slug `org`.
    #[must_use]
    pub fn new(org: String) -> Self {
        Self {
            org: StoredValue::new(org),
            hits: RwSignal::new(Vec::new()),
            is_pending: RwSignal::new(false),
            error: RwSignal::new(None),
            run: StoredValue::new(0),
        }
    }

    /// Returns the latest results.
    #[must_use]
    pub fn hits(self) -> Signal<Vec<Hit>> {
        self.hits.into()
    }

    /// Whether the search for the current text is not answered yet.
    #[must_use]
    pub fn is_pending(self) -> Signal<bool> {
        self.is_pending.into()
    }

    /// Returns the message of a failed search.
    #[must_use]
    pub fn error(self) -> Signal<Option<String>> {
        self.error.into()
    }

    /// Searches for `text` once the person stops typing.
    pub fn run(self, text: &str) {
        self.run.update_value(|run| *run += 1);
        let run = self.run.get_value();
        let text = text.trim().to_owned();
        if text.is_empty() {
            self.settle(Ok(Vec::new()));
            return;
        }
        self.is_pending.set(true);
        let is_latest = move || self.run.try_get_value() == Some(run);
        let request = move || {
            if !is_latest() {
                return;
            }
            let Some(org) = self.org.try_get_value() else { return };
            spawn_local(async move {
                let found = search(org, text, String::new(), 1).await;
                if is_latest() {
                    self.settle(found.map(|found| found.hits));
                }
            });
        };
        set_timeout(request, TYPING_DELAY);
    }

    fn settle(self, found: Result<Vec<Hit>, AppError>) {
        let error = found.as_ref().err().map(ToString::to_string);
        self.error.try_set(error);
        self.hits.try_set(found.unwrap_or_default());
        self.is_pending.try_set(false);
    }
}
