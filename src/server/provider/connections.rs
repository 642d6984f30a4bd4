//! Connections, through which users sign in at the provider (`/connections`).

use serde::Deserialize;

use super::{client::Management, error::ManagementError};

/// Number of connections in one response.
const PAGE_SIZE: usize = 100;

#[derive(Debug, Deserialize)]
struct Connection {
    id: String,
}

/// A connection that an organization uses.
#[derive(Debug, Deserialize)]
struct EnabledConnection {
    connection: Named,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

impl Management {
    /// Lists the names of the connections that the organization with the id `organization` uses.
    pub async fn connections_of(&self, organization: &str) -> Result<Vec<String>, ManagementError> {
        let mut names = Vec::new();
        for page in 0.. {
            let (per_page, page) = (PAGE_SIZE.to_string(), page.to_string());
            let query = [("per_page", per_page.as_str()), ("page", page.as_str())];
            let batch: Vec<EnabledConnection> =
                self.get(&["organizations", organization, "enabled_connections"], &query).await?;
            let is_last = batch.len() < PAGE_SIZE;
            names.extend(batch.into_iter().map(|enabled| enabled.connection.name));
            if is_last {
                break;
            }
        }
        Ok(names)
    }

    /// Returns the id of the connection with the name `name`.
    ///
    /// # Errors
    /// [`ManagementError::Refused`] if the provider has no connection with that name.
    pub async fn connection_id(&self, name: &str) -> Result<String, ManagementError> {
        let connections: Vec<Connection> = self.get(&["connections"], &[("name", name)]).await?;
        let connection = connections.into_iter().next().ok_or_else(|| ManagementError::Refused {
            status: 404,
            message: format!("there is no connection called {name}"),
            code: None,
        })?;
        Ok(connection.id)
    }
}
