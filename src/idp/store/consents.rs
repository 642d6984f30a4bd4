//! Consents: scopes that users allowed clients to request.

use crate::{
    idp::{
        id::{ClientId, UserId},
        scope::Scope,
    },
    kernel::{
        database::{
            Tx,
            query::{execute, scalar_optional},
        },
        unix_time::UnixTime,
    },
};

/// Finds the scopes that the user consented to, for the API or for requests without an API; `None` without a consent.
pub async fn find(
    tx: &mut Tx,
    user: &UserId,
    client: &ClientId,
    audience: Option<&str>,
) -> sqlx::Result<Option<Scope>> {
    let scope: Option<String> = scalar_optional!(
        tx,
        _,
        "SELECT scope FROM consents WHERE user_id = $1 AND client_id = $2 AND audience = $3",
        user,
        client,
        audience.unwrap_or_default(),
    )?;
    Ok(scope.map(Scope::from))
}

/// Adds `scope` to the user's consent, and inserts the consent if it is missing.
pub async fn upsert(
    tx: &mut Tx,
    user: &UserId,
    client: &ClientId,
    audience: Option<&str>,
    scope: &Scope,
    now: UnixTime,
) -> sqlx::Result<()> {
    let all = find(tx, user, client, audience).await?.unwrap_or_default().union(scope);
    execute!(
        tx,
        "INSERT INTO consents (user_id, client_id, audience, scope, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, client_id, audience) DO UPDATE SET scope = excluded.scope",
        user,
        client,
        audience.unwrap_or_default(),
        all.to_string(),
        now,
    )?;
    Ok(())
}
