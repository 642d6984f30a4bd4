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

/// The scopes that are granted for an API.
#[derive(Debug)]
pub struct GrantedScope {
    pub scope: Scope,
    /// Permissions for the access token; `None` if it has no such claim.
    pub permissions: Option<Vec<String>>,
    /// API of the request; `None` if the request names no API, or the API was deleted.
    pub api: Option<Api>,
}

impl GrantedScope {
    /// Computes the scopes that a user grants.
    ///
    /// An API that enforces its policies grants what the user's roles allow: the roles in the organization, or without
    /// an organization the user's own roles. Other APIs grant every permission they have. The Management API always
    /// enforces its policies, so that a user cannot become an administrator by requesting the scope.
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

    /// Computes the scopes that a client gets on its own behalf. `scope` must be within the client's grant.
    ///
    /// For an API with policies, the token repeats the scopes as permissions, as in Auth0. Tokens for the Management
    /// API contain scopes only.
    pub fn to_client(api: &Api, scope: &Scope) -> Self {
        let says = api.enforce_policies && !api.is_system && api.token_dialect.has_permissions();
        let permissions = says.then(|| scope.iter().map(str::to_owned).collect());
        Self { scope: scope.clone(), permissions, api: Some(api.clone()) }
    }
}
