//! `GET /console/clients`: lists the clients.

use axum::extract::State;

use crate::idp::{
    page_error::PageError,
    pages::{Page, console::clients as page},
    state::Idp,
    store::console_queries::tenant,
};

pub async fn list(State(idp): State<Idp>) -> Result<Page, PageError> {
    let clients = tenant::clients(&mut idp.database.read().await?).await?;
    Ok(page::list(&idp, &clients))
}
