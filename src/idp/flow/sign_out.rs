//! Ends the session of a browser.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    authentication, backchannel,
    events::{self, Event, Kind},
    flow::cookie::with_cookie,
    page_error::PageError,
    pages,
    state::Idp,
};

/// Ends the session and redirects to `return_to`; without a `return_to`, shows a page.
pub async fn end_session(idp: &Idp, headers: &HeaderMap, return_to: Option<String>) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    if let Some(session) = authentication::current_session(idp, &mut tx, headers).await? {
        let event = Event { user: Some(&session.user_id), ..Event::of(Kind::Logout, "Signed out") };
        events::record(&mut tx, idp, event).await?;
        let notifications = backchannel::end_session(&mut tx, &session).await?;
        tx.commit().await?;
        notifications.send(idp);
    }
    let response = match return_to {
        Some(address) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        None => pages::sign_out::done(idp).into_response(),
    };
    Ok(with_cookie(response, idp.cookies.session.clear()))
}
