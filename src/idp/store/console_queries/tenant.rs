//! Queries about clients, connections, roles and the event log for the console.

use crate::{
    idp::{
        id::RoleId,
        store::{
            clients::{Client, client_columns},
            connections::{Connection, connection_columns},
            console_queries::{ListQuery, Listing},
            events::Event,
        },
    },
    kernel::database::{Tx, query::fetch_all},
};

/// Lists all clients in the order of the configuration.
pub async fn clients(tx: &mut Tx) -> sqlx::Result<Vec<Client>> {
    fetch_all!(tx, _, concat!("SELECT ", client_columns!(""), " FROM clients ORDER BY position, id"))
}

/// A connection with the numbers of its users and organizations.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConnectionRow {
    #[sqlx(flatten)]
    pub connection: Connection,
    pub people: i64,
    pub organizations: i64,
}

/// Lists all connections, oldest first.
pub async fn connections(tx: &mut Tx) -> sqlx::Result<Vec<ConnectionRow>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            connection_columns!("c."),
            ", (SELECT COUNT(*) FROM users u WHERE u.connection_id = c.id) AS people,
             (SELECT COUNT(*) FROM organization_connections e WHERE e.connection_id = c.id) AS organizations
         FROM connections c ORDER BY c.created_at, c.id"
        ),
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RoleRow {
    pub id: RoleId,
    pub name: String,
}

/// Lists all roles by name.
pub async fn roles(tx: &mut Tx) -> sqlx::Result<Vec<RoleRow>> {
    fetch_all!(tx, _, "SELECT id, name FROM roles ORDER BY name")
}

/// Lists events, newest first. The search covers description, code, user and client address.
pub async fn log(tx: &mut Tx, query: &ListQuery) -> sqlx::Result<Listing<Event>> {
    let rows = fetch_all!(
        tx,
        _,
        r"SELECT id, at, kind, description, user_id, client_id, organization_id, address FROM events
         WHERE LOWER(description) LIKE $1 ESCAPE '\' OR kind LIKE $1 ESCAPE '\'
             OR LOWER(COALESCE(user_id, '')) LIKE $1 ESCAPE '\' OR COALESCE(address, '') LIKE $1 ESCAPE '\'
         ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3",
        &query.pattern,
        ListQuery::limit(),
        query.offset(),
    )?;
    Ok(Listing::new(rows, query))
}
