//! `GET` and `POST /u/reset-password`: the page behind the mailed link.

pub mod request;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        accounts,
        authentication::RequestSource,
        flow::login::Login,
        page_error::PageError,
        pages::{self, reset_password::Form},
        parameters::Parameters,
        password::policy::{self, Policy},
        requester::Requester,
        state::Idp,
        store::{
            tickets::{self, Kind as TicketKind},
            users::User,
        },
    },
    kernel::database::Tx,
};

/// Shows the form. The ticket stays valid, because mail scanners follow links.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open_if_any(&idp, &mut tx, &headers, &parameters).await?;
    let (ticket, user, policy) = open(&idp, &mut tx, &parameters, login.as_ref()).await?;
    let form = Form { ticket, email: &user.email, hint: &policy.hint(), error: None };
    Ok(pages::reset_password::page(&idp, login.as_ref(), form).into_response())
}

/// Changes the password, ends the user's sessions and revokes the user's grants.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open_if_any(&idp, &mut tx, &headers, &parameters).await?;
    let (ticket, user, policy) = open(&idp, &mut tx, &parameters, login.as_ref()).await?;
    drop(tx);

    // Validate the new password
    let typed = parameters.text("password");
    if let Some(issue) = policy::find_issue(&policy, typed, &user.email) {
        let error = issue.sentence();
        let form = Form { ticket, email: &user.email, hint: &policy.hint(), error: Some(&error) };
        let page = pages::reset_password::page(&idp, login.as_ref(), form);
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let password_hash = idp.passwords.hash(typed, &idp.random).await?;

    // Claim the ticket, unless another request did since it was found
    let mut tx = idp.database.write().await?;
    if tickets::claim(&mut tx, TicketKind::PasswordReset, ticket, idp.now()).await?.is_none() {
        return Err(gone(login.as_ref()));
    }

    // Change the password
    let client = login.as_ref().map(|login| &login.client.id);
    let source = RequestSource { requester: &requester, client, organization: None };
    let notifications = accounts::replace_password(&mut tx, &idp, &user, &password_hash, source).await?;
    tx.commit().await?;
    notifications.send(&idp);

    // Show a link back to the login
    Ok(pages::reset_password::done(&idp, login.as_ref()).into_response())
}

/// Finds the ticket, its user and the policy for the new password.
async fn open<'a>(
    idp: &Idp,
    tx: &mut Tx,
    parameters: &'a Parameters,
    login: Option<&Login>,
) -> Result<(&'a str, User, Policy), PageError> {
    let gone = || gone(login);
    let ticket = parameters.get("ticket").ok_or_else(gone)?;
    let owner = accounts::find_ticket_owner(tx, TicketKind::PasswordReset, ticket, idp.now()).await?;
    let (user, policy) = owner.ok_or_else(gone)?;
    Ok((ticket, user, policy))
}

fn gone(login: Option<&Login>) -> PageError {
    PageError::TicketGone { again: Some(pages::reset_password::request_address(login)) }
}
