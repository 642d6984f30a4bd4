//! `GET /api/v1/projects` and `GET /api/v1/projects/{key}`.

use axum::{Json, extract::Path};
use serde::Serialize;

use super::{caller::Caller, problem::Problem};
use crate::{
    domain::projects::ProjectSummary,
    server::{error::Error, services::projects},
};

/// The response of the list, an object so that fields can be added.
#[derive(Clone, Debug, Serialize)]
pub struct Projects {
    projects: Vec<ProjectSummary>,
}

/// Lists the projects of the token's organization, by name. Needs `read:projects`.
pub async fn list(Caller { context, .. }: Caller) -> Result<Json<Projects>, Problem> {
    Ok(Json(Projects { projects: projects::list(&context).await? }))
}

/// Returns one project. Needs `read:projects`.
pub async fn get(Caller { context, .. }: Caller, Path(key): Path<String>) -> Result<Json<ProjectSummary>, Problem> {
    Ok(Json(projects::get(&context, &key.parse().map_err(Error::from)?).await?))
}
