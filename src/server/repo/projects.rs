//! Projects and their workflows.

mod hue;
mod keys;
mod labels;
mod members;
mod settings;
mod unread;
pub mod visibility;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};

use super::{
    json,
    project_visibility::{ProjectScope, visible_to, visible_to_member},
};
use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        keys::ProjectKey,
        projects::{ProjectSummary, State},
    },
    server::{
        db::{Driver, OrgTx, execute, fetch_all, fetch_one, scalar_optional},
        error::Error,
        repo::search_index,
    },
};

pub(super) use self::hue::hue;
use self::unread::unread_sql;
pub use self::{
    keys::existing_keys,
    labels::{LABELS, labels, names},
    members::{ASSIGNABLE, assignable, mentionable, upsert_member},
    settings::{
        About, about, counts, delete_label, delete_state, insert_label, labelled, people, update_about,
        update_archived, update_done_at, update_favourite, update_label, update_private, update_role, upsert_states,
    },
    unread::unread,
    visibility::{state_names, visible},
};

/// A row of `summaries!`.
struct SummaryRow {
    key: String,
    name: String,
    icon: String,
    hue: Option<i64>,
    is_private: bool,
    is_archived: bool,
    is_favourite: bool,
    open_tasks: i64,
    all_tasks: i64,
}

/// The query of [`SummaryRow`]s of an organization, by name, for a person, with a condition.
macro_rules! summaries {
    ($org:literal, $person:literal, $visible:expr) => {
        concat!(
            "SELECT p.key, p.name, p.icon, p.hue, p.is_private, p.archived_at IS NOT NULL AS is_archived,
                f.project_id IS NOT NULL AS is_favourite,
                COALESCE(c.all_tasks, 0) AS all_tasks, COALESCE(c.open_tasks, 0) AS open_tasks
         FROM project p
         LEFT JOIN project_task_count c ON c.org_id = p.org_id AND c.project_id = p.id
         LEFT JOIN project_favourite f ON f.org_id = p.org_id AND f.project_id = p.id AND f.person_id = ",
            $person,
            "
         WHERE p.org_id = ",
            $org,
            " AND ",
            $visible,
            "
         ORDER BY lower(p.name), p.key",
        )
    };
}

/// The columns of `summaries!` as JSON; 1 for a flag that is set.
const SUMMARY: &str = "key, name, icon, hue, CASE WHEN is_private THEN 1 ELSE 0 END,
    CASE WHEN is_archived THEN 1 ELSE 0 END, CASE WHEN is_favourite THEN 1 ELSE 0 END, open_tasks, all_tasks";

type SummaryColumns = (String, String, String, Option<i64>, u8, u8, u8, i64, i64);

/// The SQL expression for the projects that a member (the row `m` of the statement around it) may see, by name, as JSON.
pub(super) fn of_member(driver: Driver) -> String {
    json::rows(driver, SUMMARY, summaries!("m.org_id", "m.person_id", visible_to_member!("p", "m")))
}

/// Parses the projects that a statement has returned as JSON.
pub(super) fn parse_summaries(json: &str) -> Result<Vec<ProjectSummary>, Error> {
    let summary =
        |(key, name, icon, hue, is_private, is_archived, is_favourite, open_tasks, all_tasks): SummaryColumns| {
            let [is_private, is_archived, is_favourite] = [is_private, is_archived, is_favourite].map(|flag| flag == 1);
            SummaryRow { key, name, icon, hue, is_private, is_archived, is_favourite, open_tasks, all_tasks }.try_into()
        };
    json::parse::<Vec<SummaryColumns>>(json)?.into_iter().map(summary).collect()
}

/// Lists the projects that `scope` may see, by name, and counts the tasks in them with unread, unsnoozed notifications.
pub async fn list_with_unread(
    tx: &mut OrgTx,
    scope: ProjectScope,
    now: DateTime<Utc>,
) -> Result<(Vec<ProjectSummary>, i64), Error> {
    let projects = json::rows(tx.driver(), SUMMARY, summaries!("$1", "$2", visible_to!("p", "$2", "$3")));
    let sql = format!("SELECT {projects} AS projects, ({}) AS unread", unread_sql!());
    let (projects, unread) =
        fetch_one!(tx, (String, i64), AssertSqlSafe(sql), tx.org(), scope.person, scope.sees_all, now)?;
    Ok((parse_summaries(&projects)?, unread))
}

impl TryFrom<SummaryRow> for ProjectSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self, Error> {
        let key = row.key.parse().map_err(|_| Error::Corrupt("project key"))?;
        let SummaryRow { name, icon, is_private, is_archived, is_favourite, open_tasks, all_tasks, .. } = row;
        let hue = hue(row.hue)?;
        Ok(Self { key, name, icon, hue, is_private, is_archived, is_favourite, open_tasks, all_tasks })
    }
}

/// A project with its workflow.
#[derive(Clone, Debug)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    pub is_private: bool,
    pub is_archived: bool,
    /// In the order of the workflow.
    pub states: Vec<State>,
}

impl Project {
    /// Finds a state by its slug.
    #[must_use]
    pub fn state(&self, slug: &str) -> Option<&State> {
        self.states.iter().find(|state| state.slug == slug)
    }
}

#[derive(FromRow)]
struct StateRow {
    id: ProjectId,
    project_name: String,
    is_private: bool,
    is_archived: bool,
    slug: String,
    name: String,
    category: String,
    hue: Option<i64>,
    wip_limit: Option<i64>,
}

/// Finds a project by its key, if `scope` may see it. Services get the id of an existing project here or from [`locked`].
pub async fn by_key(tx: &mut OrgTx, scope: ProjectScope, key: &ProjectKey) -> Result<Option<Project>, Error> {
    let rows = fetch_all!(
        tx,
        StateRow,
        concat!(
            "SELECT p.id, p.name AS project_name, p.is_private, p.archived_at IS NOT NULL AS is_archived,
                s.slug, s.name, s.category, s.hue, s.wip_limit
         FROM project p JOIN project_state s ON s.org_id = p.org_id AND s.project_id = p.id
         WHERE p.org_id = $1 AND p.key = $2 AND ",
            visible_to!("p", "$3", "$4"),
            "
         ORDER BY s.position",
        ),
        tx.org(),
        key.as_str(),
        scope.person,
        scope.sees_all,
    )?;
    let mut project: Option<Project> = None;
    for row in rows {
        let StateRow { id, project_name: name, is_private, is_archived, .. } = row;
        let state = state(row.slug, row.name, &row.category, row.hue, row.wip_limit)?;
        let new = || Project { id, name, is_private, is_archived, states: Vec::new() };
        project.get_or_insert_with(new).states.push(state);
    }
    Ok(project)
}

/// A state from its columns.
pub(super) fn state(
    slug: String,
    name: String,
    category: &str,
    hue_column: Option<i64>,
    wip_limit: Option<i64>,
) -> Result<State, Error> {
    let category = category.parse().map_err(|_| Error::Corrupt("state category"))?;
    Ok(State { slug, name, category, hue: hue(hue_column)?, wip_limit })
}

/// A new project.
#[derive(Clone, Debug)]
pub struct NewProject<'a> {
    pub id: ProjectId,
    pub key: &'a ProjectKey,
    pub name: &'a str,
    pub created_by: PersonId,
}

/// Inserts a project with its workflow, `states` in order.
///
/// # Errors
/// [`Error::Duplicate`] if another project of the organization has the key.
pub async fn insert(tx: &mut OrgTx, new: &NewProject<'_>, states: &[State], now: DateTime<Utc>) -> Result<(), Error> {
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
    .map_err(Error::or_duplicate)?;
    search_index::write_project(tx, new.id, new.key, new.name, "").await?;
    upsert_states(tx, new.id, states).await
}

/// Finds a project like [`by_key`] and locks it: other transactions cannot change its tasks or workflow until this one
/// ends. Callers lock several projects in the order of their keys, so that they cannot deadlock.
pub async fn locked(tx: &mut OrgTx, scope: ProjectScope, key: &ProjectKey) -> Result<Option<Project>, Error> {
    tx.lock_project(key).await?;
    by_key(tx, scope, key).await
}

/// Lists the transitions between states (from, to) that a project allows. An empty set allows all.
pub async fn transitions(tx: &mut OrgTx, project: ProjectId) -> Result<BTreeSet<(String, String)>, Error> {
    let rows = fetch_all!(
        tx,
        (String, String),
        "SELECT from_state, to_state FROM project_transition WHERE org_id = $1 AND project_id = $2",
        tx.org(),
        project,
    )?;
    Ok(rows.into_iter().collect())
}

/// Replaces the transitions that a project allows. An empty set allows all.
pub async fn replace_transitions(
    tx: &mut OrgTx,
    project: ProjectId,
    allowed: &BTreeSet<(String, String)>,
) -> Result<(), Error> {
    let sql = "DELETE FROM project_transition WHERE org_id = $1 AND project_id = $2";
    execute!(tx, sql, tx.org(), project)?;
    for (from, to) in allowed {
        execute!(
            tx,
            "INSERT INTO project_transition (org_id, project_id, from_state, to_state) VALUES ($1, $2, $3, $4)",
            tx.org(),
            project,
            from,
            to,
        )?;
    }
    Ok(())
}

/// Reserves the next `count` task numbers of a project and returns the first.
pub async fn claim_numbers(tx: &mut OrgTx, project: ProjectId, count: i64) -> Result<i64, Error> {
    let next = scalar_optional!(
        tx,
        i64,
        "UPDATE project SET next_number = next_number + $3 WHERE org_id = $1 AND id = $2 RETURNING next_number",
        tx.org(),
        project,
        count,
    )?
    .ok_or(Error::NotFound)?;
    Ok(next - count)
}
