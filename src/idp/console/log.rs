//! `GET /console/log`

use axum::extract::State;

use super::query;
use crate::idp::{
    Idp,
    pages::{Page, console::log as page},
    parameters::Parameters,
    routes::PageError,
    store::overview::tenant,
};

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let listing = tenant::log(&mut idp.0.database.read().await?, &query(&parameters)).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}
