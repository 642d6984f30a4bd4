//! Assertions of clients that were used (RFC 7523 section 3): each is good once.

use crate::{
    idp::id::ClientId,
    kernel::{
        database::{Tx, query::execute},
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Remembers the client's assertion `jti` until it would no longer be taken; false when it was used before.
pub async fn claim(tx: &mut Tx, client: &ClientId, jti: &str, until: UnixTime, now: UnixTime) -> sqlx::Result<bool> {
    execute!(tx, "DELETE FROM assertions WHERE expires_at <= $1", now)?;
    let spent = execute!(
        tx,
        "INSERT INTO assertions (assertion_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        // Whatever separates them is not in a client's id, so that no two pairs are one.
        SecretHash::of(&format!("{client}\n{jti}")),
        until,
    )?;
    Ok(spent == 1)
}
