//! A login from `/authorize` to the callback: what it still needs, and how it ends.

pub mod consent;

use crate::database::Tx;
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    Idp,
    authorization::{AuthorizationRequest, CallbackError, Prompt},
    config::{OrganizationRequireBehavior as Behavior, OrganizationUsage as Usage},
    id::{GrantId, OrganizationId, SessionId},
    join,
    offer::Offer,
    parameters::Parameters,
    routes::PageError,
    scope::Scope,
    signin::Caller,
    store::{
        clients::{self, Client},
        codes, connections,
        grants::{self, Grant},
        invitations::{self, Invitation},
        organizations::{self, Organization},
        sessions::Session,
        transactions, users,
    },
    time::Timestamp,
};

/// What comes next in a login.
#[derive(Debug)]
pub enum Next {
    /// The person must be asked.
    Show(Screen),
    /// The client gets a code, for this organization.
    Grant(Option<OrganizationId>),
    /// The client gets an error.
    Refuse(CallbackError),
}

/// A page that asks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Login,
    SignUp,
    /// Which organization, by name, before signing in.
    NameOrganization,
    /// Which organization, among one's own, after signing in.
    ChooseOrganization,
    Invitation,
    /// As whom, when the browser is signed in.
    ChooseAccount,
    /// Whether the client may have what it asks for.
    Consent,
    /// The login page of another issuer.
    Federate,
}

impl Screen {
    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Login => "/u/login",
            Self::SignUp => "/u/signup",
            Self::NameOrganization => "/u/organization-name",
            Self::ChooseOrganization => "/u/organization",
            Self::Invitation => "/u/invitation",
            Self::ChooseAccount => "/u/account",
            Self::Consent => "/u/consent",
            Self::Federate => "/u/federate",
        }
    }

    /// Whether it is shown to somebody who is signed in, and well enough for the request.
    pub const fn is_after_sign_in(self) -> bool {
        matches!(self, Self::ChooseOrganization | Self::ChooseAccount | Self::Consent)
    }

    /// Its address in the login `state`.
    pub fn address(self, state: &str) -> String {
        format!("{}?state={state}", self.path())
    }
}

/// What the request needs first, given the session of the browser.
pub async fn first(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: Option<&Session>,
    now: Timestamp,
) -> sqlx::Result<Next> {
    // An invitation is always shown, whoever is signed in.
    if request.invitation.is_some() {
        return Ok(Next::Show(Screen::Invitation));
    }
    if must_name_organization(request, client) {
        return Ok(Next::Show(Screen::NameOrganization));
    }
    if let Some(session) = session.filter(|session| good_enough(request, session, now)) {
        let connection = connections::of_user(tx, &session.user_id, &client.id).await?;
        // Who came another way than the client takes or wants has to sign in again.
        if let Some(connection) = connection
            && request.connection.as_ref().is_none_or(|wanted| *wanted == connection)
        {
            if request.prompt == Prompt::SelectAccount {
                return Ok(Next::Show(Screen::ChooseAccount));
            }
            if let Some(user) = users::find(tx, &session.user_id).await? {
                join::on_sign_in(tx, &user, request.organization.as_ref(), now).await?;
            }
            return after_sign_in(tx, request, client, session).await;
        }
    }
    let offer = Offer::find(tx, &client.id, request.organization.as_ref(), request.connection.as_ref()).await?;
    Ok(if offer.is_empty() {
        let whose = if request.organization.is_some() { "organization" } else { "client" };
        Next::Refuse(CallbackError::invalid_request(format!("no connections enabled for the {whose}")))
    } else if request.connection.is_some() && !offer.database {
        Next::Show(Screen::Federate)
    } else if request.sign_up && offer.database {
        Next::Show(Screen::SignUp)
    } else {
        Next::Show(Screen::Login)
    })
}

/// Whether the person has to say first which organization they mean.
pub fn must_name_organization(request: &AuthorizationRequest, client: &Client) -> bool {
    request.organization.is_none()
        && client.organization_usage == Usage::Require
        && client.organization_require_behavior == Behavior::PreLoginPrompt
}

/// Whether an earlier sign-in answers the request. `max_age=0` asks for a new one, as `prompt=login` does.
pub fn good_enough(request: &AuthorizationRequest, session: &Session, now: Timestamp) -> bool {
    let age = now.since(session.authenticated_at).num_seconds();
    request.prompt != Prompt::Login && request.max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
}

/// What the request needs once the person has signed in: an organization first, where membership is enforced, and then
/// consent.
pub async fn after_sign_in(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> sqlx::Result<Next> {
    if users::is_blocked(tx, &session.user_id).await? {
        return Ok(Next::Refuse(CallbackError::blocked()));
    }
    let next = settle_organization(tx, request, client, session).await?;
    Ok(match next {
        Next::Grant(organization)
            if consent::is_needed(tx, request, client, session, organization.as_ref()).await? =>
        {
            Next::Show(Screen::Consent)
        }
        next => next,
    })
}

/// For which organization the client gets its code, if the person need not be asked.
pub async fn settle_organization(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> sqlx::Result<Next> {
    if let Some(organization) = &request.organization {
        return enter(tx, organization, session).await;
    }
    if must_name_organization(request, client) {
        return Ok(Next::Show(Screen::NameOrganization));
    }
    if request.has_chosen {
        return Ok(Next::Grant(None));
    }
    let prompts = client.organization_require_behavior == Behavior::PostLoginPrompt;
    Ok(match client.organization_usage {
        Usage::Allow | Usage::Require if prompts => {
            if !organizations::of_user(tx, &session.user_id).await?.is_empty() {
                Next::Show(Screen::ChooseOrganization)
            } else if client.organization_usage == Usage::Allow {
                Next::Grant(None)
            } else {
                let description = format!("user {} is not part of any organization", session.user_id);
                Next::Refuse(CallbackError::access_denied(description))
            }
        }
        Usage::Deny | Usage::Allow => Next::Grant(None),
        Usage::Require => {
            Next::Refuse(CallbackError::invalid_request("parameter organization is required for this client"))
        }
    })
}

/// Whether the person of `session` may enter the organization.
async fn enter(tx: &mut Tx, organization: &OrganizationId, session: &Session) -> sqlx::Result<Next> {
    let user = &session.user_id;
    if let Some(connection) = connections::foreign_to(tx, organization, user).await? {
        let description = format!(
            "user {user} belongs to connection {connection} that is not part of the {organization} organization"
        );
        return Ok(Next::Refuse(CallbackError::access_denied(description)));
    }
    if organizations::has_member(tx, organization, user).await? {
        return Ok(Next::Grant(Some(organization.clone())));
    }
    let description = format!("user {user} is not part of the {organization} organization");
    Ok(Next::Refuse(CallbackError::access_denied(description)))
}

/// Makes the code that `request` asked for.
pub async fn issue_code(
    idp: &Idp,
    tx: &mut Tx,
    request: &AuthorizationRequest,
    session: &Session,
    organization: Option<OrganizationId>,
) -> sqlx::Result<String> {
    let now = idp.now();
    let grant = Grant {
        id: GrantId::random(&idp.0.random),
        user_id: session.user_id.clone(),
        client_id: request.client_id.clone(),
        organization_id: organization,
        scope: Scope::clone(&request.scope),
        audience: request.audience.clone(),
        sid: session.sid.clone(),
        auth_time: request.wants_auth_time().then_some(session.authenticated_at),
        revoked_at: None,
    };
    grants::insert(tx, &grant, now).await?;
    let code = idp.0.random.token();
    let new = codes::NewCode {
        code: &code,
        grant_id: &grant.id,
        redirect_uri: &request.callback.redirect_uri,
        challenge: request.code_challenge.as_deref(),
        nonce: request.nonce.as_deref(),
    };
    codes::insert(tx, &new, now).await?;
    Ok(code)
}

/// A login under way, opened by the browser that began it.
#[derive(Debug)]
pub struct Login {
    /// What names it in addresses and forms.
    pub state: String,
    pub request: AuthorizationRequest,
    pub client: Client,
    pub organization: Option<Organization>,
    pub offer: Offer,
    /// Whether people may create accounts on the way.
    pub is_sign_up_open: bool,
    session_sid: Option<SessionId>,
}

impl Login {
    /// Opens the login that `parameters` name by `state`.
    pub async fn open(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, parameters: &Parameters) -> Result<Self, PageError> {
        Self::resume(idp, tx, headers, parameters.get("state").ok_or(PageError::Expired)?).await
    }

    /// Opens the login `state`.
    pub async fn resume(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, state: &str) -> Result<Self, PageError> {
        let transaction = transactions::find(tx, state, idp.now()).await?.ok_or(PageError::Expired)?;
        let browser = idp.0.cookies.browser(headers).ok_or(PageError::Expired)?;
        if !transaction.browser_hash.matches(browser) {
            return Err(PageError::Expired);
        }
        let request = transaction.request.0;
        let client = clients::find(tx, request.client_id.as_str()).await?.ok_or(PageError::Expired)?;
        if transaction.finished {
            return Err(PageError::Finished { client: client.name, login_uri: client.initiate_login_uri });
        }
        let organization = match &request.organization {
            Some(id) => organizations::find(tx, id).await?,
            None => None,
        };
        let is_sign_up_open = connections::is_sign_up_open(tx, request.organization.as_ref()).await?;
        let offer = Offer::find(tx, &client.id, request.organization.as_ref(), request.connection.as_ref()).await?;
        let session_sid = transaction.session_sid;
        Ok(Self { state: state.to_owned(), request, client, organization, offer, is_sign_up_open, session_sid })
    }

    /// The login that `parameters` name, if they name one that this browser can go on with.
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

    /// The login `state`, if this browser can go on with it.
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

    /// Somebody at `address` who is about this login.
    pub fn caller<'a>(&'a self, address: &'a str) -> Caller<'a> {
        let organization = self.request.organization.as_ref();
        Caller { address, client: Some(&self.client.id), organization }
    }

    /// The invitation that the login is about, while it can still be accepted.
    pub async fn invitation(&self, tx: &mut Tx, now: Timestamp) -> sqlx::Result<Option<Invitation>> {
        match &self.request.invitation {
            Some(id) => invitations::find(tx, id, now).await,
            None => Ok(None),
        }
    }

    /// Whether this login itself made or found `session`.
    pub fn has_session(&self, session: &Session) -> bool {
        self.session_sid.as_ref() == Some(&session.sid)
    }

    /// Carries out `next`: on to another page, or back to the client.
    pub async fn proceed(&self, idp: &Idp, tx: &mut Tx, session: &Session, next: Next) -> sqlx::Result<Response> {
        let outcome = match next {
            Next::Show(screen) => {
                transactions::set_session(tx, &self.state, &session.sid).await?;
                return Ok(Redirect::to(&screen.address(&self.state)).into_response());
            }
            Next::Grant(organization) => Ok(issue_code(idp, tx, &self.request, session, organization).await?),
            Next::Refuse(error) => Err(error),
        };
        transactions::finish(tx, &self.state).await?;
        Ok(self.request.callback.respond(outcome))
    }

    /// Ends the login with an error.
    pub async fn refuse(&self, tx: &mut Tx, error: CallbackError) -> sqlx::Result<Response> {
        transactions::finish(tx, &self.state).await?;
        Ok(self.request.callback.respond(Err(error)))
    }
}

/// Adds a cookie to a response.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
