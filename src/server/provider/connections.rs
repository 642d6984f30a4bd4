//! Connections, through which users sign in at the provider (`/connections`).

use serde::Deserialize;

use super::{client::Management, error::ManagementError};

#[derive(Debug, Deserialize)]
struct Connection {
    id: String,
}

impl Management {
    /// Returns the id of the connection with the name `name`.
    ///
    /// # Errors
    /// [`ManagementError::Refused`] if the provider has no connection with that name.
    pub async fn connection_id(&self, name: &str) -> Result<String, ManagementError> {
        let connections: Vec<Connection> = self.get(&["connections"], &[("name", name)]).await?;
        let connection = connections.into_iter().next().ok_or_else(|| ManagementError::Refused {
            status: 404,
            message: format!("there is no connection called {name}"),
        })?;
        Ok(connection.id)
    }
}
