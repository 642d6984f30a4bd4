//! `grant_type=client_credentials`

use super::{TokenError, required};
use crate::{
    database::Tx,
    idp::{
        Idp,
        parameters::Parameters,
        scope::Scope,
        store::{apis, client_grants, clients::Client},
        tokens::{self, TokenSet},
    },
};

/// Gives a client a token for itself (RFC 6749 section 4.4), as far as its grant for the API goes.
pub async fn issue(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let audience = required(parameters, "audience")?;
    let api = apis::find(tx, audience).await?.ok_or_else(|| TokenError::unknown_api(audience))?;
    let grant = client_grants::of_client(tx, &client.id, audience)
        .await?
        .ok_or_else(|| TokenError::not_granted(client.id.as_str(), audience))?;
    let granted = Scope::from(grant.scope.0.join(" ").as_str());
    let scope = match parameters.get("scope").map(Scope::from) {
        Some(asked) => granted.filter(|name| asked.has(name)),
        None => granted,
    };
    Ok(tokens::issue_to_client(idp, client, &api, &scope)?)
}
