//! `GET /console/log`: lists the events.

use axum::extract::State;

use crate::idp::{
    console::navigation::query,
    page_error::PageError,
    pages::{Page, console::log as page},
    parameters::Parameters,
    state::Idp,
    store::console_queries::tenant,
};

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let listing = tenant::log(&mut idp.database.read().await?, &query(&parameters)).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}
