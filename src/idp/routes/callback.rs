//! `GET /login/callback`: the redirect URI at other issuers.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        authorization::{self, CallbackError},
        federation::{error::FederationError, profile::Identity},
        flow::{issuer::unreachable, login::Login, sign_in},
        id::{ConnectionId, UserId},
        invitation_acceptance,
        page_error::PageError,
        pages,
        parameters::Parameters,
        requester::Requester,
        sign_in_options::Issuer,
        state::Idp,
        store::{
            federated_logins, settings,
            users::{self, FederatedUser, User},
        },
    },
    kernel::database::Tx,
};

/// Receives the response of another issuer (RFC 6749 section 4.1.2). Signs the user in, or responds to the client with
/// an error.
pub async fn answer(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    // Find the login; each response is accepted once
    let state = parameters.get("state").ok_or(PageError::Expired)?;
    let browser = idp.cookies.browser.read(&headers).ok_or(PageError::Expired)?;
    let mut tx = idp.database.write().await?;
    let federation = federated_logins::claim(&mut tx, state, browser, idp.now()).await?.ok_or(PageError::Expired)?;
    let login = Login::resume(&idp, &mut tx, &headers, &federation.login_state).await?;
    tx.commit().await?;

    // Refuse the response of another issuer (RFC 9207 section 2.4), and pass an error of the issuer on to the client
    let Some(issuer) = login.options.issuer(&federation.connection_id) else {
        return refuse(&idp, &login, CallbackError::access_denied("the connection was disabled")).await;
    };
    let options = issuer.options(&idp.sealer);
    if let (Some(said), Some(options)) = (parameters.get("iss"), &options)
        && !options.is_issuer(said)
    {
        return refuse(&idp, &login, not_accepted(issuer)).await;
    }
    if let Some(error) = parameters.get("error") {
        return refuse(&idp, &login, passed_on(error, parameters.get("error_description"), issuer)).await;
    }
    let Some(code) = parameters.get("code") else {
        return refuse(&idp, &login, not_accepted(issuer)).await;
    };

    // Exchange the code for the user's identity
    let (verifier, nonce) = (&federation.code_verifier, &federation.nonce);
    let identified = match options {
        Some(options) => idp.issuers.identify(&idp, &options, code, verifier, nonce).await,
        None => Err(FederationError::Unreachable("its options are not complete".to_owned())),
    };
    let identity = match identified {
        Ok(identity) => identity,
        Err(fault @ FederationError::Unreachable(_)) => return Err(unreachable(&login, issuer, &fault)),
        Err(fault @ FederationError::Untrusted(_)) => {
            tracing::warn!(connection = issuer.connection.name, %fault, "a sign-in was not accepted");
            return refuse(&idp, &login, not_accepted(issuer)).await;
        }
    };

    // Insert or update the user, unless the login ended or the connection was disabled since the request began
    let mut tx = idp.database.write().await?;
    let login = Login::resume(&idp, &mut tx, &headers, &federation.login_state).await?;
    if login.options.issuer(&federation.connection_id).is_none() {
        drop(tx);
        return refuse(&idp, &login, CallbackError::access_denied("the connection was disabled")).await;
    }
    let user = store(&idp, &mut tx, &federation.connection_id, issuer, &identity).await?;

    // Accept the invitation of the login, if it has one
    if !user.blocked
        && let Some(invitation) = login.invitation(&mut tx, idp.now()).await?
    {
        let source = login.request_source(&requester);
        let is_for_them =
            user.email == invitation.email && invitation.connection_id.as_ref() == Some(&user.connection_id);
        if is_for_them {
            invitation_acceptance::accept(&mut tx, &idp, &invitation, &user, source).await?;
        } else if settings::get(&mut tx).await?.invitation_spent_by_others {
            invitation_acceptance::consume_unaccepted(&mut tx, &idp, &invitation, &user, source).await?;
        }
    }

    // Sign the user in and continue the login
    let response = if user.blocked {
        login
            .refuse(&mut tx, CallbackError { error: "unauthorized", description: "user is blocked".to_owned() })
            .await?
    } else {
        sign_in::sign_in(&idp, &mut tx, &headers, &login, &user, &requester).await?
    };
    tx.commit().await?;
    Ok(end_of_redirects(&idp, &login, response))
}

async fn store(
    idp: &Idp,
    tx: &mut Tx,
    connection: &ConnectionId,
    issuer: &Issuer,
    identity: &Identity,
) -> Result<User, PageError> {
    let id = UserId::federated(&issuer.connection.name, &identity.subject);
    let user = FederatedUser {
        id: &id,
        connection_id: connection,
        email: &identity.email,
        email_verified: identity.email_verified,
        name: &identity.name,
        nickname: &identity.nickname,
        given_name: identity.given_name.as_deref(),
        family_name: identity.family_name.as_deref(),
        picture: identity.picture.as_deref(),
    };
    users::upsert_federated(tx, &user, idp.now()).await?;
    users::find(tx, &id).await?.ok_or(PageError::Expired)
}

async fn refuse(idp: &Idp, login: &Login, error: CallbackError) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let response = login.refuse(&mut tx, error).await?;
    tx.commit().await?;
    Ok(end_of_redirects(idp, login, response))
}

/// Creates the error for the client from the issuer's error. Codes that the standards do not define become
/// `access_denied`.
fn passed_on(error: &str, description: Option<&str>, issuer: &Issuer) -> CallbackError {
    const KNOWN: [&str; 8] = [
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
    ];
    let error = KNOWN.into_iter().find(|code| *code == error).unwrap_or("access_denied");
    let description =
        description.map_or_else(|| not_accepted(issuer).description, |text| text.chars().take(300).collect());
    CallbackError { error, description }
}

/// Creates an error without the reason, which only the log contains for administrators.
fn not_accepted(issuer: &Issuer) -> CallbackError {
    CallbackError::access_denied(format!("the sign-in through {} was not accepted", issuer.connection.name))
}

/// Replaces a redirect to the client by a page.
///
/// The login form of the issuer started this chain of redirects. Browsers apply the `form-action` of the issuer's page
/// to the whole chain, and that policy allows this provider but not its clients.
fn end_of_redirects(idp: &Idp, login: &Login, response: Response) -> Response {
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let Some(location) = location.filter(|location| authorization::origin(location).is_some()) else {
        return response;
    };
    let mut page = pages::interstitial::to_client(idp, login, location).into_response();
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        page.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    page
}
