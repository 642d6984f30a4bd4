//! The connections that each client uses to sign users in.

use crate::{
    idp::{
        id::{ClientId, ConnectionId, OrganizationId, UserId},
        store::connections::{Connection, connection_columns},
    },
    kernel::database::{
        Tx,
        query::{execute, fetch_all, scalar_all, scalar_optional},
    },
};

/// A connection that a login offers, and how the login page offers it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Offered {
    #[sqlx(flatten)]
    pub connection: Connection,
    /// Whether the login page shows a button for the connection. Otherwise the login finds it by the user's email
    /// domain.
    pub is_button: bool,
}

/// Lists the connections of the client.
pub async fn of_client(tx: &mut Tx, client: &ClientId) -> sqlx::Result<Vec<Connection>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            connection_columns!("c."),
            " FROM connection_clients e JOIN connections c ON c.id = e.connection_id
         WHERE e.client_id = $1 ORDER BY c.created_at, c.id"
        ),
        client,
    )
}

/// Lists the connections of the client. If an organization is given, lists only those that it uses too.
pub async fn offered(
    tx: &mut Tx,
    client: &ClientId,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<Vec<Offered>> {
    match organization {
        None => fetch_all!(
            tx,
            _,
            concat!(
                "SELECT ",
                connection_columns!("c."),
                ", c.show_as_button AS is_button
             FROM connection_clients e JOIN connections c ON c.id = e.connection_id
             WHERE e.client_id = $1 ORDER BY c.created_at, c.id"
            ),
            client,
        ),
        Some(organization) => fetch_all!(
            tx,
            _,
            concat!(
                "SELECT ",
                connection_columns!("c."),
                ", o.show_as_button AS is_button
             FROM connection_clients e JOIN connections c ON c.id = e.connection_id
                  JOIN organization_connections o ON o.connection_id = c.id
             WHERE e.client_id = $1 AND o.organization_id = $2 ORDER BY o.created_at, c.created_at, c.id"
            ),
            client,
            organization,
        ),
    }
}

/// Returns the connection of the user if the client uses it.
pub async fn of_user(tx: &mut Tx, user: &UserId, client: &ClientId) -> sqlx::Result<Option<ConnectionId>> {
    scalar_optional!(
        tx,
        _,
        "SELECT u.connection_id FROM users u JOIN connection_clients e ON e.connection_id = u.connection_id
         WHERE u.id = $1 AND e.client_id = $2",
        user,
        client,
    )
}

/// Enables the connection for the client.
pub async fn insert(tx: &mut Tx, id: &ConnectionId, client: &ClientId) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO connection_clients (connection_id, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        id,
        client,
    )?;
    Ok(())
}

/// Lists the clients of the connection.
pub async fn of_connection(tx: &mut Tx, id: &ConnectionId) -> sqlx::Result<Vec<ClientId>> {
    scalar_all!(tx, _, "SELECT client_id FROM connection_clients WHERE connection_id = $1 ORDER BY client_id", id)
}

/// Replaces the clients of the connection. All `clients` must exist.
pub async fn update(tx: &mut Tx, id: &ConnectionId, clients: &[ClientId]) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM connection_clients WHERE connection_id = $1", id)?;
    for client in clients {
        insert(tx, id, client).await?;
    }
    Ok(())
}
