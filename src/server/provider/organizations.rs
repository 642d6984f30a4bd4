//! Organizations at the provider (`/organizations`).

use std::collections::BTreeMap;

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, found},
};

/// An organization as the provider has it.
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

/// How it looks.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Branding {
    pub logo_url: Option<String>,
    #[serde(default)]
    pub colors: Colors,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Colors {
    /// `#rgb` or `#rrggbb`.
    pub primary: Option<String>,
}

/// An organization to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewOrganization<'a> {
    pub name: &'a str,
    pub display_name: &'a str,
    /// Through which its people sign in.
    pub connection_id: &'a str,
    /// One pair of metadata, by which it is known again.
    pub mark: (&'a str, &'a str),
}

impl Management {
    /// Creates an organization; `None` when the name is taken.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn create_organization(
        &self,
        new: &NewOrganization<'_>,
    ) -> Result<Option<Organization>, ManagementError> {
        let body = json!({
            "name": new.name,
            "display_name": new.display_name,
            "metadata": { new.mark.0: new.mark.1 },
            "enabled_connections": [{ "connection_id": new.connection_id, "assign_membership_on_login": false }],
        });
        match self.create(&["organizations"], &body).await {
            Ok(organization) => Ok(Some(organization)),
            Err(error) if error.is_conflict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The organization with the id `id`.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn organization(&self, id: &str) -> Result<Option<Organization>, ManagementError> {
        found(self.get(&["organizations", id], &[]).await)
    }

    /// The organization called `name`.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn organization_by_name(&self, name: &str) -> Result<Option<Organization>, ManagementError> {
        found(self.get(&["organizations", "name", name], &[]).await)
    }

    /// Deletes an organization, if it is there.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_organization(&self, id: &str) -> Result<(), ManagementError> {
        found(self.send(Method::DELETE, &["organizations", id], None).await).map(drop)
    }
}
