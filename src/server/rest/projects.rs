//! `GET /api/v1/projects` and `GET /api/v1/projects/{key}`.

use axum::{Json, extract::Path};
use serde::Serialize;

use super::{caller::VisibleProjects, problem::Problem};
use crate::{
    domain::{keys::ProjectKey, projects::ProjectSummary},
    server::error::Error,
};

/// The response of the list, an object so that fields can be added.
#[derive(Clone, Debug, Serialize)]
pub struct Projects {
    projects: Vec<ProjectSummary>,
}

/// Lists the projects of the token's organization, by name. Needs `read:projects`.
pub async fn list(VisibleProjects { projects, .. }: VisibleProjects) -> Json<Projects> {
    Json(Projects { projects })
}

/// Returns one project. Needs `read:projects`.
pub async fn get(
    VisibleProjects { projects, .. }: VisibleProjects,
    Path(key): Path<String>,
) -> Result<Json<ProjectSummary>, Problem> {
    let key: ProjectKey = key.parse().map_err(Error::from)?;
    let project = projects.into_iter().find(|project| project.key == key);
    Ok(Json(project.ok_or(Error::NotFound)?))
}
