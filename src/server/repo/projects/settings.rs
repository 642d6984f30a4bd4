//! Settings of a project: description, access, members, labels and states.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::{hue::hue, members::upsert_member};
use crate::{
    domain::{
        fold::name_key,
        ids::{PersonId, ProjectId},
        projects::{
            Label, State,
            settings::{ProjectPerson, ProjectRole},
        },
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_one, scalar_all, scalar_one},
        error::Error,
        repo::search_index,
    },
};

/// Description, icon and colour of a project.
#[derive(Clone, Debug)]
pub struct About {
    pub description: String,
    pub icon: String,
    pub hue: Option<u8>,
}

#[derive(FromRow)]
struct AboutRow {
    description: String,
    icon: String,
    hue: Option<i64>,
}

/// Fetches description, icon and colour of a project.
pub async fn about(tx: &mut OrgTx, project: ProjectId) -> Result<About, Error> {
    let row = fetch_one!(
        tx,
        AboutRow,
        "SELECT description, icon, hue FROM project WHERE org_id = $1 AND id = $2",
        tx.org(),
        project,
    )?;
    Ok(About { description: row.description, icon: row.icon, hue: hue(row.hue)? })
}

/// Updates name, description, icon and colour of a project.
pub async fn update_about(tx: &mut OrgTx, project: ProjectId, name: &str, about: &About) -> Result<(), Error> {
    let key = scalar_one!(
        tx,
        String,
        "UPDATE project SET name = $3, description = $4, icon = $5, hue = $6 WHERE org_id = $1 AND id = $2 RETURNING key",
        tx.org(),
        project,
        name,
        &about.description,
        &about.icon,
        about.hue.map(i64::from),
    )?;
    let key = key.parse().map_err(|_| Error::Corrupt("project key"))?;
    search_index::write_project(tx, project, &key, name, &about.description).await
}

/// Makes a project private or visible to the whole organization.
pub async fn update_private(tx: &mut OrgTx, project: ProjectId, is_private: bool) -> Result<(), Error> {
    let sql = "UPDATE project SET is_private = $3 WHERE org_id = $1 AND id = $2";
    execute!(tx, sql, tx.org(), project, is_private)?;
    tx.announce_rights();
    Ok(())
}

/// Archives a project at this time; `None` restores it.
pub async fn update_archived(tx: &mut OrgTx, project: ProjectId, at: Option<DateTime<Utc>>) -> Result<(), Error> {
    let sql = "UPDATE project SET archived_at = $3 WHERE org_id = $1 AND id = $2";
    execute!(tx, sql, tx.org(), project, at)?;
    Ok(())
}

/// Adds a project to the favourites of `person` at this time; `None` removes it.
pub async fn update_favourite(
    tx: &mut OrgTx,
    project: ProjectId,
    person: PersonId,
    at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    match at {
        Some(at) => execute!(
            tx,
            "INSERT INTO project_favourite (org_id, person_id, project_id, added_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            tx.org(),
            person,
            project,
            at,
        )?,
        None => execute!(
            tx,
            "DELETE FROM project_favourite WHERE org_id = $1 AND person_id = $2 AND project_id = $3",
            tx.org(),
            person,
            project,
        )?,
    };
    Ok(())
}

#[derive(FromRow)]
struct PersonRow {
    id: Uuid,
    name: String,
    /// `None` if the person is not a member of the project.
    is_lead: Option<bool>,
}

/// Lists the active members of the organization with their role in a project, by name.
pub async fn people(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<ProjectPerson>, Error> {
    let rows = fetch_all!(
        tx,
        PersonRow,
        "SELECT p.id, p.name, o.is_lead
         FROM membership m JOIN person p ON p.id = m.person_id
         LEFT JOIN project_member o ON o.org_id = m.org_id AND o.project_id = $2 AND o.person_id = m.person_id
         WHERE m.org_id = $1 AND m.status = 'active' ORDER BY lower(p.name), p.id",
        tx.org(),
        project,
    )?;
    let role = |is_lead| match is_lead {
        None => ProjectRole::None,
        Some(false) => ProjectRole::Member,
        Some(true) => ProjectRole::Lead,
    };
    Ok(rows
        .into_iter()
        .map(|PersonRow { id, name, is_lead }| ProjectPerson { id, name, role: role(is_lead) })
        .collect())
}

/// Updates the role of `person` in a project. A new lead turns the previous one into an ordinary member.
pub async fn update_role(
    tx: &mut OrgTx,
    project: ProjectId,
    person: PersonId,
    role: ProjectRole,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if role == ProjectRole::Lead {
        let sql = "UPDATE project_member SET is_lead = FALSE WHERE org_id = $1 AND project_id = $2 AND is_lead";
        execute!(tx, sql, tx.org(), project)?;
    }
    if role == ProjectRole::None {
        let sql = "DELETE FROM project_member WHERE org_id = $1 AND project_id = $2 AND person_id = $3";
        execute!(tx, sql, tx.org(), project, person)?;
    } else {
        upsert_member(tx, project, person, role == ProjectRole::Lead, now).await?;
    }
    tx.announce_rights();
    Ok(())
}

/// Inserts a label.
///
/// # Errors
/// [`Error::Duplicate`] if the project has a label with this name.
pub async fn insert_label(tx: &mut OrgTx, project: ProjectId, label: &Label) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO label (org_id, project_id, id, name, folded, hue) VALUES ($1, $2, $3, $4, $5, $6)",
        tx.org(),
        project,
        label.id,
        &label.name,
        name_key(&label.name),
        i64::from(label.hue),
    )
    .map_err(Error::or_duplicate)?;
    Ok(())
}

/// Updates a label's name and hue.
///
/// # Errors
/// As [`insert_label`].
pub async fn update_label(tx: &mut OrgTx, project: ProjectId, label: &Label) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE label SET name = $4, folded = $5, hue = $6 WHERE org_id = $1 AND project_id = $2 AND id = $3",
        tx.org(),
        project,
        label.id,
        &label.name,
        name_key(&label.name),
        i64::from(label.hue),
    )
    .map_err(Error::or_duplicate)?;
    Ok(())
}

/// Deletes a label that no task has. Returns `false` if the label does not exist.
pub async fn delete_label(tx: &mut OrgTx, project: ProjectId, label: Uuid) -> Result<bool, Error> {
    let sql = "DELETE FROM label WHERE org_id = $1 AND project_id = $2 AND id = $3";
    Ok(execute!(tx, sql, tx.org(), project, label)? == 1)
}

/// Lists the numbers of the tasks with a label, archived and deleted ones included.
pub async fn labelled(tx: &mut OrgTx, project: ProjectId, label: Uuid) -> Result<Vec<i64>, Error> {
    Ok(scalar_all!(
        tx,
        i64,
        "SELECT number FROM task_label WHERE org_id = $1 AND project_id = $2 AND label_id = $3",
        tx.org(),
        project,
        label,
    )?)
}

#[derive(FromRow)]
struct StateCount {
    state: String,
    tasks: i64,
}

/// Counts the tasks in each state, archived and deleted ones included.
pub async fn counts(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<(String, i64)>, Error> {
    let rows = fetch_all!(
        tx,
        StateCount,
        "SELECT state, COUNT(*) AS tasks FROM task WHERE org_id = $1 AND project_id = $2 GROUP BY state",
        tx.org(),
        project,
    )?;
    Ok(rows.into_iter().map(|StateCount { state, tasks }| (state, tasks)).collect())
}

/// Inserts or updates a project's states, in this order. Deletes none.
pub async fn upsert_states(tx: &mut OrgTx, project: ProjectId, states: &[State]) -> Result<(), Error> {
    for (position, state) in (0_i64..).zip(states) {
        execute!(
            tx,
            "INSERT INTO project_state (org_id, project_id, slug, name, category, position, hue, wip_limit)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (org_id, project_id, slug) DO UPDATE
             SET name = excluded.name, category = excluded.category, position = excluded.position, hue = excluded.hue,
                 wip_limit = excluded.wip_limit",
            tx.org(),
            project,
            &state.slug,
            &state.name,
            state.category.slug(),
            position,
            state.hue.map(i64::from),
            state.wip_limit,
        )?;
    }
    Ok(())
}

/// Deletes a state without tasks.
pub async fn delete_state(tx: &mut OrgTx, project: ProjectId, slug: &str) -> Result<(), Error> {
    let sql = "DELETE FROM project_state WHERE org_id = $1 AND project_id = $2 AND slug = $3";
    execute!(tx, sql, tx.org(), project, slug)?;
    Ok(())
}

/// Updates `done_at` of the tasks in a state after the state changed its category: `None` reopens them, a time completes
/// those that are open.
pub async fn update_done_at(
    tx: &mut OrgTx,
    project: ProjectId,
    slug: &str,
    at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE task SET done_at = CASE WHEN $4 IS NULL THEN NULL ELSE COALESCE(done_at, $4) END
         WHERE org_id = $1 AND project_id = $2 AND state = $3",
        tx.org(),
        project,
        slug,
        at,
    )?;
    Ok(())
}
