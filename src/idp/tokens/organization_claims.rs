//! Claims that name the organization of a token.

use serde::Serialize;

use crate::{
    idp::{
        id::OrganizationId,
        store::{
            grants::Grant,
            organizations::{self, Organization},
            settings,
        },
    },
    kernel::database::Tx,
};

/// Claims about the organization; none of them is set without an organization.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OrganizationClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<String>,
}

impl OrganizationClaims {
    /// Returns the claims for a grant. They are empty if the grant has no organization.
    pub async fn of_grant(tx: &mut Tx, grant: &Grant) -> sqlx::Result<Self> {
        let Some(id) = &grant.organization_id else { return Ok(Self::default()) };
        match organizations::find(tx, id).await? {
            Some(organization) => Self::new(tx, &organization).await,
            None => Ok(Self { org_id: Some(id.clone()), org_name: None }),
        }
    }

    /// Returns the claims for `organization`. Sets `org_name` only if the tenant allows organization names.
    pub async fn new(tx: &mut Tx, organization: &Organization) -> sqlx::Result<Self> {
        let has_name = settings::get(tx).await?.allow_organization_names;
        Ok(Self { org_id: Some(organization.id.clone()), org_name: has_name.then(|| organization.name.clone()) })
    }
}
