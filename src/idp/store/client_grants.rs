//! Grants that allow clients to use APIs, on their own behalf or on behalf of users.

use crate::{
    idp::{
        config::{self, OrganizationUsage},
        id::{ClientGrantId, ClientId, OrganizationId},
        store::{
            JsonText, json_text,
            keyset::{Cursor, Keyed, KeysetPage},
            organizations::{Organization, organization_columns},
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_optional, scalar_one},
        },
        unix_time::UnixTime,
    },
};

/// On whose behalf a client uses an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum SubjectType {
    /// On its own behalf: `client_credentials`.
    Client,
    /// On behalf of a user.
    User,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClientGrant {
    pub id: ClientGrantId,
    pub client_id: ClientId,
    /// Identifier of the API, which is the audience of its tokens.
    pub audience: String,
    #[sqlx(try_from = "String")]
    pub scope: JsonText<Vec<String>>,
    /// Whether the client may act for organizations; `None` refuses them.
    pub organization_usage: Option<OrganizationUsage>,
    pub allow_any_organization: bool,
    pub subject_type: SubjectType,
    pub created_at: UnixTime,
}

/// Columns of [`ClientGrant`], with a table alias such as `t.` or none.
macro_rules! client_grant_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "client_id",
            "audience",
            "scope",
            "organization_usage",
            "allow_any_organization",
            "subject_type",
            "created_at"
        )
    };
}

pub(super) use client_grant_columns;

impl Keyed for ClientGrant {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

pub async fn find(tx: &mut Tx, id: &ClientGrantId) -> sqlx::Result<Option<ClientGrant>> {
    fetch_optional!(tx, _, concat!("SELECT ", client_grant_columns!(""), " FROM client_grants WHERE id = $1"), id)
}

/// Finds the client's grant to use the API on its own behalf.
pub async fn of_client(tx: &mut Tx, client: &ClientId, audience: &str) -> sqlx::Result<Option<ClientGrant>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            client_grant_columns!(""),
            " FROM client_grants WHERE client_id = $1 AND audience = $2 AND subject_type = 'client'"
        ),
        client,
        audience,
    )
}

/// Whether the grant is associated with the organization.
pub async fn is_associated(tx: &mut Tx, id: &ClientGrantId, organization: &OrganizationId) -> sqlx::Result<bool> {
    exists!(
        tx,
        "SELECT 1 FROM organization_client_grants WHERE grant_id = $1 AND organization_id = $2",
        id,
        organization,
    )
}

/// Inserts the client's grant to use the API on its own behalf, unless the client has one.
pub async fn insert_if_missing(
    tx: &mut Tx,
    id: &ClientGrantId,
    client: &ClientId,
    grant: &config::ClientGrant,
    now: UnixTime,
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

/// Criteria of a list. A field that is `None` matches all grants.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    pub audience: Option<&'a str>,
    pub client_id: Option<&'a str>,
    pub allow_any_organization: Option<bool>,
    pub subject_type: Option<SubjectType>,
}

/// Lists the matching grants, oldest first.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>, page: &KeysetPage) -> sqlx::Result<Vec<ClientGrant>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            client_grant_columns!(""),
            " FROM client_grants
         WHERE ($1 IS NULL OR audience = $1) AND ($2 IS NULL OR client_id = $2)
             AND ($3 IS NULL OR allow_any_organization = $3) AND ($4 IS NULL OR subject_type = $4)
             AND (created_at, id) > ($5, $6)
         ORDER BY created_at, id LIMIT $7 OFFSET $8"
        ),
        filter.audience,
        filter.client_id,
        filter.allow_any_organization,
        filter.subject_type,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the matching grants.
pub async fn count(tx: &mut Tx, filter: &Filter<'_>) -> sqlx::Result<i64> {
    scalar_one!(
        tx,
        _,
        "SELECT COUNT(*) FROM client_grants
         WHERE ($1 IS NULL OR audience = $1) AND ($2 IS NULL OR client_id = $2)
             AND ($3 IS NULL OR allow_any_organization = $3) AND ($4 IS NULL OR subject_type = $4)",
        filter.audience,
        filter.client_id,
        filter.allow_any_organization,
        filter.subject_type,
    )
}

/// Inserts the grant. Returns false if the client has a grant for the same API and subject type.
pub async fn insert(tx: &mut Tx, grant: &ClientGrant) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO client_grants
             (id, client_id, audience, scope, organization_usage, allow_any_organization, subject_type, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        &grant.id,
        &grant.client_id,
        &grant.audience,
        json_text(&grant.scope.0)?,
        grant.organization_usage,
        grant.allow_any_organization,
        grant.subject_type,
        grant.created_at,
    )?;
    Ok(inserted == 1)
}

/// Updates all columns of the grant that can be changed.
pub async fn update(tx: &mut Tx, grant: &ClientGrant) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE client_grants SET scope = $2, organization_usage = $3, allow_any_organization = $4 WHERE id = $1",
        &grant.id,
        json_text(&grant.scope.0)?,
        grant.organization_usage,
        grant.allow_any_organization,
    )?;
    Ok(())
}

/// Deletes the grant and its associations. Returns false if it does not exist.
pub async fn delete(tx: &mut Tx, id: &ClientGrantId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM client_grants WHERE id = $1", id)? == 1)
}

/// Removes scopes that are not in `permissions` from all grants for the API.
pub async fn update_scopes(tx: &mut Tx, audience: &str, permissions: &[String]) -> sqlx::Result<()> {
    let grants: Vec<ClientGrant> = fetch_all!(
        tx,
        _,
        concat!("SELECT ", client_grant_columns!(""), " FROM client_grants WHERE audience = $1 ORDER BY id"),
        audience
    )?;
    for mut grant in grants {
        let before = grant.scope.0.len();
        grant.scope.0.retain(|scope| permissions.contains(scope));
        if grant.scope.0.len() < before {
            update(tx, &grant).await?;
        }
    }
    Ok(())
}

/// Lists the organizations associated with the grant, oldest first.
pub async fn organizations(tx: &mut Tx, id: &ClientGrantId, page: &KeysetPage) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            organization_columns!("o."),
            " FROM organization_client_grants g JOIN organizations o ON o.id = g.organization_id
         WHERE g.grant_id = $1 AND (o.created_at, o.id) > ($2, $3) ORDER BY o.created_at, o.id LIMIT $4 OFFSET $5"
        ),
        id,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the organizations associated with the grant.
pub async fn count_organizations(tx: &mut Tx, id: &ClientGrantId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM organization_client_grants WHERE grant_id = $1", id)
}
