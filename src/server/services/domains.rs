//! Manages the email domains of an organization: their verification, and who may join by them.

use super::domain_checks;
use crate::{
    domain::{
        errors::FieldError,
        organizations::email_domains::{DomainDetails, DomainState, DomainSummary, Domains, JoinMode},
        permissions::{Permission, Role},
    },
    kernel::email_domain::MailDomain,
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{audit::Outcome, domains},
    },
};

/// Maximum number of domains per organization.
const MAX_DOMAINS: i64 = 50;

const TAKEN: &str = "Another workspace has verified this domain. If it’s yours, remove that workspace’s record \
                     from its DNS and try again in a few days.";

/// Lists the domains.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn list(ctx: &OrgContext) -> Result<Domains, Error> {
    let mut tx = ctx.read(Permission::ManageOrganization).await?;
    let domains = domains::list(&mut tx).await?.iter().map(summary).collect();
    Ok(Domains { is_managed: ctx.state().management.is_some(), domains })
}

/// Returns a domain.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, domain: &str) -> Result<DomainDetails, Error> {
    let mut tx = ctx.read(Permission::ManageOrganization).await?;
    let domain = MailDomain::parse(domain).ok_or(Error::NotFound)?;
    let found = domains::find(&mut tx, &domain).await?.ok_or(Error::NotFound)?;
    Ok(DomainDetails {
        summary: summary(&found),
        host: domain_checks::host(&domain),
        value: domain_checks::value(&found.token),
        checked_at: found.checked_at,
        missed_at: found.missed_at,
        is_discoverable: found.is_discoverable,
        is_managed: ctx.state().management.is_some(),
        roles: roles(ctx),
    })
}

fn summary(domain: &domains::Domain) -> DomainSummary {
    DomainSummary {
        domain: domain.domain.clone(),
        unicode: MailDomain::from_stored(&domain.domain).unicode(),
        state: domain.state,
        problem: domain.problem,
        mode: domain.mode,
        role: domain.role,
    }
}

/// Roles that the person may give by a domain: never owner, and none above their own.
fn roles(ctx: &OrgContext) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| *role < Role::Owner && *role <= ctx.role).collect()
}

/// Adds an unverified domain. Returns its name in ASCII.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::Invalid`] for `domain`, also if another organization
/// has verified it; [`Error::Conflict`] if there are too many.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn add(ctx: &OrgContext, typed: &str) -> Result<String, Error> {
    let app = ctx.state();
    let mut tx = ctx.write(Permission::ManageOrganization, "domain.add", typed).await?;
    let domain = MailDomain::claimable(typed).map_err(|refused| Error::invalid("domain", refused.to_string()))?;
    if domains::count(&mut tx).await? >= MAX_DOMAINS {
        return Err(Error::Conflict("A workspace has at most 50 domains. Remove one that you no longer use."));
    }
    if domains::is_proven_elsewhere(&mut tx, &domain).await? {
        return Err(Error::invalid("domain", TAKEN));
    }
    let (token, now) = (app.random.alphanumeric(32), ctx.now());
    // The first check is a minute away: the administrator gets the record only now.
    if !domains::insert(&mut tx, &domain, &token, ctx.person, now + chrono::TimeDelta::minutes(1), now).await? {
        return Err(Error::invalid("domain", "This domain is already in the list."));
    }
    ctx.record(&mut tx, "domain.add", domain.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    Ok(domain.to_string())
}

/// Checks the record of a domain now.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn check(ctx: &OrgContext, domain: &str) -> Result<(), Error> {
    drop(ctx.write(Permission::ManageOrganization, "domain.check", domain).await?);
    let domain = MailDomain::parse(domain).ok_or(Error::NotFound)?;
    domain_checks::check(ctx.state(), ctx.org(), &domain, Some(ctx.person)).await
}

/// Sets how people with an address at the domain join, the role that they get, and whether sign-in discovers the
/// organization by the domain.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::Invalid`] for `mode` and `role`, which may not be above
/// that of the caller; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set(ctx: &OrgContext, domain: &str, mode: &str, role: &str, is_discoverable: bool) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ManageOrganization, "domain.change", domain).await?;
    let field = |name: &str, message: &str| FieldError { field: name.to_owned(), message: message.to_owned() };
    let mode = JoinMode::named(mode).ok_or_else(|| field("mode", "Choose how people join."));
    let role = role
        .parse::<Role>()
        .ok()
        .filter(|role| roles(ctx).contains(role))
        .ok_or_else(|| field("role", "Choose a role that is not above your own. Owner is not available."));
    let (mode, role) = super::text::both(mode, role)?;
    let domain = MailDomain::parse(domain).ok_or(Error::NotFound)?;
    let previous = domains::find(&mut tx, &domain).await?.ok_or(Error::NotFound)?;
    if !domains::update_joining(&mut tx, &domain, mode, role, is_discoverable).await? {
        return Err(Error::NotFound);
    }
    if previous.state == DomainState::Verified && previous.is_discoverable != is_discoverable {
        queue_command(ctx, &mut tx, &ProviderCommand::PutDomain { domain: domain.to_string(), is_discoverable })
            .await?;
    }
    ctx.record(&mut tx, "domain.change", domain.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Removes a domain. People who joined by it stay members.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn remove(ctx: &OrgContext, domain: &str) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ManageOrganization, "domain.remove", domain).await?;
    let domain = MailDomain::parse(domain).ok_or(Error::NotFound)?;
    let state = domains::delete(&mut tx, &domain).await?.ok_or(Error::NotFound)?;
    if state == DomainState::Verified {
        queue_command(ctx, &mut tx, &ProviderCommand::RemoveDomain { domain: domain.to_string() }).await?;
    }
    ctx.record(&mut tx, "domain.remove", domain.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

async fn queue_command(ctx: &OrgContext, tx: &mut OrgTx, change: &ProviderCommand) -> Result<(), Error> {
    if ctx.state().management.is_some() { queue::add(ctx.state(), tx, ctx.person, change).await } else { Ok(()) }
}
