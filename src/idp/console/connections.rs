//! `GET /console/connections`: lists the connections.

use axum::extract::State;

use crate::idp::{
    page_error::PageError,
    pages::{Page, console::connections as page},
    state::Idp,
    store::console_queries::tenant,
};

pub async fn list(State(idp): State<Idp>) -> Result<Page, PageError> {
    let connections = tenant::connections(&mut idp.database.read().await?).await?;
    Ok(page::list(&idp, &connections))
}
