//! `GET` and `POST /oidc/logout`, and `POST /oidc/logout/confirm` (OpenID Connect RP-Initiated Logout)

use axum::{
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use crate::idp::{
    authentication,
    flow::sign_out::end_session,
    page_error::PageError,
    pages,
    parameters::{self, Parameters},
    state::Idp,
    store::clients,
};

/// Claims of an ID token of this issuer.
#[derive(Deserialize)]
struct Hint {
    aud: String,
    sid: String,
}

/// The validated request.
struct Checked {
    /// Id of a session that the application proved to know.
    sid: Option<String>,
    return_to: Option<String>,
}

/// Redirects to the same request as a GET, because browsers send no `SameSite=Lax` cookies with a form of another site.
pub async fn posted(body: Bytes) -> Redirect {
    Redirect::to(&format!("/oidc/logout?{}", parameters::as_query(&body)))
}

/// Signs the browser out if the application names its session by an ID token or `logout_hint`. Otherwise asks the user
/// to confirm.
pub async fn logout(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let checked = check(&idp, &parameters).await?;
    let session = authentication::current_session(&idp, &mut idp.database.read().await?, &headers).await?;
    match session {
        Some(session) if checked.sid.as_deref() != Some(session.sid.as_str()) => {
            Ok(pages::sign_out::confirm(&idp, "/oidc/logout/confirm", &parameters, checked.return_to.as_deref())
                .into_response())
        }
        _ => end_session(&idp, &headers, checked.return_to).await,
    }
}

/// Signs the browser out after the user confirmed.
pub async fn confirmed(
    State(idp): State<Idp>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let checked = check(&idp, &parameters).await?;
    end_session(&idp, &headers, checked.return_to).await
}

async fn check(idp: &Idp, parameters: &Parameters) -> Result<Checked, PageError> {
    let refuse = |text: String| Err(PageError::BadRequest(text));
    if let Some((name, fault)) = parameters.first_fault() {
        return refuse(format!("The parameter {name} {}.", fault.phrase()));
    }

    // Find client and session by the ID token, which may have expired
    let hint = match parameters.get("id_token_hint") {
        Some(token) => match idp.keys_for(token).await?.verify_ignoring_expiry::<Hint>(token, idp.issuer.as_str()) {
            Some(hint) => Some(hint),
            None => return refuse("The id_token_hint is not an ID token of this issuer.".to_owned()),
        },
        None => None,
    };
    let client_id = match (&hint, parameters.get("client_id")) {
        (Some(hint), Some(id)) if hint.aud != id => {
            return refuse("The id_token_hint is another client’s.".to_owned());
        }
        (Some(hint), _) => Some(hint.aud.as_str()),
        (None, id) => id,
    };

    // Check that the return address belongs to the client
    let mut return_to = None;
    if let Some(address) = parameters.get("post_logout_redirect_uri") {
        let client = match client_id {
            Some(id) => clients::find(&mut idp.database.read().await?, id).await?,
            None => None,
        };
        let Some(client) = client else {
            return refuse(
                "A post_logout_redirect_uri needs a known client: send id_token_hint or client_id.".to_owned(),
            );
        };
        if !client.logout_urls.0.iter().any(|url| url == address) {
            return refuse(format!("{address} is not in the list of allowed logout URLs. You are still signed in."));
        }
        return_to = Some(with_state(address, parameters.get("state")));
    }
    let by_hint = parameters.get("logout_hint").filter(|_| client_id.is_some()).map(str::to_owned);
    Ok(Checked { sid: hint.map(|hint| hint.sid).or(by_hint), return_to })
}

fn with_state(address: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return address.to_owned() };
    let encoded = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{encoded}")
}
