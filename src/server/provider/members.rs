//! Members of an organization at the provider, and their roles (`/organizations/{id}/members`).

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, none_if_not_found},
    roles::{NamedRole, highest_role},
};
use crate::{domain::permissions::Role, server::lenient};

/// Number of members in one response.
const PAGE_SIZE: usize = 100;

/// A member of an organization at the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// The person's subject.
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default)]
    roles: Vec<NamedRole>,
}

impl Member {
    /// The member's highest Tessera role.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        highest_role(&self.roles)
    }
}

#[derive(Debug, Deserialize)]
struct Page {
    members: Vec<Member>,
    next: Option<String>,
}

impl Management {
    /// Lists the members of an organization with their roles.
    pub async fn members(&self, organization: &str) -> Result<Vec<Member>, ManagementError> {
        let take = PAGE_SIZE.to_string();
        let mut members = Vec::new();
        let mut from: Option<String> = None;
        loop {
            let mut query = vec![("take", take.as_str()), ("fields", "user_id,email,name,roles")];
            query.extend(from.as_deref().map(|from| ("from", from)));
            let page: Page = self.get(&["organizations", organization, "members"], &query).await?;
            // Also the last page has a checkpoint; an empty page follows.
            let is_last = page.members.is_empty();
            members.extend(page.members);
            from = page.next.filter(|next| !next.is_empty() && !is_last);
            if from.is_none() {
                return Ok(members);
            }
        }
    }

    /// Makes `subject` a member. Does nothing if they are one.
    pub async fn add_member(&self, organization: &str, subject: &str) -> Result<(), ManagementError> {
        let body = json!({ "members": [subject] });
        self.send(Method::POST, &["organizations", organization, "members"], Some(&body)).await
    }

    /// Removes `subject` from the organization, if they are a member.
    pub async fn remove_member(&self, organization: &str, subject: &str) -> Result<(), ManagementError> {
        let body = json!({ "members": [subject] });
        none_if_not_found(self.send(Method::DELETE, &["organizations", organization, "members"], Some(&body)).await)
            .map(drop)
    }

    /// Returns the highest Tessera role of `subject` in the organization.
    pub async fn role_of_member(&self, organization: &str, subject: &str) -> Result<Option<Role>, ManagementError> {
        let roles: Vec<NamedRole> =
            self.get(&["organizations", organization, "members", subject, "roles"], &[]).await?;
        Ok(highest_role(&roles))
    }

    /// Assigns `role` to the member and removes their other Tessera roles.
    ///
    /// # Errors
    /// [`ManagementError::Refused`] if the provider has no role with that name.
    pub async fn set_role(&self, organization: &str, subject: &str, role: Role) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "members", subject, "roles"];
        let role_id = self.role_id(role).await?;
        let current: Vec<NamedRole> = self.get(&path, &[]).await?;
        // Assign before removing, so that the member never is without a role.
        if !current.iter().any(|role| role.id == role_id) {
            self.send(Method::POST, &path, Some(&json!({ "roles": [role_id] }))).await?;
        }
        let others: Vec<_> =
            current.iter().filter(|it| it.role().is_some_and(|it| it != role)).map(|it| &it.id).collect();
        if !others.is_empty() {
            self.send(Method::DELETE, &path, Some(&json!({ "roles": others }))).await?;
        }
        Ok(())
    }
}
