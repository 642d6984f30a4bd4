//! The extractors that authenticate API callers.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::problem::Problem;
use crate::{
    domain::projects::ProjectSummary,
    server::{
        access::{self, OrgContext},
        auth::bearer::{self, AccessToken, TokenRefused},
        fair_queue::Slot,
        state::AppState,
    },
};

/// A caller with a verified access token, in the organization that the token was issued for.
#[derive(Debug)]
pub struct Caller {
    pub context: OrgContext,
    pub token: AccessToken,
    /// Held until the call is answered.
    _slot: Slot,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let token = verified_token(parts, app).await?;
        let (context, slot) = access::from_token::from_token(app, &token).await?;
        Ok(Self { context, token, _slot: slot })
    }
}

/// The projects that a caller with a verified access token may see, by name.
#[derive(Debug)]
pub struct VisibleProjects {
    pub projects: Vec<ProjectSummary>,
    /// Held until the call is answered.
    _slot: Slot,
}

impl FromRequestParts<AppState> for VisibleProjects {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let token = verified_token(parts, app).await?;
        let (projects, slot) = access::from_token::projects_from_token(app, &token).await?;
        Ok(Self { projects, _slot: slot })
    }
}

/// Verifies the access token of a request.
async fn verified_token(parts: &Parts, app: &AppState) -> Result<AccessToken, Problem> {
    // Accept exactly one Authorization header with the Bearer scheme (RFC 6750 section 2.1).
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    let header = headers.next().ok_or_else(Problem::no_token)?;
    if headers.next().is_some() {
        return Err(TokenRefused::Invalid("there is more than one").into());
    }
    let token = header
        .to_str()
        .ok()
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(Problem::no_token)?;
    Ok(bearer::verify(app, token).await?)
}
