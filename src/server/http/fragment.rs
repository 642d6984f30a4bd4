//! Carries the fragment of an address, such as that of a comment, through the sign-in.
//!
//! Browsers do not send fragments. They keep them over redirects, but not over the provider's form. So the browser is led to
//! the sign-in by a page, whose script makes the fragment a part of the page to return to. Without scripts it is lost. The page
//! also says in which time zone the browser is, so that the first page after the sign-in knows it.

use axum::{
    http::{HeaderMap, header},
    response::{Html, IntoResponse as _, Response},
};
use maud::{DOCTYPE, PreEscaped, html};

use super::security;
use crate::{server::state::AppState, web::ui::theme::TIME_ZONE_SCRIPT};

const SCRIPT: &str =
    "location.replace(document.querySelector('a').getAttribute('href') + encodeURIComponent(location.hash))";

/// Whether the request opens a page in a window, so that its address may have a fragment
/// (<https://w3c.github.io/webappsec-fetch-metadata/>).
pub fn may_have(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|destination| destination == "document")
}

/// Returns the page that goes on to `address`, which ends with the page to return to, with the fragment.
pub fn page(app: &AppState, address: &str) -> Response {
    let nonce = app.random.token();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { "Sign in · Tessera" }
                noscript { meta http-equiv="refresh" content=(format!("0;url={address}")); }
            }
            body {
                a href=(address) { "Sign in" }
                script nonce=(nonce) { (PreEscaped(TIME_ZONE_SCRIPT)) ";" (PreEscaped(SCRIPT)) }
            }
        }
    };
    let policy = security::policy(&app.config, Some(&nonce));
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page.into_string())).into_response()
}
