//! Server functions for members and invitations.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::people::{PendingInvitation, People},
};
#[cfg(feature = "ssr")]
use crate::{
    domain::ids::{InvitationId, PersonId},
    server::{
        error::Error,
        repo::browser_organizations,
        services::{invitations, members},
    },
    web::request,
};

/// Returns the members and invitations of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_people", protocol = crate::web::call::Get)]
pub async fn get_people(org: String) -> Result<People, AppError> {
    request::in_organization(&org, async |ctx| members::people(&ctx).await).await
}

/// Changes the role of a member.
#[server(prefix = "/fn", endpoint = "set_member_role", protocol = crate::web::call::Post)]
pub async fn set_member_role(org: String, person: String, role: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let role = role.parse()?;
        members::set_role(&ctx, person.parse()?, role).await
    })
    .await
}

/// Deletes the membership of `person`.
#[server(prefix = "/fn", endpoint = "remove_member", protocol = crate::web::call::Post)]
pub async fn remove_member(org: String, person: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| members::remove(&ctx, person.parse()?).await).await
}

/// Deletes the signed-in person's own membership and redirects to the start page.
#[server(prefix = "/fn", endpoint = "leave_organization", protocol = crate::web::call::Post)]
pub async fn leave_organization(org: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        members::leave(&ctx).await?;
        leptos_axum::redirect("/");
        Ok(())
    })
    .await
}

/// Sends an invitation to each of the `addresses` and redirects to the people page.
#[server(prefix = "/fn", endpoint = "invite_people", protocol = crate::web::call::Post)]
pub async fn invite_people(
    org: String,
    addresses: String,
    role: String,
    message: String,
    lifetime: String,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let form = invitations::Form { addresses: &addresses, role: &role, message: &message, lifetime: &lifetime };
        invitations::send(&ctx, &form).await?;
        leptos_axum::redirect(&format!("/o/{}/settings/people", ctx.slug));
        Ok(())
    })
    .await
}

/// Sends the invitation `id` again.
#[server(prefix = "/fn", endpoint = "resend_invitation", protocol = crate::web::call::Post)]
pub async fn resend_invitation(org: String, id: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| invitations::resend(&ctx, id.parse()?).await).await
}

/// Revokes an open invitation, or removes a closed one from the list.
#[server(prefix = "/fn", endpoint = "revoke_invitation", protocol = crate::web::call::Post)]
pub async fn revoke_invitation(org: String, id: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| invitations::revoke(&ctx, id.parse()?).await).await
}

/// Lists the open invitations of all identities in this browser session. Empty for a visitor.
#[server(prefix = "/fn", endpoint = "list_pending_invitations", protocol = crate::web::call::Get)]
pub async fn list_pending_invitations() -> Result<Vec<PendingInvitation>, AppError> {
    request::respond(async || invitations::guest::pending(&request::app(), &people_in_browser().await?).await).await
}

/// Accepts the invitation `id` to an identity in this browser session, and returns the address of the organization. A plain
/// form is redirected to it.
#[cfg(feature = "ssr")]
#[server(prefix = "/fn", endpoint = "accept_invitation", protocol = crate::web::call::Post)]
pub async fn accept_invitation(id: String) -> Result<String, AppError> {
    request::respond(async || {
        let people = people_in_browser().await?;
        if people.is_empty() {
            return Err(Error::SignInRequired);
        }
        let slug = invitations::guest::accept(&request::app(), &people, InvitationId(id.parse()?)).await?;
        let home = format!("/o/{slug}");
        if request::is_plain_form() {
            leptos_axum::redirect(&home);
        }
        Ok(home)
    })
    .await
}

/// Lists the identities in this browser session.
#[cfg(feature = "ssr")]
async fn people_in_browser() -> Result<Vec<PersonId>, Error> {
    let Some(browser) = request::browser().await? else { return Ok(Vec::new()) };
    let app = request::app();
    let mut tx = app.db.read().await?;
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, app.clock.now()).await?;
    Ok(people.into_iter().map(|identity| identity.id).collect())
}
