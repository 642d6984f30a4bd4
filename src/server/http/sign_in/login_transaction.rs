//! Login transactions: pending sign-ins, started by `/login` and finished once by `/callback`. A browser can have
//! several, one in each tab.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::login_query::LoginQuery;
use crate::{
    domain::ids::BrowserId,
    kernel::secret::fingerprint,
    server::{auth::return_path::ReturnPath, error::Error, repo::logins, state::AppState},
};

/// How long a sign-in may take at the provider.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// The data that the callback verifies and continues with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoginTransaction {
    pub nonce: String,
    /// The PKCE code verifier (RFC 7636 section 4.1).
    pub code_verifier: String,
    /// The requested organization's id at the provider.
    pub organization: Option<String>,
    /// The email address that the organization was discovered by.
    #[serde(default)]
    pub discovered_by: Option<String>,
    /// Fingerprint of the ticket of the invitation to accept.
    #[serde(default)]
    pub invitation: Option<String>,
    /// The name of the organization that the person entered. It has not been looked up.
    #[serde(default)]
    pub workspace: Option<String>,
    /// The name of the organization in the link that the person followed. It has not been looked up.
    #[serde(default)]
    pub organization_name: Option<String>,
    /// Whether the request was sent with `prompt=none`.
    #[serde(default)]
    pub silent: bool,
    pub return_to: Option<ReturnPath>,
    /// Id of the draft to restore.
    pub draft: Option<String>,
}

impl LoginTransaction {
    /// Returns the query that repeats this sign-in.
    pub fn query(&self) -> LoginQuery {
        LoginQuery {
            organization: self.organization.clone(),
            organization_name: self.organization_name.clone(),
            workspace: self.workspace.clone(),
            login_hint: self.discovered_by.clone(),
            discovered_by: self.discovered_by.clone(),
            return_to: self.return_to.as_ref().map(|path| path.as_str().to_owned()),
            draft: self.draft.clone(),
            ..LoginQuery::default()
        }
    }

    /// Returns the query that repeats this sign-in without the discovered organization; `None` if none was discovered.
    pub fn without_discovery(&self) -> Option<LoginQuery> {
        let login_hint = Some(self.discovered_by.clone()?);
        let discover = Some("no".to_owned());
        Some(LoginQuery { login_hint, discover, discovered_by: None, organization: None, ..self.query() })
    }
}

/// Stores `transaction` of `browser` under `state`.
pub async fn begin(
    app: &AppState,
    browser: BrowserId,
    state: &str,
    transaction: &LoginTransaction,
) -> Result<(), Error> {
    let key = fingerprint(state);
    let sealed = app.sealer.seal(&seal_context(&key), transaction)?;
    let mut tx = app.db.write().await?;
    logins::insert(&mut tx, &key, browser, &sealed, app.clock.now() + LIFETIME).await?;
    tx.commit().await
}

/// Removes and returns the transaction of `browser` under `state`.
pub async fn consume(app: &AppState, browser: BrowserId, state: &str) -> Result<Option<LoginTransaction>, Error> {
    let key = fingerprint(state);
    let mut tx = app.db.write().await?;
    let sealed = logins::claim(&mut tx, &key, browser, app.clock.now()).await?;
    tx.commit().await?;
    Ok(sealed.map(|sealed| app.sealer.open(&seal_context(&key), &sealed)).transpose()?)
}

fn seal_context(key: &str) -> String {
    format!("login attempt {key}")
}
