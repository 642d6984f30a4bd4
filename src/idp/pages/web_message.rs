//! Response to the client as a message of a window (OAuth 2.0 Web Message Response Mode, draft-sakimura-oauth-wmrm-00 section
//! 4.1): the page in a hidden frame posts it to the window of the browser application.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, PreEscaped, html};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::idp::authorization::origin;

/// Reads the response from the page, so that the script is the same for every response and its hash is known.
const SCRIPT: &str = "const { response, target } = document.body.dataset;\
    const message = { type: 'authorization_response', response: JSON.parse(response) };\
    (window.opener || window.parent).postMessage(message, target);";

/// Returns the page that posts `parameters` to a window at the origin of `redirect_uri`, and to no other.
pub fn respond(redirect_uri: &str, parameters: &[(&str, String)]) -> Response {
    let Some(target) = origin(redirect_uri) else { return axum::http::StatusCode::BAD_REQUEST.into_response() };
    let response: Map<String, Value> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Authorization response" } }
            body data-target=(target) data-response=(Value::Object(response)) {
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    let policy = format!("default-src 'none'; script-src 'sha256-{hash}'; frame-ancestors {target}; base-uri 'none'");
    let mut response = Html(page.into_string()).into_response();
    // An origin consists of visible ASCII characters.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // The window of the application is on another site.
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    response.headers_mut().insert(resource_policy, HeaderValue::from_static("cross-origin"));
    response
}
