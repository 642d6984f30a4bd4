//! Opens pending logins for the browser that began them.

use axum::http::HeaderMap;

use crate::{
    idp::{
        authentication::RequestSource,
        authorization::AuthorizationRequest,
        flow::screen::Screen,
        id::SessionId,
        page_error::PageError,
        parameters::Parameters,
        requester::Requester,
        sign_in_options::{Issuer, SignInOptions},
        state::Idp,
        store::{
            clients::{self, Client},
            connections,
            invitations::{self, Invitation},
            login_transactions,
            organizations::{self, Organization},
            sessions::Session,
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// A pending login of the browser that began it.
#[derive(Debug)]
pub struct Login {
    /// Identifies the login in addresses and forms.
    pub state: String,
    pub request: AuthorizationRequest,
    pub client: Client,
    pub organization: Option<Organization>,
    pub options: SignInOptions,
    /// Whether users may sign up during the login.
    pub is_sign_up_open: bool,
    session_sid: Option<SessionId>,
}

impl Login {
    /// Opens the login with the parameter `state`. Fails if this browser cannot continue it.
    pub async fn open(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, parameters: &Parameters) -> Result<Self, PageError> {
        Self::resume(idp, tx, headers, parameters.get("state").ok_or(PageError::Expired)?).await
    }

    /// Opens the login `state`. Fails if this browser cannot continue it.
    pub async fn resume(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, state: &str) -> Result<Self, PageError> {
        let transaction = login_transactions::find(tx, state, idp.now()).await?.ok_or(PageError::Expired)?;
        let browser = idp.cookies.browser.read(headers).ok_or(PageError::Expired)?;
        if !transaction.browser_hash.matches(browser) {
            return Err(PageError::Expired);
        }
        let request = transaction.request.0;
        let client = clients::find(tx, request.client_id.as_str()).await?.ok_or(PageError::Expired)?;
        if transaction.is_finished {
            return Err(PageError::Finished { client: client.name, login_uri: client.initiate_login_uri });
        }
        let organization = match &request.organization {
            Some(id) => organizations::find(tx, id).await?,
            None => None,
        };
        let is_sign_up_open = connections::is_sign_up_open(tx, request.organization.as_ref()).await?;
        let options =
            SignInOptions::find(tx, &client.id, request.organization.as_ref(), request.connection.as_ref()).await?;
        let session_sid = transaction.session_sid;
        Ok(Self { state: state.to_owned(), request, client, organization, options, is_sign_up_open, session_sid })
    }

    /// Opens the login with the parameter `state`; `None` if this browser cannot continue it.
    pub async fn open_if_any(
        idp: &Idp,
        tx: &mut Tx,
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Option<Self>, PageError> {
        match parameters.get("state") {
            Some(state) => Self::resume_if_any(idp, tx, headers, state).await,
            None => Ok(None),
        }
    }

    /// Opens the login `state`; `None` if this browser cannot continue it.
    pub async fn resume_if_any(
        idp: &Idp,
        tx: &mut Tx,
        headers: &HeaderMap,
        state: &str,
    ) -> Result<Option<Self>, PageError> {
        match Self::resume(idp, tx, headers, state).await {
            Ok(login) => Ok(Some(login)),
            Err(PageError::Expired | PageError::Finished { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates the source of a request for this login.
    pub fn request_source<'a>(&'a self, requester: &'a Requester) -> RequestSource<'a> {
        let organization = self.request.organization.as_ref();
        RequestSource { requester, client: Some(&self.client.id), organization }
    }

    /// Finds the invitation of the login, if it is still open.
    pub async fn invitation(&self, tx: &mut Tx, now: UnixTime) -> sqlx::Result<Option<Invitation>> {
        match &self.request.invitation {
            Some(id) => invitations::find(tx, id, now).await,
            None => Ok(None),
        }
    }

    /// Whether `session` is the one that this login created or found.
    pub fn has_session(&self, session: &Session) -> bool {
        self.session_sid.as_ref() == Some(&session.sid)
    }

    /// Returns the address that redirects to the login page of `issuer`.
    pub fn issuer_address(&self, issuer: &Issuer, login_hint: Option<&str>) -> String {
        Screen::issuer_address(&self.state, &issuer.connection.id, login_hint)
    }
}
