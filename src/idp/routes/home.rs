//! `GET /`

use axum::{extract::State, http::HeaderMap};

use super::PageError;
use crate::idp::{
    Idp,
    pages::{self, Page},
    signin,
    store::users,
};

/// Says what this place is, and who is signed in.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap) -> Result<Page, PageError> {
    let mut tx = idp.0.database.read().await?;
    let user = match signin::current_session(&idp, &mut tx, &headers).await? {
        Some(session) => users::find(&mut tx, &session.user_id).await?,
        None => None,
    };
    Ok(pages::home::page(&idp, user.as_ref().map(|user| user.email.as_str())))
}
