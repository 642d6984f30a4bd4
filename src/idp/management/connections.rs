//! `/connections`. Only connections of the strategy `oidc` can be created, changed and deleted.

mod body;
mod write;

use axum::{Json, Router, extract::State, response::Response, routing::get};
use serde_json::Value;

use self::body::ConnectionBody;
use crate::{
    idp::{
        id::ConnectionId,
        management::{
            error::ApiError,
            kit::{Fields, Paging, QueryText, Reading, Resource},
        },
        state::Idp,
        store::{
            connection_clients,
            connections::{self, Connection, Filter, Strategy},
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/connections", get(list).post(write::create))
        .route("/connections/{id}", get(show).patch(write::update).delete(write::delete))
}

impl Resource for Connection {
    type Id = ConnectionId;

    async fn find(tx: &mut Tx, id: &ConnectionId) -> sqlx::Result<Option<Self>> {
        connections::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_connection()
    }
}

async fn list(State(idp): State<Idp>, paging: Paging, fields: Fields, query: QueryText) -> Result<Response, ApiError> {
    let names = query.all("strategy");
    let strategies = names.iter().filter_map(|name| match name.as_str() {
        "auth0" => Some(Strategy::Auth0),
        "oidc" => Some(Strategy::Oidc),
        _ => None,
    });
    let filter = Filter { name: query.get("name"), strategies: strategies.collect() };
    let (mut found, mut total) = (Vec::new(), 0);
    // Unknown strategies match no connection.
    if names.is_empty() || !filter.strategies.is_empty() {
        let mut tx = idp.database.read().await?;
        found = connections::list(&mut tx, &filter, &paging.page).await?;
        total = paging.total(connections::count(&mut tx, &filter)).await?;
    }
    let body = |connection| fields.apply(ConnectionBody::of(connection, None));
    Ok(paging.respond("connections", found, total, body))
}

async fn show(Reading(mut tx, connection): Reading<Connection>, fields: Fields) -> Result<Json<Value>, ApiError> {
    let clients = connection_clients::of_connection(&mut tx, &connection.id).await?;
    Ok(Json(fields.apply(ConnectionBody::of(connection, Some(clients)))))
}
