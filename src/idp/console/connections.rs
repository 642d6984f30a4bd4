//! `GET /console/connections`

use axum::extract::State;

use crate::idp::{
    Idp,
    pages::{Page, console::connections as page},
    routes::PageError,
    store::overview::tenant,
};

pub async fn list(State(idp): State<Idp>) -> Result<Page, PageError> {
    let connections = tenant::connections(&mut idp.0.database.read().await?).await?;
    Ok(page::list(&idp, &connections))
}
