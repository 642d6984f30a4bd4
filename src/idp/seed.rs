//! What the database holds from the start.
//!
//! Everything here is added once. What somebody changed or took away since then stays as they left it.

use sqlx::SqliteConnection;

use super::{
    Config, Error,
    id::{OrganizationId, RoleId, UserId},
    password::Passwords,
    store::{apis, clients, organizations, roles, settings, users},
    time::Timestamp,
};
use crate::{
    access::{Permission, Role},
    demo,
    random::Random,
};

/// Clients, APIs and settings as configured, and the roles that the APIs' permissions make up.
pub async fn configured(conn: &mut SqliteConnection, config: &Config) -> Result<(), Error> {
    settings::allow_organization_names(conn, config.allow_organization_names).await?;
    for client in &config.clients {
        clients::upsert(conn, client).await?;
    }
    for role in Role::ALL {
        roles::ensure(conn, &RoleId::random(&config.random), role.as_str(), role.label()).await?;
    }
    for api in &config.apis {
        apis::upsert(conn, api).await?;
        for permission in &api.permissions {
            // A role gains a permission only when the API gains it, so that one taken away by hand stays away.
            if apis::add_permission(conn, &api.identifier, permission).await? {
                for role in Role::ALL.into_iter().filter(|role| allows(*role, permission)) {
                    roles::allow(conn, role.as_str(), &api.identifier, permission).await?;
                }
            }
        }
    }
    Ok(())
}

fn allows(role: Role, permission: &str) -> bool {
    permission.parse::<Permission>().is_ok_and(|permission| role.permissions().allow(permission))
}

/// The demo organizations and people.
pub async fn demo(
    conn: &mut SqliteConnection,
    passwords: &Passwords,
    random: &Random,
    now: Timestamp,
) -> Result<(), Error> {
    for organization in demo::ORGANIZATIONS {
        let id = OrganizationId::known(organization.id);
        let demo::Organization { name, display_name, colour, .. } = organization;
        organizations::ensure(conn, &id, name, display_name, colour, now).await?;
    }
    for person in demo::PEOPLE {
        let id = UserId::known(person.sub);
        if users::find(conn, &id).await?.is_some() {
            continue;
        }
        let password_hash = passwords.hash(demo::PASSWORD, random).await?;
        let user = users::NewUser {
            id: &id,
            email: person.email,
            email_verified: true,
            name: person.name,
            password_hash: &password_hash,
        };
        if users::insert(conn, &user, now).await? {
            for (organization, role) in person.memberships {
                join(conn, organization, &id, *role, now).await?;
            }
        }
    }
    Ok(())
}

async fn join(
    conn: &mut SqliteConnection,
    organization: &str,
    user: &UserId,
    role: Role,
    now: Timestamp,
) -> sqlx::Result<()> {
    let organization = organizations::by_name(conn, organization).await?;
    let role = roles::by_name(conn, role.as_str()).await?;
    if let (Some(organization), Some(role)) = (organization, role) {
        organizations::add_member(conn, &organization.id, user, &[role], now).await?;
    }
    Ok(())
}
