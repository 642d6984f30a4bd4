//! The browser session: one cookie that identifies a browser and its seats.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tower_sessions::Session;

use super::session_store;
use crate::{
    domain::ids::{BrowserId, PersonId},
    kernel::random::Random,
    server::{db::PlatformTx, error::Error},
};

/// The name of the session cookie, without the prefix of cookies over https.
pub const COOKIE: &str = "tessera";

const BROWSER_KEY: &str = "browser";
/// Session key of the provider's session id (`sid`) at the last sign-in.
const SID_KEY: &str = "sid";
const RESUME_INVITATION_KEY: &str = "way_back";

/// The browser record in the session data. Data that grows is stored in separate tables, under `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    pub id: BrowserId,
    /// The person who signed in last, to an organization or to none.
    pub person: Option<PersonId>,
}

/// The session of a request.
#[derive(Clone, Debug)]
pub struct BrowserSession(Session);

impl BrowserSession {
    /// Returns the session from the extensions of a request that passed the session layer.
    #[must_use]
    pub fn of(extensions: &axum::http::Extensions) -> Option<Self> {
        extensions.get::<Session>().cloned().map(Self)
    }

    /// Returns the browser; `None` if it has no session yet.
    pub async fn browser(&self) -> Result<Option<Browser>, Error> {
        Ok(self.0.get(BROWSER_KEY).await?)
    }

    /// Returns the browser, and starts a session if there is none.
    pub async fn begin(&self, random: &Random, now: chrono::DateTime<chrono::Utc>) -> Result<Browser, Error> {
        if let Some(browser) = self.browser().await? {
            return Ok(browser);
        }
        let browser = Browser { id: BrowserId(random.uuid(now)), person: None };
        self.0.insert(BROWSER_KEY, browser).await?;
        Ok(browser)
    }

    /// Records the signed-in person and the provider's session id, and renews the session's own id to prevent session
    /// fixation.
    pub async fn record_sign_in(&self, browser: Browser, person: PersonId, sid: Option<&str>) -> Result<(), Error> {
        self.0.cycle_id().await?;
        self.0.insert(BROWSER_KEY, Browser { person: Some(person), ..browser }).await?;
        self.0.insert(SID_KEY, sid).await?;
        Ok(())
    }

    /// Stores the sealed link of an invitation to reopen after a sign-out: the provider can only return to the landing
    /// page.
    pub async fn store_pending_invitation(&self, sealed: &[u8]) -> Result<(), Error> {
        Ok(self.0.insert(RESUME_INVITATION_KEY, sealed).await?)
    }

    /// Removes and returns the sealed link of the invitation to reopen.
    pub async fn take_pending_invitation(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.remove(RESUME_INVITATION_KEY).await?)
    }

    /// Ends the session.
    pub async fn end(&self) -> Result<(), Error> {
        Ok(self.0.flush().await?)
    }
}

/// Selects the sessions that have ended at the provider.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// The session with this `sid` of the provider.
    Session(&'a str),
    /// Every session in which this person signed in last.
    All(PersonId),
}

/// Clears the last-signed-in person of all sessions matching `ended`; returns the count. Seats of other people stay.
pub async fn clear_person(tx: &mut PlatformTx, ended: Ended<'_>) -> Result<u64, Error> {
    let text = match ended {
        Ended::Session(sid) => Value::from(sid).to_string(),
        Ended::All(person) => person.to_string(),
    };
    let clear = |data: &mut Map<String, Value>| {
        let browser =
            data.get(BROWSER_KEY).cloned().and_then(|browser| serde_json::from_value::<Browser>(browser).ok());
        let Some(browser) = browser else { return false };
        let matches = match ended {
            Ended::Session(sid) => data.get(SID_KEY).and_then(Value::as_str) == Some(sid),
            Ended::All(person) => browser.person == Some(person),
        };
        if matches {
            data.insert(BROWSER_KEY.to_owned(), json!(Browser { person: None, ..browser }));
            data.remove(SID_KEY);
        }
        matches
    };
    session_store::change(tx, &text, clear).await
}

impl<S: Send + Sync> FromRequestParts<S> for BrowserSession {
    type Rejection = <Session as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Session::from_request_parts(parts, state).await.map(Self)
    }
}
