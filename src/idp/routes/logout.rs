//! `GET /v2/logout` and `POST /v2/logout/confirm`: signs out, as in Auth0's older endpoint.
//!
//! Unlike in Auth0, a request that another site may have caused asks the user first: it proves nothing, and would end every
//! seat of the browser. An application that can prove its session uses `/oidc/logout`.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    authentication,
    flow::sign_out::end_session,
    page_error::PageError,
    pages,
    parameters::Parameters,
    state::Idp,
    store::{clients, settings},
};

/// Signs the browser out and redirects to an address that the client, or without a client the tenant, allows. The
/// default is the first of these addresses. Asks the user to confirm if the request may come from another site.
///
/// `federated` has no effect: the session at another issuer continues.
pub async fn logout(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let return_to = return_address(&idp, &parameters).await?;
    let session = authentication::current_session(&idp, &mut idp.database.read().await?, &headers).await?;
    if session.is_some() && !is_by_the_user(&headers) {
        let page = pages::sign_out::confirm(&idp, "/v2/logout/confirm", &parameters, return_to.as_deref());
        return Ok(page.into_response());
    }
    end_session(&idp, &headers, return_to).await
}

/// Signs the browser out after the user confirmed.
pub async fn confirmed(
    State(idp): State<Idp>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let return_to = return_address(&idp, &parameters).await?;
    end_session(&idp, &headers, return_to).await
}

/// Whether the request comes from a page of this provider, or from the user: an address that was typed or a bookmark
/// (W3C Fetch Metadata Request Headers section 2.3). A browser that does not say so is not believed.
fn is_by_the_user(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin" || site == "none")
}

async fn return_address(idp: &Idp, parameters: &Parameters) -> Result<Option<String>, PageError> {
    if let Some((name, fault)) = parameters.first_fault() {
        return Err(PageError::BadRequest(format!("The parameter {name} {}.", fault.phrase())));
    }
    let mut tx = idp.database.read().await?;
    let allowed = match parameters.get("client_id") {
        Some(id) => match clients::find(&mut tx, id).await? {
            Some(client) => client.logout_urls.0,
            None => return Err(PageError::BadRequest(format!("Unknown client: {id}"))),
        },
        None => settings::get(&mut tx).await?.allowed_logout_urls.0,
    };
    match parameters.get("returnTo") {
        Some(address) if !allowed.iter().any(|url| url == address) => {
            let text = format!("{address} is not in the list of allowed logout URLs. You are still signed in.");
            Err(PageError::BadRequest(text))
        }
        Some(address) => Ok(Some(address.to_owned())),
        None => Ok(allowed.into_iter().next()),
    }
}
