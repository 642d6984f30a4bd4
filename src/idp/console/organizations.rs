//! `GET /console/organizations` and `GET /console/organization`: the list and the details

use axum::extract::State;

use crate::idp::{
    console::navigation::query,
    id::OrganizationId,
    page_error::PageError,
    pages::{Page, console::organizations as page},
    parameters::Parameters,
    state::Idp,
    store::{
        console_queries::{ListQuery, organizations as queries},
        keyset::KeysetPage,
        organization_connections, organizations,
    },
};

/// Maximum number of connections that the page of an organization shows.
const CONNECTIONS: i64 = 100;

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let listing = queries::list(&mut idp.database.read().await?, &query(&parameters)).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}

pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let id = OrganizationId::unchecked(parameters.text("id"));
    let mut tx = idp.database.read().await?;
    let organization = organizations::find(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
    let all = KeysetPage::first(CONNECTIONS);
    let details = page::Details {
        members: queries::members(&mut tx, &id, &query(&parameters)).await?,
        invitations: queries::invitations(&mut tx, Some(&id), &ListQuery::new("", 1), idp.now()).await?,
        connections: organization_connections::list(&mut tx, &id, &all).await?,
        rules: queries::join_rules(&mut tx, &id).await?,
        organization,
    };
    Ok(page::details(&idp, &details))
}
