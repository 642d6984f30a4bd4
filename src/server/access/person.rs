//! The context of a signed-in person outside of any organization.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::PersonId,
    server::{auth::session::Browser, state::AppState},
};

/// The person who signed in last in this browser, to an organization or to none.
#[derive(Clone, Debug)]
pub struct PersonContext {
    state: AppState,
    pub person: PersonId,
}

impl PersonContext {
    /// Returns the context of the person who signed in last in `browser`; `None` if no one is signed in.
    #[must_use]
    pub fn of(state: &AppState, browser: Option<Browser>) -> Option<Self> {
        let person = browser?.person?;
        Some(Self { state: state.clone(), person })
    }

    /// The application state.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }
}
