//! Rotation of signing keys while several processes serve the same database. Each process compares its keys with the
//! database every few seconds, and immediately if a token names an unknown key.
//!
//! The exact moment of the change does not matter: keys are published before and after they sign tokens. A process that
//! lags behind signs with a key that all processes still verify, and can verify the tokens of the others.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::idp::{
    error::Error,
    keys::ring::{KeyRing, generate, load, rotate},
    state::Idp,
    store::keys::{self, KeyState},
};

/// Middleware that updates the cached keys from the database.
pub async fn refresh_keys(State(idp): State<Idp>, request: Request, next: Next) -> Response {
    if idp.keys.is_due(idp.now())
        && let Err(error) = idp.reload_keys().await
    {
        // Continue with the cached keys if the database fails.
        tracing::warn!(%error, "the signing keys could not be compared with the database");
    }
    next.run(request).await
}

impl Idp {
    /// Makes the next key current and returns its id. The previous key remains published until [`Idp::revoke_key`], so
    /// that its tokens stay valid.
    pub async fn rotate_keys(&self) -> Result<String, Error> {
        let new = generate(&self.random).await?;
        let mut tx = self.database.write().await?;
        // If another process rotated the keys at the same time, nothing is committed.
        if rotate(&mut tx, &self.sealer, &new, self.now()).await? {
            tx.commit().await?;
        } else {
            drop(tx);
        }
        Ok(self.reload_keys().await?.current_kid().to_owned())
    }

    /// Revokes a previous key: the key is no longer published, and its tokens are refused.
    ///
    /// # Errors
    ///
    /// [`Error::NotAPreviousKey`] if the key is unknown, already revoked, current or next.
    pub async fn revoke_key(&self, kid: &str) -> Result<(), Error> {
        let mut tx = self.database.write().await?;
        if !keys::update_state(&mut tx, kid, KeyState::Previous, KeyState::Revoked, self.now()).await? {
            return Err(Error::NotAPreviousKey(kid.to_owned()));
        }
        tx.commit().await?;
        self.reload_keys().await?;
        Ok(())
    }

    /// Returns the keys for verifying `token`. Loads the keys again if the token names an unknown key.
    pub async fn keys_for(&self, token: &str) -> Result<Arc<KeyRing>, Error> {
        let cached = self.keys();
        if cached.is_missing_key_of(token) { self.reload_keys().await } else { Ok(cached) }
    }

    /// Loads the keys again if the database contains others.
    async fn reload_keys(&self) -> Result<Arc<KeyRing>, Error> {
        let mut tx = self.database.read().await?;
        let cached = self.keys();
        if cached.is_up_to_date(&mut tx).await? {
            return Ok(cached);
        }
        Ok(self.keys.replace(load(&mut tx, &self.sealer).await?))
    }
}
