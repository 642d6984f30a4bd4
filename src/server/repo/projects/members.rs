//! Members of projects, and the people who can be assigned or mentioned there.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        projects::Assignable,
    },
    server::{
        db::{OrgTx, execute, fetch_all},
        error::Error,
        repo::project_visibility::visible_to_member,
    },
};

/// The people who can be assigned tasks of a project ($2), by name: the active members who may see it.
pub const ASSIGNABLE: &str = concat!(
    "SELECT p.id, p.name
         FROM membership m JOIN person p ON p.id = m.person_id
         JOIN project q ON q.org_id = m.org_id AND q.id = $2
         WHERE m.org_id = $1 AND m.status = 'active' AND ",
    visible_to_member!("q", "m"),
    "
         ORDER BY lower(p.name), p.id",
);

/// Lists the people who can be assigned tasks of a project, by name: the active members who may see it.
pub async fn assignable(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<Assignable>, Error> {
    let rows = fetch_all!(tx, (Uuid, String), ASSIGNABLE, tx.org(), project)?;
    Ok(rows.into_iter().map(|(id, name)| Assignable { id, name }).collect())
}

/// A person who can be mentioned, by name or email.
#[derive(Clone, Debug, FromRow)]
pub struct Mentionable {
    pub id: PersonId,
    pub name: String,
    pub email: String,
}

/// Lists the people who can be mentioned in a project: the same as [`assignable`].
pub async fn mentionable(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<Mentionable>, Error> {
    Ok(fetch_all!(
        tx,
        Mentionable,
        concat!(
            "SELECT p.id, p.name, p.email
         FROM membership m JOIN person p ON p.id = m.person_id
         JOIN project q ON q.org_id = m.org_id AND q.id = $2
         WHERE m.org_id = $1 AND m.status = 'active' AND ",
            visible_to_member!("q", "m"),
        ),
        tx.org(),
        project,
    )?)
}

/// Inserts a member of a project, or updates whether the member is its lead.
pub async fn upsert_member(
    tx: &mut OrgTx,
    project: ProjectId,
    person: PersonId,
    is_lead: bool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO project_member (org_id, project_id, person_id, is_lead, added_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, project_id, person_id) DO UPDATE SET is_lead = excluded.is_lead",
        tx.org(),
        project,
        person,
        is_lead,
        now,
    )?;
    Ok(())
}
