//! The browser's session: one cookie, and behind it the seats.

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

/// The cookie's name; over TLS with the prefix that ties it to this host (RFC 6265bis section 4.1.3.2).
#[must_use]
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-tessera" } else { "tessera" }
}

const RECORD: &str = "browser";
/// The provider's session in which the person of the record signed in last.
const SID: &str = "sid";
const WAY_BACK: &str = "way_back";

/// What the session holds: little, and small. What grows hangs on `id` in tables of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    pub id: BrowserId,
    /// Who signed in last, in whichever organization or in none.
    pub person: Option<PersonId>,
}

/// The session of a request. As an extractor it never refuses.
#[derive(Clone, Debug)]
pub struct BrowserSession(Session);

impl BrowserSession {
    /// The session of a request whose extensions these are, if it went through the session layer.
    #[must_use]
    pub fn of(extensions: &axum::http::Extensions) -> Option<Self> {
        extensions.get::<Session>().cloned().map(Self)
    }

    /// The browser, if it is known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn browser(&self) -> Result<Option<Browser>, Error> {
        Ok(self.0.get(RECORD).await?)
    }

    /// The browser; an unknown one gets a session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self, random: &Random, now: chrono::DateTime<chrono::Utc>) -> Result<Browser, Error> {
        if let Some(browser) = self.browser().await? {
            return Ok(browser);
        }
        let browser = Browser { id: BrowserId(random.uuid(now)), person: None };
        self.0.insert(RECORD, browser).await?;
        Ok(browser)
    }

    /// Notes who has signed in, in which session of the provider's if it says so, and renews the session's id, so that one
    /// known from before is worth nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signed_in(&self, browser: Browser, person: PersonId, sid: Option<&str>) -> Result<(), Error> {
        self.0.cycle_id().await?;
        self.0.insert(RECORD, Browser { person: Some(person), ..browser }).await?;
        self.0.insert(SID, sid).await?;
        Ok(())
    }

    /// Keeps where to go once the provider has signed the person out: it leads to the landing page and nowhere else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_way_back(&self, sealed: &[u8]) -> Result<(), Error> {
        Ok(self.0.insert(WAY_BACK, sealed).await?)
    }

    /// Takes what was kept; it is given once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_way_back(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.remove(WAY_BACK).await?)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(&self) -> Result<(), Error> {
        Ok(self.0.flush().await?)
    }
}

/// What has ended at the provider.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// The session that it calls by this `sid`.
    Session(&'a str),
    /// Every session of this person.
    All(PersonId),
}

/// Has every browser forget who signed in last there, where that was in what has ended; says how many did. The seats of other
/// people stay.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &mut PlatformTx, ended: Ended<'_>) -> Result<u64, Error> {
    let text = match ended {
        Ended::Session(sid) => Value::from(sid).to_string(),
        Ended::All(person) => person.to_string(),
    };
    let forget = |data: &mut Map<String, Value>| {
        let browser = data.get(RECORD).cloned().and_then(|browser| serde_json::from_value::<Browser>(browser).ok());
        let Some(browser) = browser else { return false };
        let is_over = match ended {
            Ended::Session(sid) => data.get(SID).and_then(Value::as_str) == Some(sid),
            Ended::All(person) => browser.person == Some(person),
        };
        if is_over {
            data.insert(RECORD.to_owned(), json!(Browser { person: None, ..browser }));
            data.remove(SID);
        }
        is_over
    };
    session_store::change(tx, &text, forget).await
}

impl<S: Send + Sync> FromRequestParts<S> for BrowserSession {
    type Rejection = <Session as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Session::from_request_parts(parts, state).await.map(Self)
    }
}
