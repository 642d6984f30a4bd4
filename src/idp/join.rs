//! Rules for joining: who becomes a member of an organization by signing in.
//!
//! Auth0 leaves this to an Action after the login, which comes too late for the organization that the login is for:
//! membership is checked before. Here the rules come first. `deploy/auth0` has the same logic as an Action.

mod attribute;
pub mod rules;

use self::attribute::has_attribute;
use crate::{
    idp::{
        form,
        id::{OrganizationId, RoleId},
        store::{
            join_rules::{self, Kind},
            organization_connections, organizations,
            users::User,
        },
        time::Timestamp,
    },
    kernel::database::Tx,
};

/// Makes `user`, who signs in, a member where they are to be: by the rules of `organization`, or of all when none was
/// asked for, and by a connection of `organization` that brings in whoever comes through it.
///
/// A rule's role goes to who has no role in the organization yet, so that what was changed by hand stays.
pub async fn apply_rules(
    tx: &mut Tx,
    user: &User,
    organization: Option<&OrganizationId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let domain =
        user.email.rsplit_once('@').filter(|_| user.email_verified).and_then(|(_, domain)| form::domain(domain));
    let candidates = join_rules::candidates(tx, &user.connection_id, domain.as_deref(), organization).await?;
    let mut joins: Vec<(OrganizationId, Vec<RoleId>)> = Vec::new();
    for rule in candidates {
        if rule.kind == Kind::Attribute && !has_attribute(&user.app_metadata.0, &rule.attribute, &rule.value) {
            continue;
        }
        match joins.iter_mut().find(|(organization, _)| *organization == rule.organization_id) {
            Some((_, roles)) => roles.push(rule.role_id),
            None => joins.push((rule.organization_id, vec![rule.role_id])),
        }
    }
    for (organization, roles) in joins {
        if !organizations::has_role(tx, &organization, &user.id).await? {
            organizations::upsert_member(tx, &organization, &user.id, &roles, now).await?;
        }
    }
    if let Some(organization) = organization
        && organization_connections::assigns_membership(tx, organization, &user.connection_id).await?
    {
        organizations::upsert_member(tx, organization, &user.id, &[], now).await?;
    }
    Ok(())
}
