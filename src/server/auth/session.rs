//! The browser session: one cookie that identifies a browser and its seats.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tower_sessions::Session;

use super::{
    session_record::{BEGAN_KEY, BROWSER_KEY, CLIENT_KEY, SID_KEY, SIGNED_IN_KEY},
    session_store,
};
use crate::{
    domain::ids::{BrowserId, PersonId},
    kernel::{
        client_address::ClientNetwork,
        cookies,
        metrics::{Limit, Service},
        secret::fingerprint,
    },
    server::{db::PlatformTx, error::Error, repo::sessions, state::AppState},
};

pub use super::session_record::Browser;

/// The name of the session cookie, without the prefix of cookies over https.
pub const COOKIE: &str = "tessera";

/// Maximum number of sessions of a client in which nobody has signed in. A company's people may share an address; each
/// counts only until they have signed in.
const MAX_STRANGERS_PER_CLIENT: i64 = 1_000;

/// Key of the sign-ins that this browser has finished, newest first.
const FINISHED_KEY: &str = "finished";

/// Maximum number of remembered sign-ins of a browser.
const MAX_FINISHED: usize = 5;

const RESUME_INVITATION_KEY: &str = "way_back";

/// The session of a request.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    session: Session,
    /// The network of the client.
    client: Option<ClientNetwork>,
}

impl BrowserSession {
    /// Returns the session from the extensions of a request that passed the session layer.
    #[must_use]
    pub fn of(extensions: &axum::http::Extensions) -> Option<Self> {
        let session = extensions.get::<Session>().cloned()?;
        Some(Self { session, client: extensions.get().copied() })
    }

    /// Returns the browser; `None` if it has no session yet.
    pub async fn browser(&self) -> Result<Option<Browser>, Error> {
        Ok(self.session.get(BROWSER_KEY).await?)
    }

    /// Whether a person has signed in in this session, even if that has ended.
    pub async fn was_signed_in(&self) -> Result<bool, Error> {
        Ok(self.session.get::<bool>(SIGNED_IN_KEY).await?.is_some())
    }

    /// Returns the provider's session id (`sid`) at the last sign-in.
    pub async fn sid(&self) -> Result<Option<String>, Error> {
        Ok(self.session.get::<Option<String>>(SID_KEY).await?.flatten())
    }

    /// Remembers where the sign-in `state` led to, so that its callback leads there again: a second click, a reload, the
    /// browser's back button.
    pub async fn record_finished(&self, state: &str, path: &str) -> Result<(), Error> {
        let mut finished = self.session.get::<Vec<(String, String)>>(FINISHED_KEY).await?.unwrap_or_default();
        finished.insert(0, (fingerprint(state), path.to_owned()));
        finished.truncate(MAX_FINISHED);
        Ok(self.session.insert(FINISHED_KEY, finished).await?)
    }

    /// Returns where the sign-in `state` of this browser led to.
    pub async fn finished(&self, state: &str) -> Result<Option<String>, Error> {
        let finished = self.session.get::<Vec<(String, String)>>(FINISHED_KEY).await?.unwrap_or_default();
        let state = fingerprint(state);
        Ok(finished.into_iter().find(|(finished, _)| *finished == state).map(|(_, path)| path))
    }

    /// Returns the network of the client.
    ///
    /// # Panics
    /// Outside of the router, whose layers identify the client.
    #[must_use]
    pub fn client(&self) -> ClientNetwork {
        self.client.expect("the router identifies the client")
    }

    /// Returns the browser, and starts a session if there is none.
    ///
    /// # Errors
    /// [`Error::TooManySessions`] if the client has started too many in which nobody has signed in.
    pub async fn begin(&self, app: &AppState) -> Result<Browser, Error> {
        if let Some(browser) = self.browser().await? {
            return Ok(browser);
        }
        let (now, client) = (app.clock.now(), self.client().to_string());
        if sessions::has_strangers(&mut app.db.read().await?, &client, now, MAX_STRANGERS_PER_CLIENT).await? {
            app.metrics.count_refusal(Service::Application, Limit::Sessions);
            return Err(Error::TooManySessions);
        }
        let browser = Browser { id: BrowserId(app.random.uuid(now)), person: None };
        self.session.insert(BROWSER_KEY, browser).await?;
        self.session.insert(CLIENT_KEY, client).await?;
        Ok(browser)
    }

    /// Records the signed-in person and the provider's session id, and renews the session's own id to prevent session
    /// fixation.
    pub async fn record_sign_in(
        &self,
        browser: Browser,
        person: PersonId,
        sid: Option<&str>,
        began_at: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        self.session.cycle_id().await?;
        self.session.insert(BROWSER_KEY, Browser { person: Some(person), ..browser }).await?;
        self.session.insert(SID_KEY, sid).await?;
        self.session.insert(SIGNED_IN_KEY, true).await?;
        self.session.insert(BEGAN_KEY, began_at.map(|at| at.timestamp())).await?;
        Ok(())
    }

    /// Stores the sealed link of an invitation to reopen after a sign-out: the provider can only return to the landing
    /// page.
    pub async fn store_pending_invitation(&self, app: &AppState, sealed: &[u8]) -> Result<(), Error> {
        self.begin(app).await?;
        Ok(self.session.insert(RESUME_INVITATION_KEY, sealed).await?)
    }

    /// Removes and returns the sealed link of the invitation to reopen.
    pub async fn take_pending_invitation(&self) -> Result<Option<Vec<u8>>, Error> {
        // Removing what is not there would store the session all the same, which a page must not need.
        if self.session.get_value(RESUME_INVITATION_KEY).await?.is_none() {
            return Ok(None);
        }
        Ok(self.session.remove(RESUME_INVITATION_KEY).await?)
    }

    /// Ends the session.
    pub async fn end(&self) -> Result<(), Error> {
        Ok(self.session.flush().await?)
    }
}

/// Whether a request has a session cookie, valid or not.
#[must_use]
pub fn has_cookie(app: &AppState, headers: &HeaderMap) -> bool {
    cookies::read(headers, &cookies::name(COOKIE, app.config.is_https())).is_some()
}

/// Selects the sessions that have ended at the provider.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// The session with this `sid` of the provider.
    Session(&'a str),
    /// Every session in which this person signed in last.
    All(PersonId),
}

/// Clears the last-signed-in person of all sessions matching `ended` whose sign-in began until `at`. Seats of other people
/// stay.
pub async fn clear_person(tx: &mut PlatformTx, ended: Ended<'_>, at: DateTime<Utc>) -> Result<(), Error> {
    let found = match ended {
        Ended::Session(sid) => sessions::of_sid(tx, sid).await?,
        Ended::All(person) => sessions::of_person(tx, person).await?,
    };
    session_store::change(tx, found, |data| {
        if data.get(BEGAN_KEY).and_then(Value::as_i64).is_some_and(|began_at| began_at > at.timestamp()) {
            return;
        }
        if let Some(browser) = data.get(BROWSER_KEY).and_then(|browser| Browser::deserialize(browser).ok()) {
            data.insert(BROWSER_KEY.to_owned(), json!(Browser { person: None, ..browser }));
        }
        data.remove(SID_KEY);
    })
    .await
}

impl<S: Send + Sync> FromRequestParts<S> for BrowserSession {
    type Rejection = <Session as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let session = Session::from_request_parts(parts, state).await?;
        Ok(Self { session, client: parts.extensions.get().copied() })
    }
}
