//! Body of responses about a connection.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::idp::{
    federation::options::CLIENT_SECRET,
    id::{ClientId, ConnectionId},
    store::connections::{Connection, Strategy},
};

/// JSON of a connection. Unlike in Auth0, it does not contain the secret.
#[derive(Debug, Serialize)]
pub struct ConnectionBody {
    id: ConnectionId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    strategy: Strategy,
    options: Map<String, Value>,
    /// The connection's name, which is Auth0's default.
    realms: [String; 1],
    is_domain_connection: bool,
    show_as_button: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    /// Ids of the clients that use the connection; omitted in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled_clients: Option<Vec<ClientId>>,
}

impl ConnectionBody {
    pub fn of(connection: Connection, enabled_clients: Option<Vec<ClientId>>) -> Self {
        let mut options = connection.options.0;
        options.remove(CLIENT_SECRET);
        Self {
            id: connection.id,
            realms: [connection.name.clone()],
            name: connection.name,
            display_name: connection.display_name,
            strategy: connection.strategy,
            options,
            is_domain_connection: connection.is_domain_connection,
            show_as_button: connection.show_as_button,
            metadata: connection.metadata.0,
            enabled_clients,
        }
    }
}
