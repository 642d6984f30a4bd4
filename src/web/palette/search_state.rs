//! Searching while one types.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{errors::AppError, search::Hit},
    web::search::functions::search,
};

/// How long a pause in typing is awaited before the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

/// What the server found. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct SearchState {
    org: StoredValue<String>,
    hits: RwSignal<Vec<Hit>>,
    waits: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
    /// Counts what was typed: an answer to something else comes too late.
    typed: StoredValue<u32>,
}

impl SearchState {
    /// In the organization called `org`.
    #[must_use]
    pub fn new(org: String) -> Self {
        Self {
            org: StoredValue::new(org),
            hits: RwSignal::new(Vec::new()),
            waits: RwSignal::new(false),
            failed: RwSignal::new(None),
            typed: StoredValue::new(0),
        }
    }

    /// What was found last.
    #[must_use]
    pub fn hits(self) -> Signal<Vec<Hit>> {
        self.hits.into()
    }

    /// Whether the answer to what was typed last is still to come.
    #[must_use]
    pub fn waits(self) -> Signal<bool> {
        self.waits.into()
    }

    /// Why there is no answer.
    #[must_use]
    pub fn failed(self) -> Signal<Option<String>> {
        self.failed.into()
    }

    /// Looks for `text`, unless more is typed at once.
    pub fn look_for(self, text: &str) {
        self.typed.update_value(|typed| *typed += 1);
        let turn = self.typed.get_value();
        let text = text.trim().to_owned();
        if text.is_empty() {
            self.settle(Ok(Vec::new()));
            return;
        }
        self.waits.set(true);
        let is_wanted = move || self.typed.try_get_value() == Some(turn);
        let ask = move || {
            if !is_wanted() {
                return;
            }
            let Some(org) = self.org.try_get_value() else { return };
            spawn_local(async move {
                let found = search(org, text, String::new(), 1).await;
                if is_wanted() {
                    self.settle(found.map(|found| found.hits));
                }
            });
        };
        set_timeout(ask, PAUSE);
    }

    fn settle(self, found: Result<Vec<Hit>, AppError>) {
        let failed = found.as_ref().err().map(ToString::to_string);
        self.failed.try_set(failed);
        self.hits.try_set(found.unwrap_or_default());
        self.waits.try_set(false);
    }
}
