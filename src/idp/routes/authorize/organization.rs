//! The parameters `organization` and `invitation`, with Auth0's messages.

use crate::{
    idp::{
        authorization::CallbackError,
        config::{OrganizationRequireBehavior, OrganizationUsage},
        form,
        id::{InvitationId, OrganizationId},
        parameters::Parameters,
        store::{
            clients::Client,
            invitations,
            organizations::{self, Organization},
            roles, settings,
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Message for an invalid `organization`.
pub const MUST_BE_ID: &str = "authorization request parameter organization must be an organization id";
const MUST_BE_ID_OR_NAME: &str = "authorization request parameter organization must be an organization id or name";

/// Finds the requested organization if the client may use one.
pub async fn organization(
    tx: &mut Tx,
    parameters: &Parameters,
    client: &Client,
) -> sqlx::Result<Result<Option<OrganizationId>, CallbackError>> {
    let invalid = |text: String| Ok(Err(CallbackError::invalid_request(text)));
    let Some(asked) = parameters.get("organization") else {
        let required = client.organization_usage == OrganizationUsage::Require
            && client.organization_require_behavior == OrganizationRequireBehavior::NoPrompt;
        if required {
            return invalid("parameter organization is required for this client".to_owned());
        }
        return Ok(Ok(None));
    };
    if client.organization_usage == OrganizationUsage::Deny {
        return invalid("parameter organization is not allowed for this client".to_owned());
    }

    match find(tx, asked).await? {
        Ok(organization) => Ok(Ok(Some(organization.id))),
        Err(text) => invalid(text),
    }
}

/// Finds an organization by id, or by name if the tenant allows names. `Err` is the message.
pub async fn find(tx: &mut Tx, asked: &str) -> sqlx::Result<Result<Organization, String>> {
    let found = if asked.starts_with("org_") {
        organizations::find(tx, &OrganizationId::known(asked)).await?
    } else if !settings::get(tx).await?.allow_organization_names {
        return Ok(Err(MUST_BE_ID.to_owned()));
    } else if asked.trim() != asked {
        return Ok(Err(MUST_BE_ID_OR_NAME.to_owned()));
    } else if let Some(objection) = form::organization_name_error(asked) {
        return Ok(Err(objection.to_owned()));
    } else {
        organizations::by_name(tx, asked).await?
    };
    Ok(found.ok_or_else(|| format!("parameter organization is invalid: {asked}")))
}

/// Finds the invitation of `ticket` if organization and client match.
pub async fn invitation(
    tx: &mut Tx,
    ticket: &str,
    client: &Client,
    organization: Option<&OrganizationId>,
    now: UnixTime,
) -> sqlx::Result<Result<InvitationId, CallbackError>> {
    let invalid = |text: &str| Ok(Err(CallbackError::invalid_request(text)));
    let Some(invitation) = invitations::by_ticket(tx, ticket, now).await? else {
        return invalid("invitation not found or already used");
    };
    if invitation.client_id != client.id {
        return invalid("invalid invitation ticket (client_id mismatch)");
    }
    if organization != Some(&invitation.organization_id) {
        return invalid("invalid invitation ticket (organization mismatch)");
    }
    let mut unknown = Vec::new();
    for role in &invitation.role_ids.0 {
        if !roles::exists(tx, role).await? {
            unknown.push(role.as_str());
        }
    }
    if !unknown.is_empty() {
        return invalid(&format!("invalid invitation ticket (unknown roles: {})", unknown.join(", ")));
    }
    Ok(Ok(invitation.id))
}
