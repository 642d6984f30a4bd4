//! A sign-in under way: begun by `/login`, finished once by `/callback`, one for each tab.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::login::LoginQuery;
use crate::{
    domain::ids::BrowserId,
    server::{auth::return_path::ReturnPath, crypto::fingerprint, error::Error, repo::logins, state::AppState},
};

/// How long a person may take at the provider.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// What the callback must know again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    pub nonce: String,
    /// RFC 7636 section 4.1.
    pub code_verifier: String,
    /// The organization asked for: its id at the provider.
    pub organization: Option<String>,
    /// The address that led to it, where nobody named it.
    #[serde(default)]
    pub discovered_by: Option<String>,
    /// The fingerprint of the ticket of the invitation that is being accepted.
    #[serde(default)]
    pub invitation: Option<String>,
    /// The workspace that the person wants to enter, by the name they typed. Nothing was looked up for it yet.
    #[serde(default)]
    pub workspace: Option<String>,
    /// Whether the provider was asked to show nothing.
    #[serde(default)]
    pub silent: bool,
    pub return_to: Option<ReturnPath>,
    /// Id of what was typed before the session ended.
    pub draft: Option<String>,
}

impl Attempt {
    /// What begins the same sign-in again.
    #[must_use]
    pub fn again(&self) -> LoginQuery {
        LoginQuery {
            organization: self.organization.clone(),
            workspace: self.workspace.clone(),
            login_hint: self.discovered_by.clone(),
            discovered_by: self.discovered_by.clone(),
            return_to: self.return_to.as_ref().map(|path| path.as_str().to_owned()),
            draft: self.draft.clone(),
            ..LoginQuery::default()
        }
    }

    /// What begins a sign-in in no organization, where the one that the address led to does not know the person.
    #[must_use]
    pub fn without_discovery(&self) -> Option<LoginQuery> {
        let login_hint = Some(self.discovered_by.clone()?);
        let discover = Some("no".to_owned());
        Some(LoginQuery { login_hint, discover, discovered_by: None, organization: None, ..self.again() })
    }
}

/// Keeps `attempt` under `state` for `browser`.
pub async fn begin(app: &AppState, browser: BrowserId, state: &str, attempt: &Attempt) -> Result<(), Error> {
    let key = fingerprint(state);
    let sealed = app.sealer.seal(&place(&key), attempt)?;
    let mut tx = app.db.write().await?;
    logins::begin(&mut tx, &key, browser, &sealed, app.clock.now() + LIFETIME).await?;
    tx.commit().await
}

/// Takes the attempt that `browser` began under `state`. It can be taken once.
pub async fn take(app: &AppState, browser: BrowserId, state: &str) -> Result<Option<Attempt>, Error> {
    let key = fingerprint(state);
    let mut tx = app.db.write().await?;
    let sealed = logins::take(&mut tx, &key, browser, app.clock.now()).await?;
    tx.commit().await?;
    Ok(sealed.map(|sealed| app.sealer.open(&place(&key), &sealed)).transpose()?)
}

fn place(key: &str) -> String {
    format!("login attempt {key}")
}
