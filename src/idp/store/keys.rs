//! Signing keys.

use crate::kernel::{
    database::{
        Tx,
        query::{execute, fetch_all},
    },
    unix_time::UnixTime,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredKey {
    pub kid: String,
    /// PKCS#1.
    pub private_key_pem: String,
    pub state: KeyState,
    pub created_at: UnixTime,
    /// When the key entered its state.
    pub changed_at: UnixTime,
}

/// Use of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum KeyState {
    /// Published before it signs, so that clients already know it.
    Next,
    /// Signs.
    Current,
    /// Published while tokens that it signed may be in use.
    Previous,
    /// No longer published.
    Revoked,
}

/// Lists every key, newest first.
pub async fn all(tx: &mut Tx) -> sqlx::Result<Vec<StoredKey>> {
    fetch_all!(
        tx,
        _,
        "SELECT kid, private_key_pem, state, created_at, changed_at FROM signing_keys ORDER BY created_at DESC, kid"
    )
}

pub async fn insert(tx: &mut Tx, kid: &str, pem: &str, state: KeyState, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO signing_keys (kid, private_key_pem, state, created_at, changed_at) VALUES ($1, $2, $3, $4, $4)",
        kid,
        pem,
        state,
        now,
    )?;
    Ok(())
}

/// Moves the key from one state to another; false if it is not in the first.
pub async fn update_state(tx: &mut Tx, kid: &str, from: KeyState, to: KeyState, now: UnixTime) -> sqlx::Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE signing_keys SET state = $3, changed_at = $4 WHERE kid = $1 AND state = $2",
        kid,
        from,
        to,
        now,
    )?;
    Ok(changed == 1)
}

/// Lists ids and states of published keys by id, to detect changes.
pub async fn states(tx: &mut Tx) -> sqlx::Result<Vec<(String, KeyState)>> {
    fetch_all!(tx, _, "SELECT kid, state FROM signing_keys WHERE state <> 'revoked' ORDER BY kid")
}
