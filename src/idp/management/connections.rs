//! `/connections`. Only those of the strategy `oidc` can be created, changed and deleted.

mod body;
mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde_json::Value;

use self::body::ConnectionBody;
use crate::idp::{
    id::ConnectionId,
    management::{error::ApiError, fields::Fields, guard::QueryText, paging::Paging},
    state::Idp,
    store::{
        connection_clients,
        connections::{self, Filter, Strategy},
    },
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/connections", get(list).post(write::create))
        .route("/connections/{id}", get(show).patch(write::update).delete(write::delete))
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
    // Unknown strategies match nothing.
    if wanted.is_empty() || !filter.strategies.is_empty() {
        let mut tx = idp.database.read().await?;
        found = connections::list(&mut tx, &filter, &paging.page).await?;
        total = paging.total(connections::count(&mut tx, &filter)).await?;
    }
    let fields = Fields::of(&query);
    let body = |connection| fields.apply(ConnectionBody::of(connection, None));
    Ok(paging.respond("connections", found, total, body))
}

async fn show(State(idp): State<Idp>, Path(id): Path<ConnectionId>, query: QueryText) -> Result<Json<Value>, ApiError> {
    let mut tx = idp.database.read().await?;
    let connection = connections::find(&mut tx, &id).await?.ok_or_else(ApiError::no_connection)?;
    let clients = connection_clients::of_connection(&mut tx, &id).await?;
    Ok(Json(Fields::of(&query).apply(ConnectionBody::of(connection, Some(clients)))))
}
