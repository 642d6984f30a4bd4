//! `GET /`: the home page of the provider.

use axum::{extract::State, http::HeaderMap};

use crate::idp::{
    authentication,
    page_error::PageError,
    pages::{self, Page},
    state::Idp,
    store::users,
};

/// Describes the provider and shows which user is signed in.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap) -> Result<Page, PageError> {
    let mut tx = idp.database.read().await?;
    let user = match authentication::current_session(&idp, &mut tx, &headers).await? {
        Some(session) => users::find(&mut tx, &session.user_id).await?,
        None => None,
    };
    Ok(pages::home::page(&idp, user.as_ref().map(|user| user.email.as_str())))
}
