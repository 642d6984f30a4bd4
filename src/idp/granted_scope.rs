//! How much of what is asked for is given.

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

/// What comes of a request for scopes in an API.
#[derive(Debug)]
pub struct Granted {
    pub scope: Scope,
    /// What the access token says of permissions; absent when it says nothing.
    pub permissions: Option<Vec<String>>,
    /// Absent when no API, or one that is gone, was asked for.
    pub api: Option<Api>,
}

impl Granted {
    /// What a person can give of `asked`.
    ///
    /// Where the API enforces its policies, that is as far as the person's roles go: those of the organization inside
    /// of one, the person's own outside. Elsewhere it is whatever the API knows. The provider's own API always enforces
    /// them: nobody comes to administer the tenant by asking for it.
    pub async fn of_person(
        tx: &mut Tx,
        asked: &Scope,
        audience: Option<&str>,
        organization: Option<&OrganizationId>,
        user: &UserId,
    ) -> sqlx::Result<Self> {
        let api = match audience {
            Some(audience) => apis::find(tx, audience).await?,
            None => None,
        };
        let Some(api) = api else {
            return Ok(Self { scope: asked.filter(|name| STANDARD.contains(&name)), permissions: None, api: None });
        };
        let is_enforced = api.enforce_policies || api.is_system;
        let allowed = match organization {
            _ if !is_enforced => {
                apis::permissions(tx, &api.identifier).await?.into_iter().map(|permission| permission.name).collect()
            }
            Some(organization) => roles::permissions(tx, &api.identifier, organization, user).await?,
            None => roles::own_permissions(tx, &api.identifier, user).await?,
        };
        let scope = asked.filter(|name| {
            let is_standard = STANDARD.contains(&name) && (name != "offline_access" || api.allow_offline_access);
            is_standard || allowed.iter().any(|permission| permission == name)
        });
        let permissions = (is_enforced && api.token_dialect.has_permissions()).then_some(allowed);
        Ok(Self { scope, permissions, api: Some(api) })
    }

    /// What a client gets for itself of `scope`, which is within its grant. With policies its permissions are its
    /// scopes, as Auth0 writes them; the Management API's tokens have scopes alone.
    pub fn to_client(api: &Api, scope: &Scope) -> Self {
        let says = api.enforce_policies && !api.is_system && api.token_dialect.has_permissions();
        let permissions = says.then(|| scope.iter().map(str::to_owned).collect());
        Self { scope: scope.clone(), permissions, api: Some(api.clone()) }
    }
}
