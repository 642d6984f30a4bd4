//! Signing keys.

use crate::kernel::{
    database::{
        Tx,
        query::{execute, fetch_all},
    },
    unix_time::UnixTime,
};

/// A key as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredKey {
    pub kid: String,
    /// PKCS#1.
    pub private_key_pem: String,
    pub state: KeyState,
    pub created_at: UnixTime,
    /// When it came into its state.
    pub changed_at: UnixTime,
}

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum KeyState {
    /// Published before it signs, so that clients know it by then.
    Next,
    /// Signs.
    Current,
    /// Published as long as tokens that it signed may be about.
    Previous,
    /// No longer published.
    Revoked,
}

/// Every key, the youngest first.
pub async fn all(tx: &mut Tx) -> sqlx::Result<Vec<StoredKey>> {
    fetch_all!(tx, _, "SELECT * FROM signing_keys ORDER BY created_at DESC, kid")
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

/// Takes the key from one state to another; false when it is not in the first.
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

/// What is used for what, in an order that stays: changes when any key does.
pub async fn states(tx: &mut Tx) -> sqlx::Result<Vec<(String, KeyState)>> {
    fetch_all!(tx, _, "SELECT kid, state FROM signing_keys WHERE state <> 'revoked' ORDER BY kid")
}
