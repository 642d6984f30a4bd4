//! Where the provider's people come from (`/connections`).

use serde::Deserialize;

use super::{client::Management, error::ManagementError};

#[derive(Debug, Deserialize)]
struct Connection {
    id: String,
}

impl Management {
    /// The id of the connection called `name`.
    ///
    /// # Errors
    /// [`ManagementError`]; also when there is none.
    pub async fn connection_id(&self, name: &str) -> Result<String, ManagementError> {
        let connections: Vec<Connection> = self.get(&["connections"], &[("name", name)]).await?;
        let connection = connections.into_iter().next().ok_or_else(|| ManagementError::Refused {
            status: 404,
            message: format!("there is no connection called {name}"),
        })?;
        Ok(connection.id)
    }
}
