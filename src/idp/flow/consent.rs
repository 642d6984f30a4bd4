//! Decides whether a client needs the user's consent.
//!
//! Third-party clients ask for consent once, and again for a wider scope. The tenant's own clients do not ask, unless
//! an API requires it.

use crate::{
    idp::{
        authorization::AuthorizationRequest,
        granted_scope::GrantedScope,
        id::OrganizationId,
        scope::Scope,
        store::{apis::Api, clients::Client, consents, sessions::Session, settings},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Whether the user of `session` must consent.
pub async fn is_needed(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<bool> {
    if request.ask_consent {
        return Ok(true);
    }
    let granted = requested(tx, request, session, organization).await?;
    if !may_ask(tx, request, client, granted.api.as_ref()).await? {
        return Ok(false);
    }
    let given = consents::find(tx, &session.user_id, &client.id, request.audience.as_deref()).await?;
    Ok(given.is_none_or(|given| !granted.scope.is_within(&given)))
}

/// Whether this client may ask for consent to use this API.
async fn may_ask(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    api: Option<&Api>,
) -> sqlx::Result<bool> {
    let Some(api) = api.filter(|_| client.is_first_party) else { return Ok(!client.is_first_party) };
    let is_verifiable = !request.callback.is_local() || !settings::get(tx).await?.consent_at_localhost;
    Ok(!(api.skip_consent_for_verifiable_first_party_clients && is_verifiable))
}

/// Computes the scopes that the client would get, which the consent page lists.
pub async fn requested(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    session: &Session,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<GrantedScope> {
    let audience = request.audience.as_deref();
    GrantedScope::of_person(tx, &request.scope, audience, organization, &session.user_id).await
}

/// Stores the user's consent.
pub async fn record(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    session: &Session,
    scope: &Scope,
    now: UnixTime,
) -> sqlx::Result<()> {
    consents::upsert(tx, &session.user_id, &request.client_id, request.audience.as_deref(), scope, now).await
}
