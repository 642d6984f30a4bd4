//! Table of signing keys.

use crate::kernel::{
    database::{
        Tx,
        query::{execute, fetch_all},
    },
    sealer::SealedText,
    unix_time::UnixTime,
};

/// Seal context of the private key `kid`.
pub fn seal_context(kid: &str) -> String {
    format!("signing key {kid}")
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredKey {
    pub kid: String,
    /// Private key in PEM format (PKCS#1).
    pub private_key: SealedText,
    pub state: KeyState,
    pub created_at: UnixTime,
    /// Time at which the key entered its state.
    pub changed_at: UnixTime,
}

/// State of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum KeyState {
    /// The key is published, so that clients know it before it signs.
    Next,
    /// The key is published and signs tokens.
    Current,
    /// The key is published, because tokens that it signed may be in use.
    Previous,
    /// The key is no longer published, and its tokens are refused.
    Revoked,
}

/// Lists all keys, newest first.
pub async fn all(tx: &mut Tx) -> sqlx::Result<Vec<StoredKey>> {
    fetch_all!(
        tx,
        _,
        "SELECT kid, private_key, state, created_at, changed_at FROM signing_keys ORDER BY created_at DESC, kid"
    )
}

pub async fn insert(
    tx: &mut Tx,
    kid: &str,
    private_key: &SealedText,
    state: KeyState,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO signing_keys (kid, private_key, state, created_at, changed_at) VALUES ($1, $2, $3, $4, $4)",
        kid,
        private_key,
        state,
        now,
    )?;
    Ok(())
}

/// Changes the state of the key. Returns false if the key is not in the state `from`.
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

/// Lists the ids and states of the published keys, ordered by id, to detect changes.
pub async fn states(tx: &mut Tx) -> sqlx::Result<Vec<(String, KeyState)>> {
    fetch_all!(tx, _, "SELECT kid, state FROM signing_keys WHERE state <> 'revoked' ORDER BY kid")
}
