//! Configures the built-in provider for the application: its client, its API, the roles and the demo data.

use std::sync::Arc;

use crate::{
    domain::permissions::{Permission, Role},
    idp::{self, Idp, SmtpConfig, SmtpError},
    kernel::{clock::Clock, random::Random, sealer::Sealer},
    server::{
        config::{BuiltIn, Config, ConfigError, Variables},
        seed::demo_data,
    },
};

use super::error::StartError;

/// Lifetime of access tokens for the application's API in seconds. A token cannot be taken back, so it is short.
const ACCESS_TOKEN_LIFETIME: i64 = 3_600;

/// Reads the configuration of the whole process from the environment variables.
pub fn read_config(variables: &Variables) -> Result<Config, ConfigError> {
    let config = Config::read(variables)?;
    if let Some(built_in) = &config.built_in {
        smtp_config(built_in)?;
    }
    Ok(config)
}

fn smtp_config(built_in: &BuiltIn) -> Result<Option<SmtpConfig>, ConfigError> {
    let Some(mail) = &built_in.mail else { return Ok(None) };
    // The URL may contain a password, so the error does not repeat it.
    SmtpConfig::new(&mail.smtp_url, &mail.from).map(Some).map_err(|error| match error {
        SmtpError::From => ConfigError(format!("IDP_MAIL_FROM is “{}”, which {error}.", mail.from)),
        SmtpError::Url | SmtpError::Tls(_) => ConfigError(format!("The value of IDP_SMTP_URL {error}.")),
    })
}

/// Returns the application's roles, which the provider assigns to members.
#[must_use]
pub fn provider_roles() -> Vec<idp::RoleSeed> {
    let role = |role: Role| idp::RoleSeed {
        name: role.as_str().to_owned(),
        description: role.label().to_owned(),
        permissions: role.permissions().iter().map(|permission| permission.to_string()).collect(),
    };
    Role::ALL.into_iter().map(role).collect()
}

/// Returns the demo, with the organizations and people that the provider seeds.
#[must_use]
pub fn demo() -> idp::Mode {
    let organizations = demo_data::ORGANIZATIONS.into_iter().map(|organization| idp::DemoOrganization {
        id: organization.id.to_owned(),
        name: organization.name.to_owned(),
        display_name: organization.display_name.to_owned(),
        colour: organization.colour.to_owned(),
    });
    let membership = |(organization, role): &(&str, Role)| idp::DemoMembership {
        organization: (*organization).to_owned(),
        role: role.as_str().to_owned(),
    };
    let people = demo_data::PEOPLE.into_iter().map(|person| idp::DemoPerson {
        id: person.sub.to_owned(),
        email: person.email.to_owned(),
        name: person.name.to_owned(),
        memberships: person.memberships.iter().map(membership).collect(),
    });
    idp::Mode::Demo(Arc::new(idp::DemoTenant { organizations: organizations.collect(), people: people.collect() }))
}

/// Returns the provider's own sealer. Application and provider cannot open what the other sealed.
fn provider_sealer(session_secret: &str) -> Sealer {
    let random = Random::system();
    Sealer::new(&Sealer::new(session_secret, random.clone()).derive("seal of the built-in provider"), random)
}

/// Opens the built-in provider with the application as its client.
pub async fn open_provider(
    config: &Config,
    built_in: &BuiltIn,
    clock: Clock,
    random: Random,
) -> Result<Idp, StartError> {
    let client = idp::Client {
        client_id: config.provider.client_id.clone(),
        name: "Tessera".to_owned(),
        secret: Some(config.provider.client_secret.clone()),
        callbacks: vec![config.url("/callback").into()],
        logout_urls: vec![config.url("/").into()],
        backchannel_logout_urls: vec![config.url("/backchannel-logout").into()],
        initiate_login_uri: config.url("/login").into(),
        organization_usage: idp::OrganizationUsage::Allow,
        // Users without an organization choose one in the application, which lists more than twenty and can search
        // them.
        organization_require_behavior: idp::OrganizationRequireBehavior::NoPrompt,
        ..idp::Client::default()
    };
    let own_api = idp::ClientGrant {
        audience: config.provider.audience.clone(),
        scope: Permission::ALL.iter().map(ToString::to_string).collect(),
        organization_usage: idp::OrganizationUsage::Allow,
        allow_any_organization: true,
    };
    let management_api = idp::ClientGrant {
        audience: format!("{}api/v2/", config.provider.issuer.url()),
        scope: idp::management_permissions(),
        organization_usage: idp::OrganizationUsage::Deny,
        allow_any_organization: false,
    };
    let management = idp::Client {
        client_id: built_in.management_client_id.clone(),
        name: "Tessera administration".to_owned(),
        app_type: idp::AppType::NonInteractive,
        secret: Some(built_in.management_client_secret.clone()),
        grant_types: vec!["client_credentials".to_owned()],
        grants: vec![management_api, own_api],
        ..idp::Client::default()
    };
    let api = idp::Api {
        identifier: config.provider.audience.clone(),
        name: "Tessera API".to_owned(),
        permissions: Permission::ALL.iter().map(ToString::to_string).collect(),
        token_lifetime: ACCESS_TOKEN_LIFETIME,
        is_system: false,
    };
    Ok(Idp::open(idp::Config {
        issuer: config.provider.issuer.url().clone(),
        other_issuers: built_in.https.iter().map(|https| https.issuer.clone()).collect(),
        database_url: built_in.database_url.clone(),
        durability: config.durability,
        sealer: provider_sealer(&config.session_secret),
        previous_sealer: built_in.previous_secret.as_deref().map(provider_sealer),
        migration_database_url: built_in.migration_database_url.clone(),
        clients: vec![client, management],
        apis: vec![api],
        roles: provider_roles(),
        mode: if built_in.is_demo { demo() } else { idp::Mode::Production },
        allow_organization_names: false,
        management_calls_per_minute: built_in.management_calls_per_minute,
        smtp: smtp_config(built_in)?,
        outbound_allow: built_in.outbound_allow.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        password_cost: idp::PasswordCost::default(),
        clock,
        random,
    })
    .await?)
}

/// Removes what a lost `SESSION_SECRET` sealed in the built-in provider.
pub async fn forget_secrets(built_in: &BuiltIn, random: &Random) -> Result<(), StartError> {
    Ok(Idp::forget_secrets(&built_in.database_url, built_in.migration_database_url.as_deref(), random).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_server_and_the_sender_must_be_valid() {
        let read = |url: &str, from: &str| {
            let variables = [
                ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
                ("IDP_SMTP_URL", url),
                ("IDP_MAIL_FROM", from),
            ];
            let config = read_config(&variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
            config.map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(read("smtp://me:hush@localhost:1025", "Tessera <a@b.example>"), Ok(()));
        assert!(read("smtp://me:hush@localhost:1025", "nobody").unwrap_err().contains("“nobody”"));
        let wrong = read("imap://me:hush@localhost", "Tessera <a@b.example>").unwrap_err();
        assert!(wrong.contains("IDP_SMTP_URL") && !wrong.contains("hush"), "{wrong}");
    }
}
