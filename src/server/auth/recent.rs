//! The organizations last opened on this device, in an encrypted cookie that survives a sign-out. A forged cookie
//! counts as empty.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use cookie::SameSite;

use crate::{
    domain::organizations::RecentOrganization,
    kernel::cookies::HostCookie,
    server::{error::Error, state::AppState},
};

/// Maximum number of remembered organizations.
const MAX_WORKSPACES: usize = 5;

/// Maximum number of remembered characters of an organization's name, which keeps the cookie below the size limit of
/// browsers.
const MAX_NAME_LENGTH: usize = 80;

const LIFETIME: TimeDelta = TimeDelta::days(365);

/// Context of the sealed cookie.
const SEAL_CONTEXT: &str = "recent workspaces";

fn cookie(app: &AppState) -> HostCookie {
    HostCookie::new("tessera-recent", app.config.is_https(), SameSite::Lax, LIFETIME)
}

/// Reads the organizations in a request's cookie, most recent first.
#[must_use]
pub fn read(app: &AppState, headers: &HeaderMap) -> Vec<RecentOrganization> {
    cookie(app)
        .read(headers)
        .and_then(|value| URL_SAFE_NO_PAD.decode(value).ok())
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
    Ok(cookie(app).set(&sealed))
}

/// Returns the cookie that makes the browser forget its organizations.
#[must_use]
pub fn forget(app: &AppState) -> HeaderValue {
    cookie(app).clear()
}
