//! `GET /console/invitations`, `/console/invitation`, and creating and revoking invitations

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    idp::{
        console::navigation::query,
        form,
        id::{InvitationId, OrganizationId, RoleId},
        invite,
        page_error::PageError,
        pages::{
            Page,
            console::{confirm::Confirmation, invitations as page, links},
        },
        parameters::Parameters,
        state::Idp,
        store::{
            clients,
            console_queries::{organizations as queries, tenant},
            invitations::{self, Invitation},
            organizations::{self, Organization},
        },
    },
    kernel::database::Tx,
};

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let mut tx = idp.database.read().await?;
    let listing = queries::invitations(&mut tx, None, &query(&parameters), idp.now()).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}

/// Shows the form that creates an invitation to the organization in the query.
pub async fn draft(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let mut tx = idp.database.read().await?;
    let organization = organization(&mut tx, &parameters).await?;
    let roles = tenant::roles(&mut tx).await?;
    Ok(page::draft(&idp, &organization, &roles, &page::FormInput::default()))
}

pub async fn create(State(idp): State<Idp>, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let organization = organization(&mut tx, &parameters).await?;
    let roles = tenant::roles(&mut tx).await?;
    let mut draft = page::FormInput {
        email: parameters.text("email"),
        inviter: parameters.text("inviter"),
        role: parameters.text("role"),
        ..page::FormInput::default()
    };

    // Validate the input
    let email = form::email(draft.email);
    draft.email_error = email.is_none().then_some("Enter an email address, such as joe@example.com.");
    draft.inviter_error = form::name(draft.inviter).err();
    let role = roles.iter().find(|role| role.id.as_str() == draft.role);
    draft.role_error = (role.is_none() && !draft.role.is_empty()).then_some("Choose one of the roles.");
    let client = clients::for_invitations(&mut tx).await?;
    draft.form_error = client
        .is_none()
        .then_some("No application can receive invitations. One needs a login address and must allow organizations.");
    let (Some(email), Some(client), None, None) = (email, client, draft.inviter_error, draft.role_error) else {
        let page = page::draft(&idp, &organization, &roles, &draft).with_status(StatusCode::BAD_REQUEST);
        return Ok(page.into_response());
    };

    // Create the invitation
    let new = invite::InvitationDraft {
        email,
        inviter_name: draft.inviter.trim().to_owned(),
        role_ids: role.map(|role| RoleId::unchecked(role.id.as_str())).into_iter().collect(),
        by_mail: parameters.get("mail") == Some("on"),
        ..invite::InvitationDraft::default()
    };
    let invitation = match invite::create(&idp, &mut tx, &organization, &client, new).await? {
        Ok(invitation) => invitation,
        Err(too_many) => {
            let message = too_many.message(idp.now());
            let draft = page::FormInput { form_error: Some(&message), ..draft };
            let page = page::draft(&idp, &organization, &roles, &draft);
            return Ok(page.with_retry_after(too_many.seconds(idp.now())).into_response());
        }
    };
    tx.commit().await?;
    Ok(Redirect::to(&links::invitation(&invitation.id)).into_response())
}

/// Shows an invitation with its link, for copying.
pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let mut tx = idp.database.read().await?;
    let invitation = find(&idp, &mut tx, &parameters).await?;
    let organization = organizations::find(&mut tx, &invitation.organization_id).await?.ok_or(PageError::NotFound)?;
    let client = clients::find(&mut tx, invitation.client_id.as_str()).await?.ok_or(PageError::NotFound)?;
    let roles = tenant::roles(&mut tx).await?;
    let link = invite::link(&invitation.open_ticket(&idp.sealer)?, &client, &organization);
    Ok(page::details(&idp, &page::Details { invitation, organization, client, roles, link }))
}

pub async fn ask_revoke(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let invitation = find(&idp, &mut idp.database.read().await?, &parameters).await?;
    let confirmation = Confirmation {
        section: "invitations",
        title: &format!("Revoke the invitation for {}?", invitation.email),
        text: "Its link stops working immediately. You can invite them again later, with a new link.",
        action: "/console/invitation/revoke",
        field: Some(("id", invitation.id.as_str())),
        button: "Revoke",
        back: &links::invitation(&invitation.id),
    };
    Ok(confirmation.page(&idp))
}

pub async fn revoke(State(idp): State<Idp>, parameters: Parameters) -> Result<Redirect, PageError> {
    let mut tx = idp.database.write().await?;
    // An invitation that no longer exists counts as revoked.
    invitations::delete(&mut tx, &InvitationId::unchecked(parameters.text("id"))).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/invitations"))
}

async fn find(idp: &Idp, tx: &mut Tx, parameters: &Parameters) -> Result<Invitation, PageError> {
    let id = InvitationId::unchecked(parameters.text("id"));
    invitations::find(tx, &id, idp.now()).await?.ok_or(PageError::NotFound)
}

async fn organization(tx: &mut Tx, parameters: &Parameters) -> Result<Organization, PageError> {
    let id = OrganizationId::unchecked(parameters.text("organization"));
    organizations::find(tx, &id).await?.ok_or(PageError::NotFound)
}
