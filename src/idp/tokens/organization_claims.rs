//! Claims about the organization of a token.

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

/// Organization of a token; empty without one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OrganizationClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<String>,
}

impl OrganizationClaims {
    /// The claims of a grant; empty without an organization.
    pub async fn of_grant(tx: &mut Tx, grant: &Grant) -> sqlx::Result<Self> {
        let Some(id) = &grant.organization_id else { return Ok(Self::default()) };
        match organizations::find(tx, id).await? {
            Some(organization) => Self::new(tx, &organization).await,
            None => Ok(Self { org_id: Some(id.clone()), org_name: None }),
        }
    }

    /// `org_name` is set only where the tenant allows names.
    pub async fn new(tx: &mut Tx, organization: &Organization) -> sqlx::Result<Self> {
        let has_name = settings::get(tx).await?.allow_organization_names;
        Ok(Self { org_id: Some(organization.id.clone()), org_name: has_name.then(|| organization.name.clone()) })
    }
}
