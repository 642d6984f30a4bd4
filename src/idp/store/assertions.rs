//! Used client assertions (RFC 7523 section 3). Each assertion is accepted once.

use crate::{
    idp::id::ClientId,
    kernel::{
        database::{Tx, query::execute},
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Records the `jti` of the client's assertion until the assertion expires. Returns false if it was used before.
pub async fn claim(tx: &mut Tx, client: &ClientId, jti: &str, until: UnixTime, now: UnixTime) -> sqlx::Result<bool> {
    execute!(tx, "DELETE FROM assertions WHERE expires_at <= $1", now)?;
    let spent = execute!(
        tx,
        "INSERT INTO assertions (assertion_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        // Client ids contain no line breaks, so different pairs never have the same hash.
        SecretHash::of(&format!("{client}\n{jti}")),
        until,
    )?;
    Ok(spent == 1)
}
