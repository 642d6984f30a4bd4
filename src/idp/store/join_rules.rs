//! Who becomes a member at sign-in without being asked.

use crate::{
    idp::id::{ConnectionId, JoinRuleId, OrganizationId, RoleId},
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all},
        },
        unix_time::UnixTime,
    },
};

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    EmailDomain,
    Connection,
    Attribute,
}

/// A rule as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: JoinRuleId,
    pub organization_id: OrganizationId,
    pub kind: Kind,
    /// Of the kind `attribute`: which one. Else empty.
    pub attribute: String,
    pub value: String,
    pub role_id: RoleId,
    pub created_at: UnixTime,
}

/// Adds the rule; false when the organization has one that looks for the same.
pub async fn insert(tx: &mut Tx, rule: &Row) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO join_rules (id, organization_id, kind, attribute, value, role_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, kind, attribute, value) DO NOTHING",
        &rule.id,
        &rule.organization_id,
        rule.kind,
        &rule.attribute,
        &rule.value,
        &rule.role_id,
        rule.created_at,
    )?;
    Ok(inserted == 1)
}

/// The organization's rules, the oldest first.
pub async fn of_organization(tx: &mut Tx, organization: &OrganizationId) -> sqlx::Result<Vec<Row>> {
    fetch_all!(tx, _, "SELECT * FROM join_rules WHERE organization_id = $1 ORDER BY created_at, id", organization,)
}

/// Takes the rule away from its organization; false when it is gone already.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, id: &JoinRuleId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM join_rules WHERE organization_id = $1 AND id = $2", organization, id)? == 1)
}

/// The rules that may let in somebody who comes through `connection` with a proven address at `domain`: those for the
/// domain and the connection, and all those about attributes. Only rules of organizations that take people from the
/// connection at all: what one company's issuer says of an address opens no other company.
pub async fn candidates(
    tx: &mut Tx,
    connection: &ConnectionId,
    domain: Option<&str>,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<Vec<Row>> {
    fetch_all!(
        tx,
        _,
        "SELECT r.* FROM organization_connections o JOIN join_rules r ON r.organization_id = o.organization_id
         WHERE o.connection_id = $1
           AND (r.kind = 'attribute' OR (r.kind = 'connection' AND r.value = $1)
                OR (r.kind = 'email_domain' AND r.value = $2))
           AND (r.organization_id = $3 OR CAST($3 AS TEXT) IS NULL)
         ORDER BY r.created_at, r.id",
        connection,
        domain,
        organization,
    )
}
