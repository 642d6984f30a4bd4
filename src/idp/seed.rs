//! Seeds the database.
//!
//! Each row is inserted once, so that changes and deletions by administrators are kept. The demo is seeded once as a
//! whole.

use crate::{
    idp::{
        config::{self, Config},
        error::Error,
        id::{ApiId, ClientGrantId, ClientId, ConnectionId, OrganizationId, RoleId, UserId},
        management,
        mode::{DEMO_PASSWORD, DemoMembership, DemoOrganization, DemoTenant},
        password::Passwords,
        store::{
            apis, client_grants, clients, connection_clients, connections, organization_connections, organizations,
            roles, seeds, settings, users,
        },
    },
    kernel::{database::Tx, random::Random, unix_time::UnixTime},
};

/// Lifetime of tokens for the Management API in seconds. Auth0's is a day; a program that lost its permission would keep it as
/// long.
const MANAGEMENT_TOKEN_LIFETIME: i64 = 3_600;

/// Seeds the settings, clients, APIs and roles of the configuration.
pub async fn configured(tx: &mut Tx, config: &Config, now: UnixTime) -> Result<(), Error> {
    // If the configuration does not enable names, the setting in the console stays as it is.
    if config.allow_organization_names {
        settings::update(tx, settings::Switch::AllowOrganizationNames, true).await?;
    }
    connections::insert_default(tx, &ConnectionId::random(&config.random), now).await?;
    let connection = connections::default(tx).await?;
    for (client, position) in config.clients.iter().zip(0..) {
        clients::upsert(tx, client, position, now).await?;
        connection_clients::insert(tx, &connection.id, &ClientId::unchecked(&client.client_id)).await?;
    }
    let audiences: Vec<_> =
        [&config.issuer].into_iter().chain(&config.other_issuers).map(management_audience).collect();
    let management = audiences.iter().map(|audience| config::Api {
        identifier: audience.clone(),
        name: "Management API".to_owned(),
        permissions: management::all_permissions(),
        token_lifetime: MANAGEMENT_TOKEN_LIFETIME,
        is_system: true,
    });
    for role in &config.roles {
        roles::insert_if_missing(tx, &RoleId::random(&config.random), &role.name, &role.description, now).await?;
    }
    for api in config.apis.iter().cloned().chain(management) {
        apis::upsert(tx, &ApiId::random(&config.random), &api, now).await?;
        for permission in &api.permissions {
            // A role gets a permission only when the permission is inserted for its API. So a permission that an
            // administrator took from a role is not given back.
            if apis::insert_permission(tx, &api.identifier, permission).await? && !api.is_system {
                for role in config.roles.iter().filter(|role| role.permissions.contains(permission)) {
                    roles::insert_permission(tx, &role.name, &api.identifier, permission).await?;
                }
            }
        }
    }
    for client in &config.clients {
        let id = ClientId::unchecked(&client.client_id);
        for grant in &client.grants {
            // All issuers of this provider serve the same Management API.
            let everywhere =
                if grant.audience == audiences[0] { &audiences[..] } else { std::slice::from_ref(&grant.audience) };
            for audience in everywhere {
                let grant = config::ClientGrant { audience: audience.clone(), ..grant.clone() };
                client_grants::insert_if_missing(tx, &ClientGrantId::random(&config.random), &id, &grant, now).await?;
            }
        }
    }
    Ok(())
}

/// Returns the audience of the Management API, with a trailing slash as in Auth0.
fn management_audience(issuer: &url::Url) -> String {
    format!("{issuer}api/v2/")
}

/// Seeds the demo organizations and people, unless that is on record: people who were deleted since stay deleted.
pub async fn demo(
    tx: &mut Tx,
    tenant: &DemoTenant,
    passwords: &Passwords,
    random: &Random,
    now: UnixTime,
) -> Result<(), Error> {
    if !seeds::record(tx, seeds::DEMO, now).await? {
        return Ok(());
    }
    if users::any_exist(tx).await? {
        return Err(Error::RealPeople);
    }
    let connection = connections::default(tx).await?;
    for DemoOrganization { id, name, display_name, colour } in &tenant.organizations {
        let id = OrganizationId::unchecked(id);
        organizations::insert_if_missing(tx, &id, name, display_name, colour, now).await?;
        organization_connections::insert_if_missing(tx, &id, &connection.id, now).await?;
    }
    for person in &tenant.people {
        let id = UserId::unchecked(&person.id);
        let password_hash = passwords.hash(DEMO_PASSWORD, random).await?;
        let user = users::NewUser {
            id: &id,
            connection_id: &connection.id,
            email: &person.email,
            email_verified: true,
            name: &person.name,
            password_hash: Some(&password_hash),
        };
        if users::insert(tx, &user, now).await? {
            for DemoMembership { organization, role } in &person.memberships {
                join(tx, organization, &id, role, now).await?;
            }
        }
    }
    Ok(())
}

async fn join(tx: &mut Tx, organization: &str, user: &UserId, role: &str, now: UnixTime) -> sqlx::Result<()> {
    let organization = organizations::by_name(tx, organization).await?;
    let role = roles::by_name(tx, role).await?;
    if let (Some(organization), Some(role)) = (organization, role) {
        organizations::upsert_member(tx, &organization.id, user, &[role], now).await?;
    }
    Ok(())
}
