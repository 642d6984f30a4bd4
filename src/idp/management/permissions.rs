//! Permissions in requests and responses about users and roles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    idp::{
        management::error::ApiError,
        store::{apis, role_permissions::RolePermission},
    },
    kernel::database::Tx,
};

/// Permissions to add or remove. Sorted, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
pub struct PermissionsBody {
    permissions: BTreeSet<PermissionRef>,
}

/// A permission, named by its API and its name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct PermissionRef {
    #[serde(rename = "resource_server_identifier")]
    pub api: String,
    #[serde(rename = "permission_name")]
    pub name: String,
}

impl PermissionsBody {
    /// Returns the permissions without checking that they exist.
    pub fn named(self) -> BTreeSet<PermissionRef> {
        self.permissions
    }

    /// Returns the permissions. Refuses an unknown API with 404 and an unknown permission with 400.
    pub async fn existing(self, tx: &mut Tx) -> Result<BTreeSet<PermissionRef>, ApiError> {
        for PermissionRef { api, name } in &self.permissions {
            if apis::find(tx, api).await?.is_none() {
                return Err(ApiError::unknown_audience(api));
            }
            if !apis::has_permission(tx, api, name).await? {
                let message = format!("The permission '{name}' does not exist in the resource server '{api}'");
                return Err(ApiError::bad_request(message, None));
            }
        }
        Ok(self.permissions)
    }
}

/// JSON of a permission.
#[derive(Debug, Serialize)]
pub struct PermissionBody {
    pub resource_server_identifier: String,
    pub permission_name: String,
    pub resource_server_name: String,
    pub description: String,
}

impl From<RolePermission> for PermissionBody {
    fn from(permission: RolePermission) -> Self {
        Self {
            resource_server_identifier: permission.api,
            permission_name: permission.name,
            resource_server_name: permission.api_name,
            description: permission.description,
        }
    }
}
