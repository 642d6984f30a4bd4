//! Projects and their workflow.

use chrono::{DateTime, Utc};

use super::ids::{PersonId, ProjectId};
use crate::{
    projects::{
        key::ProjectKey,
        model::{ProjectSummary, State, StateCategory},
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_optional},
        error::Error,
    },
};

/// All projects of the organization, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<ProjectSummary>, Error> {
    let rows = fetch_all!(
        tx,
        (String, String, i64, i64),
        "SELECT p.key, p.name, CAST(COALESCE(SUM(c.tasks), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN s.category NOT IN ('completed', 'cancelled') THEN c.tasks END), 0) AS BIGINT)
         FROM project p
         LEFT JOIN (SELECT project_id, state, COUNT(*) AS tasks FROM task WHERE org_id = $1 GROUP BY project_id, state) c
                ON c.project_id = p.id
         LEFT JOIN project_state s ON s.org_id = p.org_id AND s.project_id = p.id AND s.slug = c.state
         WHERE p.org_id = $1 GROUP BY p.org_id, p.id, p.key, p.name ORDER BY lower(p.name), p.key",
        tx.org(),
    )?;
    rows.into_iter()
        .map(|(key, name, all_tasks, open_tasks)| {
            let key = key.parse().map_err(|_| Error::Corrupt("project key"))?;
            Ok(ProjectSummary { key, name, open_tasks, all_tasks })
        })
        .collect()
}

/// A project with its workflow.
#[derive(Clone, Debug)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// In order.
    pub states: Vec<State>,
}

/// The project called `key`.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(tx: &mut OrgTx, key: &ProjectKey) -> Result<Option<Project>, Error> {
    let rows = fetch_all!(
        tx,
        (ProjectId, String, String, String, String),
        "SELECT p.id, p.name, s.slug, s.name, s.category
         FROM project p JOIN project_state s ON s.org_id = p.org_id AND s.project_id = p.id
         WHERE p.org_id = $1 AND p.key = $2 ORDER BY s.position",
        tx.org(),
        key.as_str(),
    )?;
    let mut project: Option<Project> = None;
    for (id, name, slug, state_name, category) in rows {
        let state = State { slug, name: state_name, category: category_from(&category)? };
        project.get_or_insert_with(|| Project { id, name, states: Vec::new() }).states.push(state);
    }
    Ok(project)
}

/// A new project.
#[derive(Clone, Debug)]
pub struct NewProject<'a> {
    pub id: ProjectId,
    pub key: &'a ProjectKey,
    pub name: &'a str,
    pub created_by: PersonId,
}

/// Adds a project with its workflow, `states` in order.
///
/// # Errors
/// The field `key` is refused when it is taken.
pub async fn create(tx: &mut OrgTx, new: &NewProject<'_>, states: &[State], now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO project (org_id, id, key, name, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        tx.org(),
        new.id,
        new.key.as_str(),
        new.name,
        new.created_by,
        now,
    )
    .map_err(|error| {
        Error::on_duplicate(error, || {
            Error::invalid("key", format!("{} is taken by another project here. Choose another key.", new.key))
        })
    })?;
    for (position, state) in (0_i64..).zip(states) {
        execute!(
            tx,
            "INSERT INTO project_state (org_id, project_id, slug, name, category, position)
             VALUES ($1, $2, $3, $4, $5, $6)",
            tx.org(),
            new.id,
            &state.slug,
            &state.name,
            category_name(state.category),
            position,
        )?;
    }
    Ok(())
}

/// Takes the next task number of the project called `key`, and the right to change the order of its tasks until the
/// transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn take_number(tx: &mut OrgTx, key: &ProjectKey) -> Result<Option<(ProjectId, i64)>, Error> {
    Ok(fetch_optional!(
        tx,
        (ProjectId, i64),
        "UPDATE project SET next_number = next_number + 1 WHERE org_id = $1 AND key = $2 RETURNING id, next_number - 1",
        tx.org(),
        key.as_str(),
    )?)
}

/// Takes the right to change the order of a project's tasks until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn lock(tx: &mut OrgTx, project: ProjectId) -> Result<(), Error> {
    execute!(tx, "UPDATE project SET next_number = next_number WHERE org_id = $1 AND id = $2", tx.org(), project)?;
    Ok(())
}

fn category_name(category: StateCategory) -> &'static str {
    match category {
        StateCategory::Backlog => "backlog",
        StateCategory::Unstarted => "unstarted",
        StateCategory::Started => "started",
        StateCategory::Completed => "completed",
        StateCategory::Cancelled => "cancelled",
    }
}

fn category_from(name: &str) -> Result<StateCategory, Error> {
    match name {
        "backlog" => Ok(StateCategory::Backlog),
        "unstarted" => Ok(StateCategory::Unstarted),
        "started" => Ok(StateCategory::Started),
        "completed" => Ok(StateCategory::Completed),
        "cancelled" => Ok(StateCategory::Cancelled),
        _ => Err(Error::Corrupt("state category")),
    }
}
