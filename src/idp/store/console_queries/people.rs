//! Queries about people for the console.

use crate::{
    idp::{
        id::{OrganizationId, SessionId, UserId},
        store::console_queries::{ListQuery, Listing},
    },
    kernel::{
        database::{Tx, query::fetch_all},
        unix_time::UnixTime,
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PersonRow {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub blocked: bool,
    pub organizations: i64,
}

/// Lists people by name. The search covers id, name and address.
pub async fn list(tx: &mut Tx, query: &ListQuery) -> sqlx::Result<Listing<PersonRow>> {
    let rows = fetch_all!(
        tx,
        _,
        r"SELECT u.id, u.name, u.email, u.blocked,
             (SELECT COUNT(*) FROM members m WHERE m.user_id = u.id) AS organizations
         FROM users u
         WHERE u.email LIKE $1 ESCAPE '\' OR LOWER(u.name) LIKE $1 ESCAPE '\' OR LOWER(u.id) LIKE $1 ESCAPE '\'
         ORDER BY u.name, u.id LIMIT $2 OFFSET $3",
        &query.pattern,
        ListQuery::limit(),
        query.offset(),
    )?;
    Ok(Listing::new(rows, query))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub id: OrganizationId,
    /// Display name of the organization.
    pub organization: String,
    /// Names of the roles that the person has in the organization.
    pub roles: Vec<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct MembershipRole {
    id: OrganizationId,
    organization: String,
    role: Option<String>,
}

pub async fn memberships(tx: &mut Tx, user: &UserId) -> sqlx::Result<Vec<Membership>> {
    let rows: Vec<MembershipRole> = fetch_all!(
        tx,
        _,
        "SELECT o.id, COALESCE(o.display_name, o.name) AS organization, r.name AS role
         FROM members m JOIN organizations o ON o.id = m.organization_id
         LEFT JOIN member_roles g ON g.organization_id = m.organization_id AND g.user_id = m.user_id
         LEFT JOIN roles r ON r.id = g.role_id
         WHERE m.user_id = $1 ORDER BY o.name, r.name",
        user,
    )?;
    let mut memberships: Vec<Membership> = Vec::new();
    for MembershipRole { id, organization, role } in rows {
        match memberships.last_mut() {
            Some(last) if last.id == id => last.roles.extend(role),
            _ => memberships.push(Membership { id, organization, roles: role.into_iter().collect() }),
        }
    }
    Ok(memberships)
}

/// A browser in which the person is signed in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub sid: SessionId,
    pub authenticated_at: UnixTime,
    pub expires_at: UnixTime,
}

/// Lists the person's sessions, newest first.
pub async fn sessions(tx: &mut Tx, user: &UserId, now: UnixTime) -> sqlx::Result<Vec<SessionRow>> {
    fetch_all!(
        tx,
        _,
        "SELECT sid, authenticated_at, expires_at FROM sessions WHERE user_id = $1 AND expires_at > $2
         ORDER BY authenticated_at DESC, sid",
        user,
        now,
    )
}
