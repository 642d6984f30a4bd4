//! Members of an organization at the provider, and their roles there (`/organizations/{id}/members`).

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, found},
    roles::{NamedRole, role_of},
};
use crate::domain::permissions::Role;

/// The most that one answer holds.
const PAGE: usize = 100;

/// A member.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// The subject.
    pub user_id: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    roles: Vec<NamedRole>,
}

impl Member {
    /// The highest of our roles that the member has there.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        role_of(&self.roles)
    }
}

#[derive(Debug, Deserialize)]
struct Page {
    members: Vec<Member>,
    next: Option<String>,
}

impl Management {
    /// Everybody in the organization, with roles.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn members(&self, organization: &str) -> Result<Vec<Member>, ManagementError> {
        let take = PAGE.to_string();
        let mut all = Vec::new();
        let mut from: Option<String> = None;
        loop {
            let mut query = vec![("take", take.as_str()), ("fields", "user_id,email,name,roles")];
            query.extend(from.as_deref().map(|from| ("from", from)));
            let page: Page = self.get(&["organizations", organization, "members"], &query).await?;
            all.extend(page.members);
            from = page.next.filter(|next| !next.is_empty());
            if from.is_none() {
                return Ok(all);
            }
        }
    }

    /// Makes `subject` a member. One who is already stays one.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn add_member(&self, organization: &str, subject: &str) -> Result<(), ManagementError> {
        let body = json!({ "members": [subject] });
        self.send(Method::POST, &["organizations", organization, "members"], Some(&body)).await
    }

    /// Ends the membership of `subject`, if there is one.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn remove_member(&self, organization: &str, subject: &str) -> Result<(), ManagementError> {
        let body = json!({ "members": [subject] });
        found(self.send(Method::DELETE, &["organizations", organization, "members"], Some(&body)).await).map(drop)
    }

    /// The highest of our roles that `subject` has in the organization.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn role_of_member(&self, organization: &str, subject: &str) -> Result<Option<Role>, ManagementError> {
        let roles: Vec<NamedRole> =
            self.get(&["organizations", organization, "members", subject, "roles"], &[]).await?;
        Ok(role_of(&roles))
    }

    /// Gives the member `role`, and takes our other roles away.
    ///
    /// # Errors
    /// [`ManagementError`]; also when the provider has no role of that name.
    pub async fn set_role(&self, organization: &str, subject: &str, role: Role) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "members", subject, "roles"];
        let wanted = self.role_id(role).await?;
        let has: Vec<NamedRole> = self.get(&path, &[]).await?;
        // First give, then take: nobody is without rights in between.
        if !has.iter().any(|role| role.id == wanted) {
            self.send(Method::POST, &path, Some(&json!({ "roles": [wanted] }))).await?;
        }
        let others: Vec<_> = has.iter().filter(|it| it.role().is_some_and(|it| it != role)).map(|it| &it.id).collect();
        if !others.is_empty() {
            self.send(Method::DELETE, &path, Some(&json!({ "roles": others }))).await?;
        }
        Ok(())
    }
}
