//! Server functions for members and invitations.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::people::{PendingInvitation, People},
};
#[cfg(feature = "ssr")]
use crate::{
    server::{
        error::Error,
        repo::browser_organizations,
        services::{invitations, members},
    },
    web::request,
};

/// Returns the members and invitations of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_people", input = server_fn::codec::GetUrl)]
pub async fn get_people(org: String) -> Result<People, AppError> {
    let ctx = request::organization(&org).await?;
    members::people(&ctx).await.map_err(request::refuse)
}

/// Changes the role of a member.
#[server(prefix = "/fn", endpoint = "set_member_role")]
pub async fn set_member_role(org: String, person: String, role: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let role = role.parse().map_err(|_| request::refuse(Error::BadRequest))?;
    members::set_role(&ctx, parse_id(&person)?, role).await.map_err(request::refuse)
}

/// Deletes the membership of `person`.
#[server(prefix = "/fn", endpoint = "remove_member")]
pub async fn remove_member(org: String, person: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    members::remove(&ctx, parse_id(&person)?).await.map_err(request::refuse)
}

/// Deletes the signed-in person's own membership and redirects to the start page.
#[server(prefix = "/fn", endpoint = "leave_organization")]
pub async fn leave_organization(org: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    members::leave(&ctx).await.map_err(request::refuse)?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Sends an invitation to each of the `addresses` and redirects to the people page.
#[server(prefix = "/fn", endpoint = "invite_people")]
pub async fn invite_people(
    org: String,
    addresses: String,
    role: String,
    message: String,
    lifetime: String,
) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let form = invitations::Form { addresses: &addresses, role: &role, message: &message, lifetime: &lifetime };
    invitations::send(&ctx, &form).await.map_err(request::refuse)?;
    leptos_axum::redirect(&format!("/o/{}/settings/people", ctx.slug));
    Ok(())
}

/// Sends the invitation `id` again.
#[server(prefix = "/fn", endpoint = "resend_invitation")]
pub async fn resend_invitation(org: String, id: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    invitations::resend(&ctx, parse_id(&id)?).await.map_err(request::refuse)
}

/// Revokes an open invitation, or removes a closed one from the list.
#[server(prefix = "/fn", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(org: String, id: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    invitations::revoke(&ctx, parse_id(&id)?).await.map_err(request::refuse)
}

/// Lists the open invitations of all identities in this browser session. Empty for a visitor.
#[server(prefix = "/fn", endpoint = "list_pending_invitations", input = server_fn::codec::GetUrl)]
pub async fn list_pending_invitations() -> Result<Vec<PendingInvitation>, AppError> {
    let Some(browser) = request::browser().await? else { return Ok(Vec::new()) };
    let app = request::app();
    let people = async {
        let now = app.clock.now();
        let people = browser_organizations::people(&mut app.db.read().await?, browser.id, browser.person, now).await?;
        let people: Vec<_> = people.into_iter().map(|identity| identity.id).collect();
        invitations::guest::pending(&app, &people).await
    };
    people.await.map_err(request::refuse)
}

#[cfg(feature = "ssr")]
fn parse_id(id: &str) -> Result<uuid::Uuid, AppError> {
    id.parse().map_err(|_| request::refuse(Error::NotFound))
}
