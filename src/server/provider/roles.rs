//! Roles at the provider that have the name of a Tessera role (`/roles`).

use serde::Deserialize;

use super::{client::Management, error::ManagementError};
use crate::domain::permissions::Role;

/// A role at the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedRole {
    /// `rol_…`
    pub id: String,
    pub name: String,
}

impl NamedRole {
    /// The Tessera role with the same name.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.name.to_lowercase().parse().ok()
    }
}

/// Returns the highest Tessera role among `roles`.
#[must_use]
pub fn highest_role(roles: &[NamedRole]) -> Option<Role> {
    roles.iter().filter_map(NamedRole::role).max()
}

impl Management {
    /// Returns the provider's id of `role`.
    ///
    /// # Errors
    /// [`ManagementError::Refused`] if the provider has no role with that name.
    pub async fn role_id(&self, role: Role) -> Result<String, ManagementError> {
        let roles: Vec<NamedRole> = self.get(&["roles"], &[("name_filter", role.as_str())]).await?;
        roles.into_iter().find(|named| named.role() == Some(role)).map(|named| named.id).ok_or_else(|| {
            ManagementError::Refused { status: 404, message: format!("there is no role called {role}"), code: None }
        })
    }
}
