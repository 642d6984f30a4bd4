//! `GET /console/clients`

use axum::extract::State;

use crate::idp::{
    Idp,
    pages::{Page, console::clients as page},
    routes::PageError,
    store::overview::tenant,
};

pub async fn list(State(idp): State<Idp>) -> Result<Page, PageError> {
    let clients = tenant::clients(&mut idp.0.database.read().await?).await?;
    Ok(page::list(&idp, &clients))
}
