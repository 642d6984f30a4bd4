//! Lookups over all projects that a person may see.

use std::collections::HashMap;

use sqlx::FromRow;

use crate::{
    domain::{ids::ProjectId, keys::ProjectKey},
    server::{
        db::{OrgTx, fetch_all},
        error::Error,
        repo::project_visibility::{ProjectScope, visible_to},
    },
};

/// Maps the ids of the projects that `scope` may see to their keys.
pub async fn visible(tx: &mut OrgTx, scope: ProjectScope) -> Result<HashMap<ProjectId, ProjectKey>, Error> {
    let rows = fetch_all!(
        tx,
        (ProjectId, String),
        concat!(
            "SELECT p.id, p.key FROM project p
         WHERE p.org_id = $1 AND ",
            visible_to!("p", "$2", "$3"),
        ),
        tx.org(),
        scope.person,
        scope.sees_all,
    )?;
    rows.into_iter().map(|(id, key)| Ok((id, key.parse().map_err(|_| Error::Corrupt("project key"))?))).collect()
}

#[derive(FromRow)]
struct StateRow {
    /// The project's key.
    project: String,
    slug: String,
    name: String,
}

/// Maps the projects that `scope` may see, by key, to the names of their states, by slug.
pub async fn state_names(
    tx: &mut OrgTx,
    scope: ProjectScope,
) -> Result<HashMap<ProjectKey, HashMap<String, String>>, Error> {
    let rows = fetch_all!(
        tx,
        StateRow,
        concat!(
            "SELECT p.key AS project, s.slug, s.name
         FROM project p JOIN project_state s ON s.org_id = p.org_id AND s.project_id = p.id
         WHERE p.org_id = $1 AND ",
            visible_to!("p", "$2", "$3"),
        ),
        tx.org(),
        scope.person,
        scope.sees_all,
    )?;
    let mut names: HashMap<ProjectKey, HashMap<String, String>> = HashMap::new();
    for StateRow { project, slug, name } in rows {
        let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
        names.entry(project).or_default().insert(slug, name);
    }
    Ok(names)
}
