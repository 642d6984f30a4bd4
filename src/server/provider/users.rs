//! Users at the provider (`/users`).

use serde::Deserialize;

use super::{
    client::Management,
    error::{ManagementError, none_if_not_found},
    organizations::Organization,
};
use crate::server::lenient;

/// Number of users or organizations in one response.
const PAGE_SIZE: usize = 100;

/// Maximum number of users that a search finds.
const MAX_FOUND: usize = 1_000;

#[derive(Debug, Deserialize)]
struct FoundUser {
    user_id: String,
}

/// A user at the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub email: String,
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub email_verified: Option<bool>,
    #[serde(default)]
    identities: Vec<Identity>,
}

#[derive(Clone, Debug, Deserialize)]
struct Identity {
    connection: String,
}

impl User {
    /// The name of the connection of the user's first identity.
    #[must_use]
    pub fn connection(&self) -> Option<&str> {
        self.identities.first().map(|identity| identity.connection.as_str())
    }
}

impl Management {
    /// Fetches the user with the subject `subject`.
    pub async fn user(&self, subject: &str) -> Result<Option<User>, ManagementError> {
        none_if_not_found(self.get(&["users", subject], &[]).await)
    }

    /// Lists the subjects of all blocked users. Auth0's search returns a thousand users at most; the blocks of others
    /// take effect when their seats are refreshed.
    pub async fn blocked_subjects(&self) -> Result<Vec<String>, ManagementError> {
        let mut subjects = Vec::new();
        for page in 0..MAX_FOUND / PAGE_SIZE {
            let (per_page, page) = (PAGE_SIZE.to_string(), page.to_string());
            let query = [
                ("q", "blocked:true"),
                ("search_engine", "v3"),
                ("fields", "user_id"),
                ("per_page", per_page.as_str()),
                ("page", page.as_str()),
            ];
            let batch: Vec<FoundUser> = self.get(&["users"], &query).await?;
            let is_last = batch.len() < PAGE_SIZE;
            subjects.extend(batch.into_iter().map(|user| user.user_id));
            if is_last {
                break;
            }
        }
        Ok(subjects)
    }

    /// Lists the organizations that `subject` is a member of.
    pub async fn organizations_of(&self, subject: &str) -> Result<Vec<Organization>, ManagementError> {
        let mut organizations = Vec::new();
        for page in 0.. {
            let query = [("per_page", PAGE_SIZE.to_string()), ("page", page.to_string())];
            let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
            let batch: Vec<Organization> = self.get(&["users", subject, "organizations"], &query).await?;
            let is_last = batch.len() < PAGE_SIZE;
            organizations.extend(batch);
            if is_last {
                break;
            }
        }
        Ok(organizations)
    }
}
