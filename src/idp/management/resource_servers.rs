//! `/resource-servers`: APIs, which are the audiences of access tokens.

mod body;
mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use self::body::{ResourceServerBody, find};
use crate::idp::{
    management::{
        error::ApiError,
        kit::{Paging, QueryText},
    },
    state::Idp,
    store::apis,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/resource-servers", get(list).post(write::create))
        .route("/resource-servers/{id}", get(show).patch(write::update).delete(write::delete))
}

async fn list(State(idp): State<Idp>, paging: Paging, query: QueryText) -> Result<Response, ApiError> {
    let mut tx = idp.database.read().await?;
    let identifiers = query.all("identifiers");
    let (found, total) = if identifiers.is_empty() {
        let total = paging.total(apis::count(&mut tx)).await?;
        (apis::list(&mut tx, &paging.page).await?, total)
    } else {
        let mut found = Vec::new();
        for identifier in identifiers {
            found.extend(apis::find(&mut tx, identifier).await?);
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        (paging.page.window(found), total)
    };
    let mut bodies = Vec::new();
    for api in found {
        bodies.push(ResourceServerBody::with_scopes(&mut tx, &idp.sealer, api).await?);
    }
    Ok(paging.respond_whole("resource_servers", bodies, total))
}

async fn show(State(idp): State<Idp>, Path(id): Path<String>) -> Result<Json<ResourceServerBody>, ApiError> {
    let mut tx = idp.database.read().await?;
    let api = find(&mut tx, &id).await?.ok_or_else(ApiError::no_resource_server)?;
    Ok(Json(ResourceServerBody::with_scopes(&mut tx, &idp.sealer, api).await?))
}
