//! What clients may do in APIs, for themselves or on behalf of people.

use super::{JsonText, json_text};
use crate::{
    database::{
        Tx,
        query::{execute, fetch_optional, scalar_one},
    },
    idp::{
        config::{self, OrganizationUsage},
        id::{ClientGrantId, ClientId, OrganizationId},
        time::Timestamp,
    },
};

/// For whom a client acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum SubjectType {
    /// For itself: `client_credentials`.
    Client,
    /// For a person.
    User,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClientGrant {
    pub id: ClientGrantId,
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    #[sqlx(try_from = "String")]
    pub scope: JsonText<Vec<String>>,
    /// Absent means that organizations are refused.
    pub organization_usage: Option<OrganizationUsage>,
    pub allow_any_organization: bool,
    pub subject_type: SubjectType,
    pub created_at: Timestamp,
}

pub async fn find(tx: &mut Tx, id: &ClientGrantId) -> sqlx::Result<Option<ClientGrant>> {
    fetch_optional!(tx, _, "SELECT * FROM client_grants WHERE id = $1", id)
}

/// What the client may do for itself in the API.
pub async fn of_client(tx: &mut Tx, client: &ClientId, audience: &str) -> sqlx::Result<Option<ClientGrant>> {
    fetch_optional!(
        tx,
        _,
        "SELECT * FROM client_grants WHERE client_id = $1 AND audience = $2 AND subject_type = 'client'",
        client,
        audience,
    )
}

/// Whether the organization takes clients with this grant.
pub async fn is_associated(tx: &mut Tx, id: &ClientGrantId, organization: &OrganizationId) -> sqlx::Result<bool> {
    scalar_one!(
        tx,
        _,
        "SELECT EXISTS (SELECT 1 FROM organization_client_grants WHERE grant_id = $1 AND organization_id = $2)",
        id,
        organization,
    )
}

/// Lets the client do this for itself, unless it may do something there already.
pub async fn ensure(
    tx: &mut Tx,
    id: &ClientGrantId,
    client: &ClientId,
    grant: &config::ClientGrant,
    now: Timestamp,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO client_grants
             (id, client_id, audience, scope, organization_usage, allow_any_organization, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (client_id, audience, subject_type) DO NOTHING",
        id,
        client,
        &grant.audience,
        json_text(&grant.scope)?,
        grant.organization_usage,
        grant.allow_any_organization,
        now,
    )?;
    Ok(())
}
