//! Who is asking, outside of any organization.

use chrono::{DateTime, Utc};

use crate::server::{auth::session::Browser, error::Error, repo::ids::PersonId, state::AppState};

/// A person who signed in with this browser, in whichever organization or in none.
#[derive(Clone, Debug)]
pub struct PersonContext {
    state: AppState,
    pub person: PersonId,
}

impl PersonContext {
    /// The person whom `browser` signed in as last.
    ///
    /// # Errors
    /// [`Error::SignInRequired`] when nobody has.
    pub fn of(state: &AppState, browser: Option<Browser>) -> Result<Self, Error> {
        let person = browser.and_then(|browser| browser.person).ok_or(Error::SignInRequired)?;
        Ok(Self { state: state.clone(), person })
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
