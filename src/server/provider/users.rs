//! People at the provider (`/users`).

use serde::Deserialize;

use super::{
    client::Management,
    error::{ManagementError, found},
    organizations::Organization,
};

/// The most that one answer holds.
const PAGE: usize = 100;

/// A person as the provider knows them.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub user_id: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub email_verified: bool,
    #[serde(default)]
    identities: Vec<Identity>,
}

#[derive(Clone, Debug, Deserialize)]
struct Identity {
    connection: String,
}

impl User {
    /// The name of the connection that the person signs in through first.
    #[must_use]
    pub fn connection(&self) -> Option<&str> {
        self.identities.first().map(|identity| identity.connection.as_str())
    }
}

impl Management {
    /// The person who is `subject`.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn user(&self, subject: &str) -> Result<Option<User>, ManagementError> {
        found(self.get(&["users", subject], &[]).await)
    }

    /// The organizations that `subject` is a member of.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn organizations_of(&self, subject: &str) -> Result<Vec<Organization>, ManagementError> {
        let mut all = Vec::new();
        for page in 0.. {
            let query = [("per_page", PAGE.to_string()), ("page", page.to_string())];
            let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
            let found: Vec<Organization> = self.get(&["users", subject, "organizations"], &query).await?;
            let is_last = found.len() < PAGE;
            all.extend(found);
            if is_last {
                break;
            }
        }
        Ok(all)
    }
}
