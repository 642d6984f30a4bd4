//! Join rules: they make users members of organizations when they sign in.

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

/// Kind of value that a rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    EmailDomain,
    Connection,
    Attribute,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: JoinRuleId,
    pub organization_id: OrganizationId,
    pub kind: Kind,
    /// Path of the attribute, for rules about attributes; otherwise empty.
    pub attribute: String,
    pub value: String,
    pub role_id: RoleId,
    pub created_at: UnixTime,
}

/// Columns of [`Row`], with a table alias such as `t.` or none.
macro_rules! join_rule_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "organization_id",
            "kind",
            "attribute",
            "value",
            "role_id",
            "created_at"
        )
    };
}

/// Inserts the rule. Returns false if the organization has a rule with the same condition.
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

/// Lists the organization's rules, oldest first.
pub async fn of_organization(tx: &mut Tx, organization: &OrganizationId) -> sqlx::Result<Vec<Row>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            join_rule_columns!(""),
            " FROM join_rules WHERE organization_id = $1 ORDER BY created_at, id"
        ),
        organization,
    )
}

/// Deletes the rule. Returns false if it no longer exists.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, id: &JoinRuleId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM join_rules WHERE organization_id = $1 AND id = $2", organization, id)? == 1)
}

/// Lists the rules that may admit a user of `connection` with a verified address at `domain`: rules for that domain or
/// connection, and all rules about attributes.
///
/// Only rules of organizations that use the connection are listed. Otherwise the issuer of one company could give its
/// users access to another company by asserting an address.
pub async fn candidates(
    tx: &mut Tx,
    connection: &ConnectionId,
    domain: Option<&str>,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<Vec<Row>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            join_rule_columns!("r."),
            " FROM organization_connections o JOIN join_rules r ON r.organization_id = o.organization_id
         WHERE o.connection_id = $1
           AND (r.kind = 'attribute' OR (r.kind = 'connection' AND r.value = $1)
                OR (r.kind = 'email_domain' AND r.value = $2))
           AND (r.organization_id = $3 OR CAST($3 AS TEXT) IS NULL)
         ORDER BY r.created_at, r.id"
        ),
        connection,
        domain,
        organization,
    )
}
