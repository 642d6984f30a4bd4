//! `GET /v2/logout`: signs out, as in Auth0's older endpoint.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::idp::{
    flow::sign_out::end_session,
    page_error::PageError,
    parameters::Parameters,
    state::Idp,
    store::{clients, settings},
};

/// Signs the browser out and redirects to an address that the client, or without a client the tenant, allows. The
/// default is the first of these addresses.
///
/// `federated` has no effect: the session at another issuer continues.
pub async fn logout(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
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
    drop(tx);
    let return_to = match parameters.get("returnTo") {
        Some(address) if !allowed.iter().any(|url| url == address) => {
            let text = format!("{address} is not in the list of allowed logout URLs. You are still signed in.");
            return Err(PageError::BadRequest(text));
        }
        Some(address) => Some(address.to_owned()),
        None => allowed.into_iter().next(),
    };
    end_session(&idp, &headers, return_to).await
}
