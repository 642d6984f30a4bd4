//! `GET /v2/logout`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::PageError;
use crate::idp::{
    Idp,
    events::{self, Event, Kind},
    flow::with_cookie,
    pages,
    parameters::Parameters,
    store::{clients, sessions, settings},
};

/// Signs the browser out and returns to one of the client's addresses, or of the tenant's without a client.
///
/// Without `returnTo` the first of them is taken. `federated` changes nothing: there is no other provider behind.
pub async fn logout(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    if let Some((name, fault)) = parameters.first_fault() {
        return Err(PageError::BadRequest(format!("The parameter {name} {}.", fault.phrase())));
    }
    let mut tx = idp.0.database.read().await?;
    let allowed = match parameters.get("client_id") {
        Some(id) => match clients::find(&mut tx, id).await? {
            Some(client) => client.logout_urls.0,
            None => return Err(PageError::BadRequest(format!("Unknown client: {id}"))),
        },
        None => settings::get(&mut tx).await?.allowed_logout_urls.0,
    };
    drop(tx);
    let return_to = match parameters.get("returnTo") {
        Some(asked) if !allowed.iter().any(|url| url == asked) => {
            let text = format!("{asked} is not in the list of allowed logout URLs. You are still signed in.");
            return Err(PageError::BadRequest(text));
        }
        Some(asked) => Some(asked.to_owned()),
        None => allowed.into_iter().next(),
    };
    end_session(&idp, &headers, return_to).await
}

/// Ends the session of the browser and goes to `return_to`, or says that it is done.
pub async fn end_session(idp: &Idp, headers: &HeaderMap, return_to: Option<String>) -> Result<Response, PageError> {
    if let Some(cookie) = idp.0.cookies.session(headers) {
        let mut tx = idp.0.database.write().await?;
        if let Some(session) = sessions::by_cookie(&mut tx, cookie, idp.now()).await? {
            let event = Event { user: Some(&session.user_id), ..Event::of(Kind::Logout, "Signed out") };
            events::record(&mut tx, idp, event).await?;
        }
        sessions::delete_by_cookie(&mut tx, cookie).await?;
        tx.commit().await?;
    }
    let response = match return_to {
        Some(address) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        None => pages::sign_out::done(idp).into_response(),
    };
    Ok(with_cookie(response, idp.0.cookies.clear_session()))
}
