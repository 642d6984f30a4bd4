//! The workspaces last opened on this device, in an encrypted cookie that survives a sign-out. A forged cookie counts
//! as empty.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tower_sessions::cookie::{Cookie, SameSite, time};

use crate::{
    domain::organizations::RecentOrganization,
    server::{error::Error, state::AppState},
};

/// Maximum number of remembered workspaces.
const MAX_WORKSPACES: usize = 5;

/// Maximum number of remembered characters of a workspace's name, which keeps the cookie below the size limit of
/// browsers.
const MAX_NAME_LENGTH: usize = 80;

const LIFETIME: time::Duration = time::Duration::days(365);

/// Context of the sealed cookie.
const SEAL_CONTEXT: &str = "recent workspaces";

const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-tessera-recent" } else { "tessera-recent" }
}

/// Reads the workspaces in a request's cookie, most recent first.
#[must_use]
pub fn read(app: &AppState, headers: &HeaderMap) -> Vec<RecentOrganization> {
    let name = cookie_name(app.config.is_https());
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| URL_SAFE_NO_PAD.decode(cookie.value()).ok())
        .and_then(|sealed| app.sealer.open(SEAL_CONTEXT, &sealed).ok())
        .unwrap_or_default()
}

/// Returns the cookie of a request with `workspace` as the most recent one.
pub fn remember(app: &AppState, headers: &HeaderMap, workspace: RecentOrganization) -> Result<HeaderValue, Error> {
    let mut recent = read(app, headers);
    recent.retain(|other| other.slug != workspace.slug);
    let display_name = workspace.display_name.chars().take(MAX_NAME_LENGTH).collect();
    recent.insert(0, RecentOrganization { display_name, ..workspace });
    recent.truncate(MAX_WORKSPACES);
    let sealed = URL_SAFE_NO_PAD.encode(app.sealer.seal(SEAL_CONTEXT, &recent)?);
    Ok(cookie(app, sealed, LIFETIME))
}

/// Returns the cookie that makes the browser forget its workspaces.
#[must_use]
pub fn forget(app: &AppState) -> HeaderValue {
    cookie(app, String::new(), time::Duration::ZERO)
}

fn cookie(app: &AppState, value: String, max_age: time::Duration) -> HeaderValue {
    let is_https = app.config.is_https();
    let cookie = Cookie::build((cookie_name(is_https), value))
        .path("/")
        .http_only(true)
        .secure(is_https)
        .same_site(SameSite::Lax)
        .max_age(max_age);
    HeaderValue::from_str(&cookie.to_string()).expect("the cookie is ASCII")
}
