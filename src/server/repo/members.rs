//! Members: memberships joined with their people.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    domain::{
        ids::PersonId,
        permissions::{Permissions, Role},
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_optional},
        error::Error,
        repo::memberships,
    },
};

/// A member.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: PersonId,
    /// The person's subject at the provider.
    pub subject: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub is_suspended: bool,
    /// The permissions that the provider granted by token; `None` if the role decides.
    pub granted: Option<Permissions>,
    pub since: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    person_id: PersonId,
    subject: String,
    name: String,
    email: String,
    role: String,
    is_suspended: bool,
    permissions: Option<String>,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Member {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            person: row.person_id,
            subject: row.subject,
            name: row.name,
            email: row.email,
            role: row.role.parse().map_err(|_| Error::Corrupt("role"))?,
            is_suspended: row.is_suspended,
            granted: row.permissions.as_deref().map(memberships::parse_permissions),
            since: row.created_at,
        })
    }
}

/// The query of the organization's members with this further condition or order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.person_id, p.subject, p.name, p.email, m.role, m.status <> 'active' AS is_suspended,
                m.permissions, m.created_at
         FROM membership m JOIN person p ON p.id = m.person_id WHERE m.org_id = $1",
            $rest
        )
    };
}

/// Lists the members of the organization, by name.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Member>, Error> {
    let rows = fetch_all!(
        tx,
        Row,
        select!(
            "
         ORDER BY LOWER(p.name), m.person_id"
        ),
        tx.org(),
    )?;
    rows.into_iter().map(Member::try_from).collect()
}

/// Maps the members of the organization to their names.
pub async fn names(tx: &mut OrgTx) -> Result<HashMap<Uuid, String>, Error> {
    let rows = fetch_all!(
        tx,
        (Uuid, String),
        "SELECT p.id, p.name FROM membership m JOIN person p ON p.id = m.person_id WHERE m.org_id = $1",
        tx.org(),
    )?;
    Ok(rows.into_iter().collect())
}

/// Finds a member.
pub async fn find(tx: &mut OrgTx, person: PersonId) -> Result<Option<Member>, Error> {
    let row = fetch_optional!(tx, Row, select!(" AND m.person_id = $2"), tx.org(), person,)?;
    row.map(Member::try_from).transpose()
}

/// Expires the confirmed permissions of `person`: the next request of each seat confirms them at the provider.
pub async fn expire_rights(tx: &mut OrgTx, person: PersonId, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE seat SET fresh_until = $3 WHERE org_id = $1 AND person_id = $2 AND fresh_until > $3",
        tx.org(),
        person,
        now,
    )?;
    Ok(())
}
