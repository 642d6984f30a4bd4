//! Changing keys while others run. Several processes may serve one database: each looks now and then whether its keys
//! are still those of the database, and at once when somebody comes with a token of a key that it does not know.
//!
//! Nothing depends on the moment: a key is published before it signs and after, so that one that lags behind signs
//! with a key that all verify, and verifies what the others sign.

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

/// Keeps the keys those of the database, for requests of every kind.
pub async fn refresh_keys(State(idp): State<Idp>, request: Request, next: Next) -> Response {
    if idp.keys.is_due(idp.now())
        && let Err(error) = idp.reload_keys().await
    {
        // The keys that are known go on working.
        tracing::warn!(%error, "the signing keys could not be looked at");
    }
    next.run(request).await
}

impl Idp {
    /// Lets the next key sign. The present one is published until [`Idp::revoke_key`] takes it back, so that tokens go
    /// on being good and nobody is signed out; a new next key is made and published. Gives the name of the key that
    /// signs from now on.
    ///
    /// # Errors
    /// When a key cannot be made or stored.
    pub async fn rotate_keys(&self) -> Result<String, Error> {
        let new = generate(&self.random).await?;
        let mut tx = self.database.write().await?;
        // Dropped without a commit, nothing has happened: somebody else rotated at the same time, which is as good.
        if rotate(&mut tx, &new, self.now()).await? {
            tx.commit().await?;
        } else {
            drop(tx);
        }
        Ok(self.reload_keys().await?.current_kid().to_owned())
    }

    /// Takes back a key that signed before: it is no longer published, and tokens that it signed are refused.
    ///
    /// # Errors
    /// [`Error::NotAPreviousKey`] for a key that is unknown, revoked, or needed; or when the database fails.
    pub async fn revoke_key(&self, kid: &str) -> Result<(), Error> {
        let mut tx = self.database.write().await?;
        if !keys::update_state(&mut tx, kid, KeyState::Previous, KeyState::Revoked, self.now()).await? {
            return Err(Error::NotAPreviousKey(kid.to_owned()));
        }
        tx.commit().await?;
        self.reload_keys().await?;
        Ok(())
    }

    /// The keys to verify `token` with: read again when it names one that is not known here.
    pub async fn keys_for(&self, token: &str) -> Result<Arc<KeyRing>, Error> {
        let known = self.keys();
        if known.is_missing_key_of(token) { self.reload_keys().await } else { Ok(known) }
    }

    /// The keys of the database, which this process uses from now on.
    async fn reload_keys(&self) -> Result<Arc<KeyRing>, Error> {
        let mut tx = self.database.read().await?;
        let known = self.keys();
        if known.is_up_to_date(&mut tx).await? {
            return Ok(known);
        }
        Ok(self.keys.replace(load(&mut tx).await?))
    }
}
