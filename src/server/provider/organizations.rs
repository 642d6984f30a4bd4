//! Organizations at the provider (`/organizations`).

use std::collections::BTreeMap;

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, none_if_not_found},
};

/// An organization at the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct Organization {
    /// `org_…`
    pub id: String,
    pub name: String,
    pub display_name: Option<String>,
    #[serde(default)]
    pub branding: Branding,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// The organization's branding.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Branding {
    pub logo_url: Option<String>,
    #[serde(default)]
    pub colors: Colors,
}

/// The organization's brand colours.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Colors {
    /// `#rgb` or `#rrggbb`.
    pub primary: Option<String>,
}

/// An organization to create.
#[derive(Clone, Copy, Debug)]
pub struct NewOrganization<'a> {
    pub name: &'a str,
    pub display_name: &'a str,
    /// The connection that its members sign in through.
    pub connection_id: &'a str,
    /// Metadata key and value that identify the organization on a retry.
    pub metadata: (&'a str, &'a str),
}

impl Management {
    /// Creates an organization; `None` if the name is taken.
    pub async fn create_organization(
        &self,
        new: &NewOrganization<'_>,
    ) -> Result<Option<Organization>, ManagementError> {
        let body = json!({
            "name": new.name,
            "display_name": new.display_name,
            "metadata": { new.metadata.0: new.metadata.1 },
            "enabled_connections": [{ "connection_id": new.connection_id, "assign_membership_on_login": false }],
        });
        match self.create(&["organizations"], &body).await {
            Ok(organization) => Ok(Some(organization)),
            Err(error) if error.is_conflict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Fetches the organization with the id `id`; `None` if the API itself says that there is none.
    pub async fn organization(&self, id: &str) -> Result<Option<Organization>, ManagementError> {
        match self.get(&["organizations", id], &[]).await {
            Ok(organization) => Ok(Some(organization)),
            Err(error) if error.is_no_organization() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Fetches the organization with the name `name`.
    pub async fn organization_by_name(&self, name: &str) -> Result<Option<Organization>, ManagementError> {
        none_if_not_found(self.get(&["organizations", "name", name], &[]).await)
    }

    /// Deletes an organization, if it exists.
    pub async fn delete_organization(&self, id: &str) -> Result<(), ManagementError> {
        none_if_not_found(self.send(Method::DELETE, &["organizations", id], None).await).map(drop)
    }
}
