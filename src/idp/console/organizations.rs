//! `GET /console/organizations` and `GET /console/organization`

use axum::extract::State;

use super::query;
use crate::idp::{
    Idp,
    id::OrganizationId,
    pages::{Page, console::organizations as page},
    parameters::Parameters,
    routes::PageError,
    store::{
        organization_connections, organizations,
        overview::{Query, organizations as overview},
        slice::{Cursor, Slice},
    },
};

/// How many connections of an organization are shown.
const CONNECTIONS: i64 = 100;

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let listing = overview::list(&mut idp.0.database.read().await?, &query(&parameters)).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}

pub async fn one(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let id = OrganizationId::known(parameters.text("id"));
    let mut tx = idp.0.database.read().await?;
    let organization = organizations::find(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
    let all = Slice { after: Cursor::START, limit: CONNECTIONS, offset: 0 };
    let details = page::Details {
        members: overview::members(&mut tx, &id, &query(&parameters)).await?,
        invitations: overview::invitations(&mut tx, Some(&id), &Query::new("", 1), idp.now()).await?,
        connections: organization_connections::list(&mut tx, &id, &all).await?,
        rules: overview::join_rules(&mut tx, &id).await?,
        organization,
    };
    Ok(page::one(&idp, &details))
}
