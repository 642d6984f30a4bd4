//! Which connections organizations take people from.

use crate::{
    idp::{
        id::{ConnectionId, OrganizationId, UserId},
        time::Timestamp,
    },
    kernel::database::{
        Tx,
        query::{execute, scalar_one, scalar_optional},
    },
};

/// The name of the person's connection, if the organization takes nobody from it.
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

/// Whether whoever comes through the connection becomes a member of the organization.
pub async fn assigns_membership(tx: &mut Tx, organization: &OrganizationId, id: &ConnectionId) -> sqlx::Result<bool> {
    scalar_one!(
        tx,
        _,
        "SELECT EXISTS (
             SELECT 1 FROM organization_connections
             WHERE organization_id = $1 AND connection_id = $2 AND assign_membership_on_login
         )",
        organization,
        id,
    )
}

/// Lets the organization's people come through the connection, unless it was enabled before. It takes nobody new in.
pub async fn enable_for_organization(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &ConnectionId,
    now: Timestamp,
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
