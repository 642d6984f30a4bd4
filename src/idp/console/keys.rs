//! `GET /console/keys`, and the actions that rotate and revoke signing keys

use axum::{extract::State, response::Redirect};

use crate::idp::{
    error::Error,
    page_error::PageError,
    pages::{
        Page,
        console::{confirm::Confirmation, keys as page},
    },
    parameters::Parameters,
    state::Idp,
    store::keys::{self, KeyState},
};

const LIST: &str = "/console/keys";

pub async fn list(State(idp): State<Idp>) -> Result<Page, PageError> {
    let keys = keys::all(&mut idp.database.read().await?).await?;
    Ok(page::list(&idp, &keys))
}

pub async fn ask_rotate(State(idp): State<Idp>) -> Page {
    let confirmation = Confirmation {
        section: "keys",
        title: "Rotate the signing key?",
        text: "The next key signs from now on, and a new next key is published. Tokens signed before stay valid \
               until you revoke their key, and no one is signed out.",
        action: "/console/keys/rotate",
        field: None,
        button: "Rotate",
        back: LIST,
    };
    confirmation.page(&idp)
}

pub async fn rotate(State(idp): State<Idp>) -> Result<Redirect, PageError> {
    idp.rotate_keys().await?;
    Ok(Redirect::to(LIST))
}

pub async fn ask_revoke(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let keys = keys::all(&mut idp.database.read().await?).await?;
    let is_named = |key: &&keys::StoredKey| key.kid == parameters.text("kid") && key.state == KeyState::Previous;
    let key = keys.iter().find(is_named).ok_or(PageError::NotFound)?;
    let confirmation = Confirmation {
        section: "keys",
        title: "Revoke this key?",
        text: &format!(
            "Every token that {} signed is refused from now on. People may have to sign in again. This cannot be undone.",
            key.kid
        ),
        action: "/console/keys/revoke",
        field: Some(("kid", &key.kid)),
        button: "Revoke",
        back: LIST,
    };
    Ok(confirmation.page(&idp))
}

pub async fn revoke(State(idp): State<Idp>, parameters: Parameters) -> Result<Redirect, PageError> {
    match idp.revoke_key(parameters.text("kid")).await {
        Ok(()) => Ok(Redirect::to(LIST)),
        Err(Error::NotAPreviousKey(_)) => Err(PageError::NotFound),
        Err(error) => Err(error.into()),
    }
}
