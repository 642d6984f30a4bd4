//! `POST /connections`, and `PATCH` and `DELETE /connections/{id}`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    idp::{
        federation::options::{self, CLIENT_SECRET},
        id::{ClientId, ConnectionId},
        management::{
            connections::body::ConnectionBody,
            error::ApiError,
            kit::{Payload, Resource as _, respond},
        },
        state::Idp,
        store::{
            JsonText, OptionalJsonText, clients, connection_clients,
            connections::{self, Connection, Strategy},
        },
    },
    kernel::database::Tx,
};

#[derive(Debug, Deserialize)]
pub struct NewConnection {
    name: String,
    #[serde(flatten)]
    properties: Properties,
}

/// Properties that can be changed.
#[derive(Debug, Deserialize)]
pub struct Properties {
    display_name: Option<String>,
    options: Option<Map<String, Value>>,
    enabled_clients: Option<Vec<ClientId>>,
    is_domain_connection: Option<bool>,
    show_as_button: Option<bool>,
    realms: Option<Vec<String>>,
    metadata: Option<Map<String, Value>>,
}

pub async fn create(
    State(idp): State<Idp>,
    Payload(body): Payload<NewConnection>,
) -> Result<(StatusCode, Json<ConnectionBody>), ApiError> {
    let NewConnection { name, properties } = body;
    if properties.options.is_none() {
        return Err(ApiError::invalid_body("Missing required property: options", ""));
    }
    let mut connection = Connection {
        id: ConnectionId::random(&idp.random),
        name,
        display_name: None,
        strategy: Strategy::Oidc,
        options: JsonText(Map::new()),
        metadata: OptionalJsonText(None),
        show_as_button: false,
        is_domain_connection: false,
        created_at: idp.now(),
    };
    let mut tx = idp.database.write().await?;
    let clients = properties.apply(&idp, &mut tx, &mut connection).await?;
    if !connections::insert(&mut tx, &connection).await? {
        return Err(ApiError::conflict("A connection with the same name already exists", None));
    }
    let clients = clients.unwrap_or_default();
    connection_clients::update(&mut tx, &connection.id, &clients).await?;
    respond::created(tx, ConnectionBody::of(connection, Some(clients))).await
}

pub async fn update(
    State(idp): State<Idp>,
    Path(id): Path<ConnectionId>,
    Payload(properties): Payload<Properties>,
) -> Result<Json<ConnectionBody>, ApiError> {
    let mut tx = idp.database.write().await?;
    let mut connection = changeable(&mut tx, &id).await?.ok_or_else(Connection::not_found)?;
    let clients = properties.apply(&idp, &mut tx, &mut connection).await?;
    connections::update(&mut tx, &connection).await?;
    if let Some(clients) = clients {
        connection_clients::update(&mut tx, &id, &clients).await?;
    }
    let clients = connection_clients::of_connection(&mut tx, &id).await?;
    respond::ok(tx, ConnectionBody::of(connection, Some(clients))).await
}

/// Deletes the connection and its users. Responds with 202 and the time, as recorded from Auth0, or with 204 if the
/// connection does not exist.
pub async fn delete(State(idp): State<Idp>, Path(id): Path<ConnectionId>) -> Result<Response, ApiError> {
    let mut tx = idp.database.write().await?;
    if changeable(&mut tx, &id).await?.is_none() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    connections::delete(&mut tx, &id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"deleted_at": idp.now().iso()}))).into_response())
}

/// Finds the connection. Refuses database connections, which the Management API cannot change.
async fn changeable(tx: &mut Tx, id: &ConnectionId) -> Result<Option<Connection>, ApiError> {
    let connection = connections::find(tx, id).await?;
    if connection.as_ref().is_some_and(|connection| connection.strategy != Strategy::Oidc) {
        return Err(ApiError::unsupported("A database connection cannot be changed or deleted here"));
    }
    Ok(connection)
}

impl Properties {
    /// Applies the properties of the body and returns the clients if the body contains them.
    async fn apply(
        self,
        idp: &Idp,
        tx: &mut Tx,
        connection: &mut Connection,
    ) -> Result<Option<Vec<ClientId>>, ApiError> {
        if self.realms.is_some_and(|realms| realms != [connection.name.clone()]) {
            return Err(ApiError::unsupported("The only realm of a connection is its name"));
        }
        for client in self.enabled_clients.iter().flatten() {
            if clients::find(tx, client.as_str()).await?.is_none() {
                return Err(ApiError::no_such_client());
            }
        }
        if let Some(mut options) = self.options {
            options::seal_secret(&mut options, &idp.sealer, &connection.id)?;
            connection.options = JsonText(replaced(&connection.options.0, options)?);
        }
        if let Some(metadata) = self.metadata {
            let metadata: Map<_, _> = metadata.into_iter().filter(|(_, value)| !value.is_null()).collect();
            connection.metadata = OptionalJsonText(Some(metadata));
        }
        connection.display_name = self.display_name.or(connection.display_name.take());
        connection.is_domain_connection = self.is_domain_connection.unwrap_or(connection.is_domain_connection);
        connection.show_as_button = self.show_as_button.unwrap_or(connection.show_as_button);
        Ok(self.enabled_clients)
    }
}

/// Replaces the options. Keeps the sealed secret unless the body contains one, because callers cannot read the secret and send
/// it back.
fn replaced(before: &Map<String, Value>, mut after: Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    if !after.contains_key("issuer") && !after.contains_key("discovery_url") {
        return Err(ApiError::invalid_body("Missing required property: discovery_url", "options"));
    }
    if let (Some(secret), false) = (before.get(CLIENT_SECRET), after.contains_key(CLIENT_SECRET)) {
        after.insert(CLIENT_SECRET.to_owned(), secret.clone());
    }
    Ok(after)
}
