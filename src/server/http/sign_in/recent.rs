//! The workspaces last opened on this device, in a cookie that outlives sign-outs. It is sealed: one that somebody wrote
//! by hand is empty.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tower_sessions::cookie::{Cookie, SameSite, time};

use crate::{
    domain::organizations::RecentOrganization,
    server::{error::Error, state::AppState},
};

/// The most that are remembered.
const MOST: usize = 5;

/// The most characters of a workspace's name that are remembered, so that the cookie stays below what browsers take.
const NAME_MAX: usize = 80;

const LIFETIME: time::Duration = time::Duration::days(365);

/// What the seal is for.
const PLACE: &str = "recent workspaces";

const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-tessera-recent" } else { "tessera-recent" }
}

/// The workspaces in a request's cookie, the last one first.
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
        .and_then(|sealed| app.sealer.open(PLACE, &sealed).ok())
        .unwrap_or_default()
}

/// The cookie of a request, with `workspace` as the last one.
pub fn remember(app: &AppState, headers: &HeaderMap, workspace: RecentOrganization) -> Result<HeaderValue, Error> {
    let mut recent = read(app, headers);
    recent.retain(|known| known.slug != workspace.slug);
    let display_name = workspace.display_name.chars().take(NAME_MAX).collect();
    recent.insert(0, RecentOrganization { display_name, ..workspace });
    recent.truncate(MOST);
    let sealed = URL_SAFE_NO_PAD.encode(app.sealer.seal(PLACE, &recent)?);
    Ok(cookie(app, sealed, LIFETIME))
}

/// `POST /sign-in/forget`: forgets them.
pub async fn forget(State(app): State<AppState>) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie(&app, String::new(), time::Duration::ZERO));
    response
}

fn cookie(app: &AppState, value: String, max_age: time::Duration) -> HeaderValue {
    let is_https = app.config.is_https();
    let cookie = Cookie::build((cookie_name(is_https), value))
        .path("/")
        .http_only(true)
        .secure(is_https)
        .same_site(SameSite::Lax)
        .max_age(max_age);
    HeaderValue::from_str(&cookie.to_string()).expect("base64url and our own words are ASCII")
}
