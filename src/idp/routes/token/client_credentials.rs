//! `grant_type=client_credentials`: tokens for the client itself.

use crate::{
    idp::{
        config::OrganizationUsage,
        organization_parameter,
        parameters::Parameters,
        scope::Scope,
        state::Idp,
        store::{
            apis,
            client_grants::{self, ClientGrant},
            clients::Client,
            organizations::{self, Organization},
        },
        token_request::{error::TokenError, parameters::required},
        tokens::{self, TokenSet},
    },
    kernel::database::Tx,
};

/// Issues a token to the client on its own behalf (RFC 6749 section 4.4), within the client's grant for the API.
pub async fn issue(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    // Find the API and the grant
    let audience = required(parameters, "audience")?;
    let api = apis::find(tx, audience).await?.ok_or_else(|| TokenError::unknown_api(audience))?;
    let grant = client_grants::of_client(tx, &client.id, audience)
        .await?
        .ok_or_else(|| TokenError::not_granted(client.id.as_str(), audience))?;

    // Find the organization and check that the grant allows it
    let organization = organization_for(tx, client, &grant, parameters.get("organization")).await?;
    if let Some(organization) = &organization
        && !grant.allow_any_organization
        && !client_grants::is_associated(tx, &grant.id, &organization.id).await?
    {
        return Err(TokenError::organization_denied(client.id.as_str(), organization.id.as_str()));
    }

    // Issue the token
    let granted = Scope::from(grant.scope.0.join(" ").as_str());
    let scope = match parameters.get("scope").map(Scope::from) {
        Some(requested) => granted.filter(|name| requested.has(name)),
        None => granted,
    };
    Ok(tokens::issue_to_client(idp, tx, client, &api, &scope, organization.as_ref()).await?)
}

/// Finds the requested organization, or the client's default organization if one is required.
async fn organization_for(
    tx: &mut Tx,
    client: &Client,
    grant: &ClientGrant,
    parameter: Option<&str>,
) -> Result<Option<Organization>, TokenError> {
    use OrganizationUsage::{Allow, Deny, Require};

    let refuse = |text: &str| Err(TokenError::invalid_request(text));
    match (grant.organization_usage.unwrap_or(Deny), parameter, &client.default_organization) {
        (Deny, Some(_), _) => refuse("parameter organization is not allowed for this client"),
        (Deny | Allow, None, _) => Ok(None),
        (Allow | Require, Some(text), _) => {
            let found = organization_parameter::find(tx, text).await?;
            Ok(Some(found.map_err(TokenError::invalid_request)?))
        }
        (Require, None, Some(id)) => match organizations::find(tx, id).await? {
            Some(organization) => Ok(Some(organization)),
            None => refuse(&format!("parameter organization is invalid: {id}")),
        },
        (Require, None, None) => refuse("parameter organization is required for this client"),
    }
}
