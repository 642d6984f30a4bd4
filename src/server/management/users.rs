//! People at the provider (`/users`).

use serde::Deserialize;

use super::{
    client::Management,
    error::{ManagementError, found},
};

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
}
