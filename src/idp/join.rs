//! Join rules: they decide which users become members of an organization by signing in.
//!
//! In Auth0, a post-login Action would do this, but Actions run after the membership check, which is too late for the
//! organization of the login. Here the rules run before the check. `deploy/auth0` contains the same logic as an Action.

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
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Adds `user`, who signs in, to organizations: by the rules of `organization`, or by the rules of all organizations if
/// the login has none, and by a connection of `organization` that assigns membership.
///
/// A rule's role is given only to users without any role in the organization, so that changes by administrators are
/// kept.
pub async fn apply_rules(
    tx: &mut Tx,
    user: &User,
    organization: Option<&OrganizationId>,
    now: UnixTime,
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
        let roles = if organizations::has_role(tx, &organization, &user.id).await? { Vec::new() } else { roles };
        organizations::upsert_member(tx, &organization, &user.id, &roles, now).await?;
    }
    if let Some(organization) = organization
        && organization_connections::assigns_membership(tx, organization, &user.connection_id).await?
    {
        organizations::upsert_member(tx, organization, &user.id, &[], now).await?;
    }
    Ok(())
}
