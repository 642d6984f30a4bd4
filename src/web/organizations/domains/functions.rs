//! Server functions for email domains and join requests.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::email_domains::{DomainDetails, Domains, JoinRequest},
};
#[cfg(feature = "ssr")]
use crate::{
    server::{
        error::Error,
        services::{domains, join_requests},
    },
    web::request,
};

/// Lists the domains of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_domains", input = server_fn::codec::GetUrl)]
pub async fn get_domains(org: String) -> Result<Domains, AppError> {
    let ctx = request::organization(&org).await?;
    domains::list(&ctx).await.map_err(request::refuse)
}

/// Returns one domain with its DNS record.
#[server(prefix = "/fn", endpoint = "get_domain", input = server_fn::codec::GetUrl)]
pub async fn get_domain(org: String, domain: String) -> Result<DomainDetails, AppError> {
    let ctx = request::organization(&org).await?;
    domains::get(&ctx, &domain).await.map_err(request::refuse)
}

/// Adds an unverified domain and redirects to its page.
#[server(prefix = "/fn", endpoint = "add_domain")]
pub async fn add_domain(org: String, domain: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let domain = domains::add(&ctx, &domain).await.map_err(request::refuse)?;
    leptos_axum::redirect(&format!("/o/{}/settings/domains/{domain}", ctx.slug));
    Ok(())
}

/// Checks the DNS record of a domain now.
#[server(prefix = "/fn", endpoint = "check_domain")]
pub async fn check_domain(org: String, domain: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    domains::check(&ctx, &domain).await.map_err(request::refuse)
}

/// Updates how people join by a domain. The form omits `discoverable` when its box is not ticked.
#[server(prefix = "/fn", endpoint = "change_domain")]
pub async fn change_domain(
    org: String,
    domain: String,
    mode: String,
    role: String,
    #[server(default)] discoverable: bool,
) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    domains::set(&ctx, &domain, &mode, &role, discoverable).await.map_err(request::refuse)
}

/// Deletes a domain and redirects to the list.
#[server(prefix = "/fn", endpoint = "remove_domain")]
pub async fn remove_domain(org: String, domain: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    domains::remove(&ctx, &domain).await.map_err(request::refuse)?;
    leptos_axum::redirect(&format!("/o/{}/settings/domains", ctx.slug));
    Ok(())
}

/// Lists the open join requests of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_join_requests", input = server_fn::codec::GetUrl)]
pub async fn get_join_requests(org: String) -> Result<Vec<JoinRequest>, AppError> {
    let ctx = request::organization(&org).await?;
    join_requests::waiting(&ctx).await.map_err(request::refuse)
}

/// Counts the open join requests of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "count_join_requests", input = server_fn::codec::GetUrl)]
pub async fn count_join_requests(org: String) -> Result<i64, AppError> {
    let ctx = request::organization(&org).await?;
    join_requests::count(&ctx).await.map_err(request::refuse)
}

/// Approves a join request: the person becomes a member.
#[server(prefix = "/fn", endpoint = "approve_join_request")]
pub async fn approve_join_request(org: String, person: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    join_requests::approve(&ctx, parse_person(&person)?).await.map_err(request::refuse)
}

/// Declines a join request.
#[server(prefix = "/fn", endpoint = "decline_join_request")]
pub async fn decline_join_request(org: String, person: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    join_requests::decline(&ctx, parse_person(&person)?).await.map_err(request::refuse)
}

#[cfg(feature = "ssr")]
fn parse_person(person: &str) -> Result<uuid::Uuid, AppError> {
    person.parse().map_err(|_| request::refuse(Error::NotFound))
}
