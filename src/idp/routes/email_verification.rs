//! `GET` and `POST /u/email-verification`: the page behind the mailed link.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    events::{self, Event, Kind},
    page_error::PageError,
    pages,
    parameters::Parameters,
    requester::Requester,
    state::Idp,
    store::{
        tickets::{self, Kind as TicketKind},
        users,
    },
};

const GONE: PageError = PageError::TicketGone { again: None };

/// Asks for a click, because mail scanners follow links and must not verify an address that someone else signed up
/// with.
pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let ticket = parameters.get("ticket").ok_or(GONE)?;
    let kept = tickets::find(&mut tx, TicketKind::EmailVerification, ticket, idp.now()).await?.ok_or(GONE)?;
    Ok(pages::email_verification::page(&idp, ticket, &kept.email).into_response())
}

/// Verifies the address if the user still has it.
pub async fn submit(
    State(idp): State<Idp>,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let ticket = parameters.get("ticket").ok_or(GONE)?;
    let mut tx = idp.database.write().await?;
    let now = idp.now();
    let kept = tickets::claim(&mut tx, TicketKind::EmailVerification, ticket, now).await?.ok_or(GONE)?;
    let user = users::find(&mut tx, &kept.user_id).await?.filter(|user| user.email == kept.email);
    let kind = if user.is_some() { Kind::EmailVerified } else { Kind::EmailVerificationFailed };
    if user.is_some() {
        users::update_email_verified(&mut tx, &kept.user_id, now).await?;
    }
    let event = Event { user: Some(&kept.user_id), address: Some(requester.address), ..Event::of(kind, &kept.email) };
    events::record(&mut tx, &idp, event).await?;
    tx.commit().await?;
    match user {
        Some(user) => Ok(pages::email_verification::done(&idp, &user.email).into_response()),
        None => Err(GONE),
    }
}
