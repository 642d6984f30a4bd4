//! Roles at the provider: those that are called as ours are (`/roles`).

use serde::Deserialize;

use super::{client::Management, error::ManagementError};
use crate::domain::permissions::Role;

/// A role of the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedRole {
    /// `rol_…`
    pub id: String,
    pub name: String,
}

impl NamedRole {
    /// Which of ours it is.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.name.to_lowercase().parse().ok()
    }
}

/// The highest of our roles among `roles`.
#[must_use]
pub fn role_of(roles: &[NamedRole]) -> Option<Role> {
    roles.iter().filter_map(NamedRole::role).max()
}

impl Management {
    /// The provider's id of `role`.
    ///
    /// # Errors
    /// [`ManagementError`]; also when the provider has no role of that name.
    pub async fn role_id(&self, role: Role) -> Result<String, ManagementError> {
        let roles: Vec<NamedRole> = self.get(&["roles"], &[("name_filter", role.as_str())]).await?;
        roles
            .into_iter()
            .find(|known| known.role() == Some(role))
            .map(|known| known.id)
            .ok_or_else(|| ManagementError::Refused { status: 404, message: format!("there is no role called {role}") })
    }
}
