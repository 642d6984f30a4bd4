//! Who is asking, outside of any organization.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::PersonId,
    server::{auth::session::Browser, state::AppState},
};

/// A person who signed in with this browser, in whichever organization or in none.
#[derive(Clone, Debug)]
pub struct PersonContext {
    state: AppState,
    pub person: PersonId,
}

impl PersonContext {
    /// The person whom `browser` signed in as last, if anybody has.
    #[must_use]
    pub fn of(state: &AppState, browser: Option<Browser>) -> Option<Self> {
        let person = browser?.person?;
        Some(Self { state: state.clone(), person })
    }

    /// The application's parts.
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
