//! The connections that each organization uses to sign users in.

use crate::{
    idp::{
        id::{ConnectionId, OrganizationId, UserId},
        store::{
            connections::Strategy,
            keyset::{Cursor, Keyed, KeysetPage},
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_optional, scalar_one, scalar_optional},
        },
        unix_time::UnixTime,
    },
};

/// A connection that an organization uses, with the organization's settings for it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EnabledConnection {
    pub connection_id: ConnectionId,
    pub name: String,
    pub strategy: Strategy,
    /// Whether signing in through the connection makes the user a member.
    pub assign_membership_on_login: bool,
    pub show_as_button: bool,
    pub is_signup_enabled: bool,
    /// Time at which the organization enabled the connection.
    pub created_at: UnixTime,
}

impl Keyed for EnabledConnection {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.connection_id)
    }
}

/// Settings of an organization for a connection. An insert sets absent ones to the default; an update keeps them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub assign_membership_on_login: Option<bool>,
    pub show_as_button: Option<bool>,
    pub is_signup_enabled: Option<bool>,
}

/// Lists the organization's connections in the order in which they were enabled.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    page: &KeysetPage,
) -> sqlx::Result<Vec<EnabledConnection>> {
    fetch_all!(
        tx,
        _,
        "SELECT e.connection_id, e.assign_membership_on_login, e.show_as_button, e.is_signup_enabled, e.created_at, c.name, c.strategy FROM organization_connections e JOIN connections c ON c.id = e.connection_id
         WHERE e.organization_id = $1 ORDER BY e.created_at, e.connection_id LIMIT $2 OFFSET $3",
        organization,
        page.limit,
        page.offset,
    )
}

/// Counts the organization's connections.
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
        "SELECT e.connection_id, e.assign_membership_on_login, e.show_as_button, e.is_signup_enabled, e.created_at, c.name, c.strategy FROM organization_connections e JOIN connections c ON c.id = e.connection_id
         WHERE e.organization_id = $1 AND e.connection_id = $2",
        organization,
        connection,
    )
}

/// Enables the connection for the organization. Returns false if it is already enabled.
pub async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    usage: Usage,
    now: UnixTime,
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

/// Updates the settings. Returns false if the connection is not enabled for the organization.
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

/// Disables the connection for the organization. Returns false if it is not enabled.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, connection: &ConnectionId) -> sqlx::Result<bool> {
    let deleted = execute!(
        tx,
        "DELETE FROM organization_connections WHERE organization_id = $1 AND connection_id = $2",
        organization,
        connection,
    )?;
    Ok(deleted == 1)
}

/// Returns the name of the user's connection if the organization does not use it.
pub async fn foreign_to(tx: &mut Tx, organization: &OrganizationId, user: &UserId) -> sqlx::Result<Option<String>> {
    scalar_optional!(
        tx,
        _,
        "SELECT c.name FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE u.id = $2 AND NOT EXISTS (
             SELECT 1 FROM organization_connections o WHERE o.organization_id = $1 AND o.connection_id = c.id
         )",
        organization,
        user,
    )
}

/// Whether a sign-in through the connection makes the user a member of the organization.
pub async fn assigns_membership(tx: &mut Tx, organization: &OrganizationId, id: &ConnectionId) -> sqlx::Result<bool> {
    exists!(
        tx,
        "SELECT 1 FROM organization_connections
             WHERE organization_id = $1 AND connection_id = $2 AND assign_membership_on_login",
        organization,
        id,
    )
}

/// Enables the connection for the organization, without assigning membership, unless it is already enabled.
pub async fn insert_if_missing(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &ConnectionId,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO organization_connections (organization_id, connection_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        organization,
        id,
        now,
    )?;
    Ok(())
}
