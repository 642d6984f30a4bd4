//! `GET` and `POST /u/invitation`
//!
//! As in Auth0, the page appears with or without a session, its email address cannot be changed, and the password is
//! always required. If the browser has a session of another user, accepting consumes the invitation without adding a
//! member, as Auth0 documents, or is refused: the setting `invitation_spent_by_others` decides. The page says so and
//! offers to sign out first.
//!
//! Blocked users are refused as at any sign-in, and the invitation stays open.

mod invited;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

use self::invited::Invited;
use crate::{
    idp::{
        authentication,
        authorization::CallbackError,
        events::{self, Kind},
        flow::{login::Login, next_step, screen::Screen, sign_in, sign_out::end_session},
        form,
        id::UserId,
        invitation_acceptance,
        page_error::PageError,
        pages::{invitation::FormInput, password_refusal},
        parameters::Parameters,
        password::policy,
        requester::Requester,
        state::Idp,
        store::{
            sessions::Session,
            users::{self, NewUser, User},
        },
    },
    kernel::database::Tx,
};

/// Proof that the user owns the invited account, or the data for a new account.
enum Proof {
    /// The user entered the correct password of this account.
    Account(UserId),
    /// Name and password hash for a new account.
    New(String, String),
}

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let opened = Invited::open(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;
    match opened {
        Ok(invited) => Ok(invited.page(&idp, FormInput::default()).into_response()),
        Err(login) => gone(&idp, &login).await,
    }
}

/// Accepts the invitation: creates the account if it is missing, adds the membership with its roles, and signs the user
/// in.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let opened = Invited::open(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;
    let invited = match opened {
        Ok(invited) => invited,
        Err(login) => return gone(&idp, &login).await,
    };

    // Sign out another user if requested
    if parameters.get("action") == Some("sign-out") {
        let back = Screen::Invitation.address(&invited.login.state);
        return end_session(&idp, &headers, Some(back)).await;
    }
    if invited.is_reserved() || invited.is_federated() {
        return Ok(invited.page(&idp, FormInput::default()).with_status(StatusCode::CONFLICT).into_response());
    }

    // Validate the input
    let proof = match prove(&idp, &invited, &parameters, &requester).await? {
        Ok(proof) => proof,
        Err(page) => return Ok(page),
    };

    // Accept the invitation, unless another request did since the validation
    let mut tx = idp.database.write().await?;
    let Ok(invited) = Invited::open(&idp, &mut tx, &headers, &parameters).await? else {
        drop(tx);
        return gone(&idp, &invited.login).await;
    };
    let response = match &invited.other {
        Some((session, other)) if invited.is_consumed_by_others => {
            consume_unaccepted(&idp, &mut tx, &invited, session, other, &requester).await?
        }
        Some(_) => None,
        None => accept(&idp, &mut tx, &headers, &invited, &proof, &requester).await?,
    };
    let Some(response) = response else {
        // The account, the session or the invitation has changed, so the page is shown again.
        drop(tx);
        return Ok(Redirect::to(&Screen::Invitation.address(&invited.login.state)).into_response());
    };
    tx.commit().await?;
    Ok(response)
}

/// Validates the input, or returns the page with errors.
async fn prove(
    idp: &Idp,
    invited: &Invited,
    parameters: &Parameters,
    requester: &Requester,
) -> Result<Result<Proof, Response>, PageError> {
    let (email, typed) = (&invited.invitation.email, parameters.text("password"));
    let refuse = |status: StatusCode, input: FormInput<'_>| {
        Ok(Err(invited.page(idp, input).with_status(status).into_response()))
    };

    // Verify the password of the existing account
    if let Some(user) = &invited.user {
        let checked =
            authentication::check_password(idp, email, typed, invited.login.request_source(requester)).await?;
        let (status, message) = match checked {
            Ok(checked) if checked.id == user.id => return Ok(Ok(Proof::Account(checked.id))),
            Ok(_) | Err(authentication::PasswordRefused::Wrong) => {
                (StatusCode::BAD_REQUEST, "Wrong password.".to_owned())
            }
            Err(refused @ authentication::PasswordRefused::TooManyAttempts(_)) => {
                let (_, message) = password_refusal::describe(idp, refused);
                let page = invited.page(idp, FormInput { form_error: Some(&message), ..FormInput::default() });
                return Ok(Err(password_refusal::on_page(idp, page, refused).into_response()));
            }
        };
        return refuse(status, FormInput { form_error: Some(&message), ..FormInput::default() });
    }

    // Validate the name and the password of a new account
    let name = form::name(parameters.text("name"));
    let issue = policy::find_issue(&invited.connection.password_policy(), typed, email);
    match (name, issue) {
        (Ok(name), None) => Ok(Ok(Proof::New(name.to_owned(), idp.passwords.hash(typed, &idp.random).await?))),
        (name, issue) => {
            let password_error = issue.map(policy::PasswordIssue::sentence);
            let input = FormInput {
                name: parameters.text("name"),
                name_error: name.err(),
                password_error: password_error.as_deref(),
                form_error: None,
            };
            refuse(StatusCode::UNPROCESSABLE_ENTITY, input)
        }
    }
}

/// Adds the member and signs the user in; `None` if the user must start again.
async fn accept(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    invited: &Invited,
    proof: &Proof,
    requester: &Requester,
) -> Result<Option<Response>, PageError> {
    let Invited { login, invitation, connection, .. } = invited;
    let id = match proof {
        Proof::Account(id) => id.clone(),
        Proof::New(name, password_hash) => {
            let id = UserId::random(&idp.random);
            let user = NewUser {
                id: &id,
                connection_id: &connection.id,
                email: &invitation.email,
                email_verified: invitation.is_mailed,
                name,
                password_hash: Some(password_hash),
            };
            // False if the address got an account since the validation. That account's password is then required.
            if !users::insert(tx, &user, idp.now()).await? {
                return Ok(None);
            }
            id
        }
    };
    let Some(user) = users::find(tx, &id).await? else { return Ok(None) };
    if user.blocked {
        return Ok(Some(refuse_blocked(idp, tx, invited, &user, requester).await?));
    }
    if !invitation_acceptance::accept(tx, idp, invitation, &user, login.request_source(requester)).await? {
        return Ok(None);
    }
    Ok(Some(sign_in::sign_in(idp, tx, headers, login, &user, requester).await?))
}

/// Deletes the invitation and continues the login as the signed-in user, who does not become a member; `None` if the
/// invitation no longer exists.
async fn consume_unaccepted(
    idp: &Idp,
    tx: &mut Tx,
    invited: &Invited,
    session: &Session,
    other: &User,
    requester: &Requester,
) -> Result<Option<Response>, PageError> {
    let Invited { login, invitation, .. } = invited;
    if other.blocked {
        return Ok(Some(refuse_blocked(idp, tx, invited, other, requester).await?));
    }
    if !invitation_acceptance::consume_unaccepted(tx, idp, invitation, other, login.request_source(requester)).await? {
        return Ok(None);
    }
    let next = next_step::after_sign_in(tx, &login.request, &login.client, session).await?;
    Ok(Some(login.proceed(idp, tx, session, next).await?))
}

/// Responds with an error for a blocked user. The invitation stays open.
async fn refuse_blocked(
    idp: &Idp,
    tx: &mut Tx,
    invited: &Invited,
    user: &User,
    requester: &Requester,
) -> Result<Response, PageError> {
    let Invited { login, invitation, .. } = invited;
    let description = format!("{}, who is blocked, accepted the invitation of {}", user.email, invitation.email);
    let event = login.request_source(requester).event(Kind::InvitationFailed, &description, Some(&user.id));
    events::record(tx, idp, event).await?;
    Ok(login.refuse(tx, CallbackError::blocked()).await?)
}

/// Responds to the client with an error, because the invitation no longer exists.
async fn gone(idp: &Idp, login: &Login) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let error = CallbackError::invalid_request("invitation not found or already used");
    let response = login.refuse(&mut tx, error).await?;
    tx.commit().await?;
    Ok(response)
}
