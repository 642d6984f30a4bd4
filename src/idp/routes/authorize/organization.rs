//! The parameters `organization` and `invitation`, with Auth0's messages.

use crate::{
    idp::{
        authorization::CallbackError,
        config::{OrganizationRequireBehavior, OrganizationUsage},
        id::{InvitationId, OrganizationId},
        organization_parameter,
        parameters::Parameters,
        store::{clients::Client, invitations, roles},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Finds the requested organization if the client allows organizations.
pub async fn organization(
    tx: &mut Tx,
    parameters: &Parameters,
    client: &Client,
) -> sqlx::Result<Result<Option<OrganizationId>, CallbackError>> {
    let invalid = |text: String| Ok(Err(CallbackError::invalid_request(text)));
    let Some(text) = parameters.get("organization") else {
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

    match organization_parameter::find(tx, text).await? {
        Ok(organization) => Ok(Ok(Some(organization.id))),
        Err(objection) => invalid(objection),
    }
}

/// Finds the invitation of `ticket` if its organization and client match the request.
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
