//! The connections through which an organization's people come.

use super::{connections::Strategy, slice::Slice};
use crate::{
    idp::{
        id::{ConnectionId, OrganizationId},
        time::Timestamp,
    },
    kernel::database::{
        Tx,
        query::{execute, fetch_all, fetch_optional, scalar_one},
    },
};

/// A connection as an organization uses it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EnabledConnection {
    pub connection_id: ConnectionId,
    pub name: String,
    pub strategy: Strategy,
    /// Whoever signs in through it becomes a member.
    pub assign_membership_on_login: bool,
    pub show_as_button: bool,
    pub is_signup_enabled: bool,
    /// When it was enabled.
    pub created_at: Timestamp,
}

/// How an organization uses a connection; what is absent is as usual, or stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub assign_membership_on_login: Option<bool>,
    pub show_as_button: Option<bool>,
    pub is_signup_enabled: Option<bool>,
}

/// A part of the organization's connections, in the order in which they were enabled.
pub async fn list(tx: &mut Tx, organization: &OrganizationId, slice: &Slice) -> sqlx::Result<Vec<EnabledConnection>> {
    fetch_all!(
        tx,
        _,
        "SELECT e.*, c.name, c.strategy FROM organization_connections e JOIN connections c ON c.id = e.connection_id
         WHERE e.organization_id = $1 ORDER BY e.created_at, e.connection_id LIMIT $2 OFFSET $3",
        organization,
        slice.limit,
        slice.offset,
    )
}

/// How many connections the organization has enabled.
pub async fn count(tx: &mut Tx, organization: &OrganizationId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM organization_connections WHERE organization_id = $1", organization)
}

pub async fn find(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
) -> sqlx::Result<Option<EnabledConnection>> {
    fetch_optional!(
        tx,
        _,
        "SELECT e.*, c.name, c.strategy FROM organization_connections e JOIN connections c ON c.id = e.connection_id
         WHERE e.organization_id = $1 AND e.connection_id = $2",
        organization,
        connection,
    )
}

/// Lets the organization's people come through the connection; false when they do already.
pub async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    usage: Usage,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO organization_connections
             (organization_id, connection_id, assign_membership_on_login, show_as_button, is_signup_enabled, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        organization,
        connection,
        usage.assign_membership_on_login.unwrap_or(false),
        usage.show_as_button.unwrap_or(true),
        usage.is_signup_enabled.unwrap_or(false),
        now,
    )?;
    Ok(inserted == 1)
}

/// Changes how the organization uses the connection; false when it does not.
pub async fn update(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    usage: Usage,
) -> sqlx::Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE organization_connections SET
             assign_membership_on_login = COALESCE($3, assign_membership_on_login),
             show_as_button = COALESCE($4, show_as_button), is_signup_enabled = COALESCE($5, is_signup_enabled)
         WHERE organization_id = $1 AND connection_id = $2",
        organization,
        connection,
        usage.assign_membership_on_login,
        usage.show_as_button,
        usage.is_signup_enabled,
    )?;
    Ok(changed == 1)
}

/// Closes the connection to the organization's people; false when it was closed already.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, connection: &ConnectionId) -> sqlx::Result<bool> {
    let deleted = execute!(
        tx,
        "DELETE FROM organization_connections WHERE organization_id = $1 AND connection_id = $2",
        organization,
        connection,
    )?;
    Ok(deleted == 1)
}
