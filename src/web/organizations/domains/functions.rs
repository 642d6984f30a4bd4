//! Server functions for email domains and join requests.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::email_domains::{DomainDetails, Domains, JoinRequest},
};
#[cfg(feature = "ssr")]
use crate::{
    server::services::{domains, join_requests},
    web::request,
};

/// Lists the domains of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_domains", protocol = crate::web::call::Get)]
pub async fn get_domains(org: String) -> Result<Domains, AppError> {
    request::in_organization(&org, async |ctx| domains::list(&ctx).await).await
}

/// Returns one domain with its DNS record.
#[server(prefix = "/fn", endpoint = "get_domain", protocol = crate::web::call::Get)]
pub async fn get_domain(org: String, domain: String) -> Result<DomainDetails, AppError> {
    request::in_organization(&org, async |ctx| domains::get(&ctx, &domain).await).await
}

/// Adds an unverified domain and redirects to its page.
#[server(prefix = "/fn", endpoint = "add_domain", protocol = crate::web::call::Post)]
pub async fn add_domain(org: String, domain: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let domain = domains::add(&ctx, &domain).await?;
        leptos_axum::redirect(&format!("/o/{}/settings/domains/{domain}", ctx.slug));
        Ok(())
    })
    .await
}

/// Checks the DNS record of a domain now.
#[server(prefix = "/fn", endpoint = "check_domain", protocol = crate::web::call::Post)]
pub async fn check_domain(org: String, domain: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| domains::check(&ctx, &domain).await).await
}

/// Updates how people join by a domain. The form omits `discoverable` when its box is not ticked.
#[server(prefix = "/fn", endpoint = "change_domain", protocol = crate::web::call::Post)]
pub async fn change_domain(
    org: String,
    domain: String,
    mode: String,
    role: String,
    #[server(default)] discoverable: bool,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| domains::set(&ctx, &domain, &mode, &role, discoverable).await).await
}

/// Deletes a domain and redirects to the list.
#[server(prefix = "/fn", endpoint = "remove_domain", protocol = crate::web::call::Post)]
pub async fn remove_domain(org: String, domain: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        domains::remove(&ctx, &domain).await?;
        leptos_axum::redirect(&format!("/o/{}/settings/domains", ctx.slug));
        Ok(())
    })
    .await
}

/// Lists the open join requests of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_join_requests", protocol = crate::web::call::Get)]
pub async fn get_join_requests(org: String) -> Result<Vec<JoinRequest>, AppError> {
    request::in_organization(&org, async |ctx| join_requests::waiting(&ctx).await).await
}

/// Counts the open join requests of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "count_join_requests", protocol = crate::web::call::Get)]
pub async fn count_join_requests(org: String) -> Result<i64, AppError> {
    request::in_organization(&org, async |ctx| join_requests::count(&ctx).await).await
}

/// Approves a join request: the person becomes a member.
#[server(prefix = "/fn", endpoint = "approve_join_request", protocol = crate::web::call::Post)]
pub async fn approve_join_request(org: String, person: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| join_requests::approve(&ctx, person.parse()?).await).await
}

/// Declines a join request.
#[server(prefix = "/fn", endpoint = "decline_join_request", protocol = crate::web::call::Post)]
pub async fn decline_join_request(org: String, person: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| join_requests::decline(&ctx, person.parse()?).await).await
}
