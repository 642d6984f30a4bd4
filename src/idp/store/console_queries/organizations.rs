//! Queries about organizations for the console.

use crate::{
    idp::{
        id::{InvitationId, OrganizationId, UserId},
        store::{
            console_queries::{ListQuery, Listing},
            organizations::{Organization, organization_columns},
        },
    },
    kernel::{
        database::{Tx, query::fetch_all},
        unix_time::UnixTime,
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrganizationRow {
    #[sqlx(flatten)]
    pub organization: Organization,
    pub members: i64,
}

/// Lists organizations by name. The search covers id, name and display name.
pub async fn list(tx: &mut Tx, query: &ListQuery) -> sqlx::Result<Listing<OrganizationRow>> {
    let rows = fetch_all!(
        tx,
        _,
        concat!(
            r"SELECT ",
            organization_columns!("o."),
            r", (SELECT COUNT(*) FROM members m WHERE m.organization_id = o.id) AS members
         FROM organizations o
         WHERE o.name LIKE $1 ESCAPE '\' OR LOWER(COALESCE(o.display_name, '')) LIKE $1 ESCAPE '\'
             OR LOWER(o.id) LIKE $1 ESCAPE '\'
         ORDER BY o.name LIMIT $2 OFFSET $3"
        ),
        &query.pattern,
        ListQuery::limit(),
        query.offset(),
    )?;
    Ok(Listing::new(rows, query))
}

/// A member with one of the member's roles. A member without roles has one row.
#[derive(Clone, Debug, sqlx::FromRow)]
struct MemberRole {
    id: UserId,
    name: String,
    email: String,
    role: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// Names of the member's roles.
    pub roles: Vec<String>,
}

/// Lists the organization's members by name.
pub async fn members(tx: &mut Tx, id: &OrganizationId, query: &ListQuery) -> sqlx::Result<Listing<Member>> {
    let rows: Vec<MemberRole> = fetch_all!(
        tx,
        _,
        "SELECT u.id, u.name, u.email, r.name AS role
         FROM (SELECT m.organization_id, p.id, p.name, p.email
               FROM members m JOIN users p ON p.id = m.user_id
               WHERE m.organization_id = $1 ORDER BY p.name, p.id LIMIT $2 OFFSET $3) u
         LEFT JOIN member_roles g ON g.organization_id = u.organization_id AND g.user_id = u.id
         LEFT JOIN roles r ON r.id = g.role_id
         ORDER BY u.name, u.id, r.name",
        id,
        ListQuery::limit(),
        query.offset(),
    )?;
    let mut members: Vec<Member> = Vec::new();
    for MemberRole { id, name, email, role } in rows {
        match members.last_mut() {
            Some(last) if last.id == id => last.roles.extend(role),
            _ => members.push(Member { id, name, email, roles: role.into_iter().collect() }),
        }
    }
    Ok(Listing::new(members, query))
}

/// A join rule, with names in place of ids.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct JoinRule {
    pub kind: String,
    pub attribute: String,
    /// Value that the rule compares. For rules about connections, this is the connection's name.
    pub value: String,
    pub role: String,
}

pub async fn join_rules(tx: &mut Tx, id: &OrganizationId) -> sqlx::Result<Vec<JoinRule>> {
    fetch_all!(
        tx,
        _,
        "SELECT j.kind, j.attribute, COALESCE(c.name, j.value) AS value, r.name AS role
         FROM join_rules j JOIN roles r ON r.id = j.role_id
         LEFT JOIN connections c ON j.kind = 'connection' AND c.id = j.value
         WHERE j.organization_id = $1 ORDER BY j.created_at, j.id",
        id,
    )
}

/// An open invitation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub email: String,
    pub inviter_name: String,
    pub expires_at: UnixTime,
    pub organization_id: OrganizationId,
    /// Display name of the organization.
    pub organization: String,
}

/// Lists the open invitations of one organization, or of all organizations, newest first.
pub async fn invitations(
    tx: &mut Tx,
    organization: Option<&OrganizationId>,
    query: &ListQuery,
    now: UnixTime,
) -> sqlx::Result<Listing<InvitationRow>> {
    let rows = fetch_all!(
        tx,
        _,
        r"SELECT i.id, i.email, i.inviter_name, i.expires_at, i.organization_id,
             COALESCE(o.display_name, o.name) AS organization
         FROM invitations i JOIN organizations o ON o.id = i.organization_id
         WHERE i.expires_at > $1 AND i.organization_id LIKE $2 AND i.email LIKE $3 ESCAPE '\'
         ORDER BY i.created_at DESC, i.id DESC LIMIT $4 OFFSET $5",
        now,
        // The id is used as a `LIKE` pattern: it is alphanumeric except for the underscore of its prefix, which also
        // matches itself.
        organization.map_or("%", OrganizationId::as_str),
        &query.pattern,
        ListQuery::limit(),
        query.offset(),
    )?;
    Ok(Listing::new(rows, query))
}
