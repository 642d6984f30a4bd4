//! Projects and their workflows.

mod hue;
mod labels;
mod members;
mod settings;
pub mod visibility;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::project_visibility::{ProjectScope, visible_to};
use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        keys::ProjectKey,
        projects::{ProjectSummary, State},
    },
    server::{
        db::{Driver, OrgTx, execute, fetch_all, scalar_optional},
        error::Error,
    },
};

pub(super) use self::hue::hue;
pub use self::{
    labels::{LABELS, labels, names},
    members::{ASSIGNABLE, assignable, mentionable, upsert_member},
    settings::{
        About, about, counts, delete_label, delete_state, insert_label, labelled, people, update_about,
        update_archived, update_done_at, update_favourite, update_label, update_private, update_role, upsert_states,
    },
    visibility::{state_names, visible},
};

#[derive(FromRow)]
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

/// The query of [`SummaryRow`]s, by name, with further columns.
macro_rules! summaries {
    ($more:expr) => {
        concat!(
            "SELECT p.key, p.name, p.icon, p.hue, p.is_private, p.archived_at IS NOT NULL AS is_archived,
                f.project_id IS NOT NULL AS is_favourite,
                COALESCE(c.all_tasks, 0) AS all_tasks, COALESCE(c.open_tasks, 0) AS open_tasks",
            $more,
            "
         FROM project p
         LEFT JOIN project_task_count c ON c.org_id = p.org_id AND c.project_id = p.id
         LEFT JOIN project_favourite f ON f.org_id = p.org_id AND f.project_id = p.id AND f.person_id = $2
         WHERE p.org_id = $1 AND ",
            visible_to!("p", "$2", "$3"),
            "
         ORDER BY lower(p.name), p.key",
        )
    };
}

/// Lists the projects that `scope` may see, by name.
pub async fn list(tx: &mut OrgTx, scope: ProjectScope) -> Result<Vec<ProjectSummary>, Error> {
    let rows = fetch_all!(tx, SummaryRow, summaries!(""), tx.org(), scope.person, scope.sees_all)?;
    rows.into_iter().map(ProjectSummary::try_from).collect()
}

#[derive(FromRow)]
struct UnreadRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    unread: i64,
}

/// Lists the projects like [`list`], and counts the tasks in them with unread, unsnoozed notifications.
pub async fn list_with_unread(
    tx: &mut OrgTx,
    scope: ProjectScope,
    now: DateTime<Utc>,
) -> Result<(Vec<ProjectSummary>, i64), Error> {
    let rows = fetch_all!(
        tx,
        UnreadRow,
        summaries!(concat!(
            ",
                (SELECT COUNT(*) FROM (
                    SELECT DISTINCT e.project_id, e.task
                    FROM notification n
                    JOIN event e ON e.org_id = n.org_id AND e.number = n.event
                    JOIN project q ON q.org_id = e.org_id AND q.id = e.project_id
                    WHERE n.org_id = $1 AND n.person_id = $2 AND n.read_at IS NULL AND n.archived_at IS NULL
                      AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)
                      AND ",
            visible_to!("q", "$2", "$3"),
            ") AS events) AS unread",
        )),
        tx.org(),
        scope.person,
        scope.sees_all,
        now,
    )?;
    // Without a project there is no task.
    let unread = rows.first().map_or(0, |row| row.unread);
    let projects = rows.into_iter().map(|row| row.summary.try_into()).collect::<Result<_, Error>>()?;
    Ok((projects, unread))
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
    upsert_states(tx, new.id, states).await
}

/// Finds a project like [`by_key`] and locks it: other transactions cannot change its tasks or workflow until this one
/// ends. Callers lock several projects in the order of their keys, so that they cannot deadlock.
pub async fn locked(tx: &mut OrgTx, scope: ProjectScope, key: &ProjectKey) -> Result<Option<Project>, Error> {
    lock(tx, key).await?;
    by_key(tx, scope, key).await
}

/// Locks a project, if it exists. A statement of its own: what a statement reads is as old as its beginning, before it
/// waited for the lock.
pub(super) async fn lock(tx: &mut OrgTx, key: &ProjectKey) -> Result<(), Error> {
    // SQLite allows one writer at a time and needs no lock.
    if tx.driver() == Driver::Postgres {
        let sql = "SELECT 1 FROM project WHERE org_id = $1 AND key = $2 FOR NO KEY UPDATE";
        scalar_optional!(tx, i32, sql, tx.org(), key.as_str())?;
    }
    Ok(())
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
