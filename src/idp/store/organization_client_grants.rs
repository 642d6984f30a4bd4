//! Associations that allow clients to act for organizations with a grant.

use crate::{
    idp::{
        id::{ClientGrantId, ClientId, OrganizationId},
        store::{
            client_grants::{ClientGrant, client_grant_columns},
            keyset::KeysetPage,
        },
    },
    kernel::database::{
        Tx,
        query::{execute, fetch_all, scalar_one},
    },
};

/// Criteria of a list. A field that is absent matches all grants.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub audience: Option<String>,
    pub client_id: Option<ClientId>,
    /// Ids of grants to list; an empty list matches all.
    pub grant_ids: Vec<ClientGrantId>,
}

impl Filter {
    /// Joins the ids with a comma before and after each, so that SQL can search for one. No id contains a comma. The
    /// text is empty if there are no ids.
    fn ids(&self) -> String {
        self.grant_ids.iter().fold(String::new(), |text, id| format!("{text},{id},"))
    }
}

/// Lists the grants that are associated with the organization.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    filter: &Filter,
    page: &KeysetPage,
) -> sqlx::Result<Vec<ClientGrant>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            client_grant_columns!("g."),
            " FROM organization_client_grants o JOIN client_grants g ON g.id = o.grant_id
         WHERE o.organization_id = $1 AND g.audience = COALESCE($2, g.audience)
             AND g.client_id = COALESCE($3, g.client_id)
             AND ($4 = '' OR REPLACE($4, ',' || g.id || ',', '') <> $4)
         ORDER BY g.created_at, g.id LIMIT $5 OFFSET $6"
        ),
        organization,
        &filter.audience,
        &filter.client_id,
        filter.ids(),
        page.limit,
        page.offset,
    )
}

/// Counts the grants that are associated with the organization.
pub async fn count(tx: &mut Tx, organization: &OrganizationId, filter: &Filter) -> sqlx::Result<i64> {
    scalar_one!(
        tx,
        _,
        "SELECT COUNT(*) FROM organization_client_grants o JOIN client_grants g ON g.id = o.grant_id
         WHERE o.organization_id = $1 AND g.audience = COALESCE($2, g.audience)
             AND g.client_id = COALESCE($3, g.client_id)
             AND ($4 = '' OR REPLACE($4, ',' || g.id || ',', '') <> $4)",
        organization,
        &filter.audience,
        &filter.client_id,
        filter.ids(),
    )
}

/// Associates the grant with the organization. Returns false if it is already associated.
pub async fn insert(tx: &mut Tx, organization: &OrganizationId, grant: &ClientGrantId) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO organization_client_grants (organization_id, grant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        organization,
        grant,
    )?;
    Ok(inserted == 1)
}

/// Removes the association. Returns false if it does not exist.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, grant: &ClientGrantId) -> sqlx::Result<bool> {
    let deleted = execute!(
        tx,
        "DELETE FROM organization_client_grants WHERE organization_id = $1 AND grant_id = $2",
        organization,
        grant,
    )?;
    Ok(deleted == 1)
}
