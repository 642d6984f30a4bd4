//! `/connections`. Those of the strategy `oidc` are made, changed and deleted here.

mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    error::ApiError,
    fields::Fields,
    guard::QueryText,
    paging::{Cursor, Paging},
};
use crate::idp::{
    Idp,
    id::{ClientId, ConnectionId},
    store::connections::{self, Connection, Filter, Strategy},
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/connections", get(list).post(write::create))
        .route("/connections/{id}", get(show).patch(write::update).delete(write::delete))
}

/// A connection as the API writes it. Auth0 shows the secret of a connection to whoever may read connections; here it
/// is left out.
#[derive(Debug, Serialize)]
struct ConnectionBody {
    id: ConnectionId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    strategy: Strategy,
    options: Map<String, Value>,
    /// The name again, as it is for every connection that does not say otherwise.
    realms: [String; 1],
    is_domain_connection: bool,
    show_as_button: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    /// Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled_clients: Option<Vec<ClientId>>,
}

impl ConnectionBody {
    fn of(connection: Connection, enabled_clients: Option<Vec<ClientId>>) -> Self {
        let mut options = connection.options.0;
        options.remove("client_secret");
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

/// 404
pub fn not_found() -> ApiError {
    ApiError::not_found("The connection does not exist", Some("inexistent_connection"))
}

async fn list(State(idp): State<Idp>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let wanted = query.all("strategy");
    let strategies = wanted.iter().filter_map(|name| match name.as_str() {
        "auth0" => Some(Strategy::Auth0),
        "oidc" => Some(Strategy::Oidc),
        _ => None,
    });
    let filter = Filter { name: query.get("name"), strategies: strategies.collect() };
    let (mut found, mut total) = (Vec::new(), 0);
    // A strategy that no connection here has finds nothing.
    if wanted.is_empty() || !filter.strategies.is_empty() {
        let mut tx = idp.0.database.read().await?;
        found = connections::list(&mut tx, &filter, &paging.slice).await?;
        if paging.wants_total() {
            total = connections::count(&mut tx, &filter).await?;
        }
    }
    let cursor = |connection: &Connection| Cursor { created_at: connection.created_at, id: connection.id.to_string() };
    let fields = Fields::of(&query);
    let body = |connection| fields.apply(ConnectionBody::of(connection, None));
    Ok(paging.respond("connections", found, total, cursor, body))
}

async fn show(State(idp): State<Idp>, Path(id): Path<ConnectionId>, query: QueryText) -> Result<Json<Value>, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let connection = connections::find(&mut tx, &id).await?.ok_or_else(not_found)?;
    let clients = connections::clients(&mut tx, &id).await?;
    Ok(Json(Fields::of(&query).apply(ConnectionBody::of(connection, Some(clients)))))
}
