//! Computes which requested scopes are granted.

use crate::{
    idp::{
        id::{OrganizationId, UserId},
        scope::{STANDARD, Scope},
        store::{
            apis::{self, Api},
            roles,
        },
    },
    kernel::database::Tx,
};

/// Result of a request for scopes of an API.
#[derive(Debug)]
pub struct GrantedScope {
    pub scope: Scope,
    /// Permissions for the access token; `None` if it has no such claim.
    pub permissions: Option<Vec<String>>,
    /// `None` if the request names no API, or one that was deleted.
    pub api: Option<Api>,
}

impl GrantedScope {
    /// Computes what a person grants.
    ///
    /// An API that enforces its policies grants what the person's roles allow: those in the organization, or without
    /// one the person's own. Other APIs grant every permission they have. The Management API always enforces its
    /// policies, so that no one becomes an administrator by asking for the scope.
    pub async fn of_person(
        tx: &mut Tx,
        requested: &Scope,
        audience: Option<&str>,
        organization: Option<&OrganizationId>,
        user: &UserId,
    ) -> sqlx::Result<Self> {
        let api = match audience {
            Some(audience) => apis::find(tx, audience).await?,
            None => None,
        };
        let Some(api) = api else {
            return Ok(Self { scope: requested.filter(|name| STANDARD.contains(&name)), permissions: None, api: None });
        };
        let is_enforced = api.enforce_policies || api.is_system;
        let allowed = match organization {
            _ if !is_enforced => {
                apis::permissions(tx, &api.identifier).await?.into_iter().map(|permission| permission.name).collect()
            }
            Some(organization) => roles::permissions(tx, &api.identifier, organization, user).await?,
            None => roles::own_permissions(tx, &api.identifier, user).await?,
        };
        let scope = requested.filter(|name| {
            let is_standard = STANDARD.contains(&name) && (name != "offline_access" || api.allow_offline_access);
            is_standard || allowed.iter().any(|permission| permission == name)
        });
        let permissions = (is_enforced && api.token_dialect.has_permissions()).then_some(allowed);
        Ok(Self { scope, permissions, api: Some(api) })
    }

    /// Computes what a client gets for itself of `scope`, which is within its grant. An API with policies repeats the
    /// scopes as permissions, as Auth0 does; tokens for the Management API have scopes only.
    pub fn to_client(api: &Api, scope: &Scope) -> Self {
        let says = api.enforce_policies && !api.is_system && api.token_dialect.has_permissions();
        let permissions = says.then(|| scope.iter().map(str::to_owned).collect());
        Self { scope: scope.clone(), permissions, api: Some(api.clone()) }
    }
}
