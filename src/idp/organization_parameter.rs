//! The parameter `organization` of authorization requests and of `client_credentials` requests, with Auth0's messages.

use crate::{
    idp::{
        form,
        id::OrganizationId,
        store::{
            organizations::{self, Organization},
            settings,
        },
    },
    kernel::database::Tx,
};

/// Error message for a parameter that is not an organization id.
pub const MUST_BE_ID: &str = "authorization request parameter organization must be an organization id";
const MUST_BE_ID_OR_NAME: &str = "authorization request parameter organization must be an organization id or name";

/// Finds an organization by id, or by name if the tenant allows names. `Err` contains the message.
pub async fn find(tx: &mut Tx, text: &str) -> sqlx::Result<Result<Organization, String>> {
    let found = if text.starts_with("org_") {
        organizations::find(tx, &OrganizationId::unchecked(text)).await?
    } else if !settings::get(tx).await?.allow_organization_names {
        return Ok(Err(MUST_BE_ID.to_owned()));
    } else if text.trim() != text {
        return Ok(Err(MUST_BE_ID_OR_NAME.to_owned()));
    } else if let Some(objection) = form::organization_name_error(text) {
        return Ok(Err(objection.to_owned()));
    } else {
        organizations::by_name(tx, text).await?
    };
    Ok(found.ok_or_else(|| format!("parameter organization is invalid: {text}")))
}
