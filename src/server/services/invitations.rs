//! Creates, lists and revokes invitations. They are saved locally; the command queue passes them to the provider, which
//! sends the mail.

use chrono::TimeDelta;
use uuid::Uuid;

use self::{
    form::{Parsed, rejected_lines},
    limits::SentMails,
    recipients::{Recipient, RejectedLine},
};
use crate::{
    domain::{
        ids::InvitationId,
        organizations::people::{self, InvitationState},
        permissions::{Permission, Role},
    },
    kernel::email_address::{self, EmailAddress},
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::Outcome,
            invitations::{self, Invitation, NewInvitation, State},
            members,
        },
        services::confirmed_address,
    },
};

mod form;
pub mod guest;

mod limits;
mod recipients;

pub use self::form::Form;

/// Maximum number of open invitations per organization.
const OPEN_MAX: i64 = 500;

/// Invites everyone in the list, or no one if there is an error in it. Returns the count.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:invitations`; [`Error::Invalid`] for `addresses`, `role`, `message` and
/// `lifetime`; [`Error::Conflict`] if too many are open or were sent, and if the sender has not confirmed their address;
/// [`Error::NotFound`] if invitations can be made at the provider only.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn send(ctx: &OrgContext, form: &Form<'_>) -> Result<usize, Error> {
    const ACTION: &str = "invitation.create";
    let target = form.addresses.split_whitespace().next().unwrap_or_default();
    require_confirmed_address(ctx).await?;
    let mut tx = ctx.write(Permission::ManageInvitations, ACTION, target).await?;
    if ctx.state().management.is_none() {
        return Err(Error::NotFound);
    }
    // Parse the form.
    let Parsed { list, role, lifetime, message } = form.parse()?;
    // No one may invite to a role above their own.
    if list.iter().map(|recipient| recipient.role).chain([role]).any(|role| role > ctx.role) {
        ctx.record(&mut tx, ACTION, target, Outcome::Refused).await?;
        tx.commit().await?;
        return Err(Error::invalid("role", role_above_own(ctx.role)));
    }
    // Report addresses that are members or invited already, rather than skipping them.
    invitations::update_expired(&mut tx, ctx.now()).await?;
    let sent = SentMails::count(ctx, &mut tx).await?;
    validate_list(&mut tx, &list, &sent).await?;
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    sent.check(count)?;
    if invitations::count_open(&mut tx).await?.saturating_add(count) > OPEN_MAX {
        return Err(Error::Conflict(
            "There are too many open invitations. Revoke some, or wait until they’re accepted.",
        ));
    }
    // Save the invitations, each with its command and audit entry.
    for recipient in &list {
        let new = NewInvitation {
            id: InvitationId(ctx.new_id()),
            email: &recipient.email,
            address: &recipient.address,
            role: recipient.role,
            message: &message,
            lifetime: TimeDelta::days(lifetime.days).num_seconds(),
            invited_by: ctx.person,
        };
        add(ctx, &mut tx, &new).await?;
        ctx.record(&mut tx, ACTION, &recipient.address, Outcome::Done).await?;
    }
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(list.len())
}

/// Sends an invitation again with a new link. The page of the old link then says that there is a newer one.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:invitations`; [`Error::NotFound`]; [`Error::Conflict`] for a role above that of
/// the caller, if the invitation was accepted or revoked meanwhile, and if too many were sent.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn resend(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    require_confirmed_address(ctx).await?;
    let (mut tx, before) = begin_change(ctx, id, "invitation.resend").await?;
    let sent = SentMails::count(ctx, &mut tx).await?;
    if let Some(refusal) = sent.refusal(&before.address) {
        return Err(Error::Conflict(refusal));
    }
    sent.check(1)?;
    finish(ctx, &mut tx, &before, State::Replaced).await?;
    let new = NewInvitation {
        id: InvitationId(ctx.new_id()),
        email: &before.email,
        address: &before.address,
        role: before.role.0,
        message: &before.message,
        lifetime: before.lifetime,
        invited_by: ctx.person,
    };
    if is_member(&mut tx, &before.address).await? {
        return Err(Error::Conflict("This person is already a member."));
    }
    add(ctx, &mut tx, &new).await?;
    ctx.record(&mut tx, "invitation.resend", &before.address, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Revokes an invitation, or removes an ended one from the list.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn revoke(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    let (mut tx, before) = begin_change(ctx, id, "invitation.revoke").await?;
    finish(ctx, &mut tx, &before, State::Revoked).await?;
    ctx.record(&mut tx, "invitation.revoke", &before.address, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Lists the invitations that can still be acted on. Empty for readers who may not invite.
pub async fn list_in(ctx: &OrgContext, tx: &mut OrgTx) -> Result<Vec<people::Invitation>, Error> {
    if !ctx.permissions.allow(Permission::ManageInvitations) {
        return Ok(Vec::new());
    }
    let all = invitations::list(tx).await?;
    Ok(all.into_iter().filter_map(|invitation| to_view(ctx, invitation)).collect())
}

fn to_view(ctx: &OrgContext, invitation: Invitation) -> Option<people::Invitation> {
    let state = match invitation.state_at(ctx.now()) {
        State::Waiting => InvitationState::Waiting,
        State::Open => InvitationState::Open,
        State::Expired => InvitationState::Expired,
        State::Declined => InvitationState::Declined,
        State::Failed => InvitationState::Failed,
        State::Accepted | State::Revoked | State::Replaced => return None,
    };
    Some(people::Invitation {
        id: invitation.id.0,
        email: invitation.email,
        role: invitation.role.0,
        state,
        inviter: invitation.inviter,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        problem: invitation.problem,
        may_change: invitation.role.0 <= ctx.role,
    })
}

/// Opens a write transaction for the invitation `id`.
async fn begin_change(ctx: &OrgContext, id: Uuid, action: &'static str) -> Result<(OrgTx, Invitation), Error> {
    let mut tx = ctx.write(Permission::ManageInvitations, action, &id.to_string()).await?;
    let found = invitations::find(&mut tx, InvitationId(id)).await?.ok_or(Error::NotFound)?;
    if found.role.0 > ctx.role {
        ctx.record(&mut tx, action, &found.address, Outcome::Refused).await?;
        tx.commit().await?;
        return Err(Error::Conflict("This invitation is for a role above your own. Ask an owner."));
    }
    Ok((tx, found))
}

/// Ends the invitation `before`, and revokes it at the provider if the provider may have it.
async fn finish(ctx: &OrgContext, tx: &mut OrgTx, before: &Invitation, after: State) -> Result<(), Error> {
    let unfinished = [State::Open, State::Waiting, State::Expired, State::Declined, State::Failed];
    if !invitations::update_state(tx, before.id, &unfinished, after, None, ctx.now()).await? {
        return Err(Error::Conflict("This invitation was already accepted or revoked."));
    }
    // A failed or declined invitation does not exist at the provider, or its revocation is queued already.
    if matches!(before.state, State::Waiting | State::Open) {
        let change = ProviderCommand::Revoke { invitation: before.id, address: before.address.clone() };
        queue::add(ctx.state(), tx, ctx.person, &change).await?;
    }
    Ok(())
}

async fn add(ctx: &OrgContext, tx: &mut OrgTx, new: &NewInvitation<'_>) -> Result<(), Error> {
    if !invitations::insert(tx, new, ctx.now()).await? {
        return Err(Error::Conflict("Someone just invited the same person. Check the list."));
    }
    let change = ProviderCommand::Invite { invitation: new.id, address: new.address.to_owned() };
    queue::add(ctx.state(), tx, ctx.person, &change).await
}

/// Refuses a sender who has not confirmed their email address. Whether they may invite at all is checked afterwards.
async fn require_confirmed_address(ctx: &OrgContext) -> Result<(), Error> {
    if !ctx.permissions.allow(Permission::ManageInvitations) {
        return Ok(());
    }
    confirmed_address::require(ctx.state(), ctx.person).await
}

/// Rejects addresses that are members or invited already, or were sent too many invitations.
async fn validate_list(tx: &mut OrgTx, list: &[Recipient], sent: &SentMails) -> Result<(), Error> {
    let members = members::list(tx).await?.into_iter();
    let members: Vec<_> = members.map(|member| EmailAddress::of_asserted(&member.email).to_string()).collect();
    let invited: Vec<_> = invitations::list(tx).await?;
    let open_invitation = |address: &str| {
        invited.iter().find(|invitation| {
            matches!(invitation.state, State::Waiting | State::Open) && invitation.address == address
        })
    };
    let rejected = list.iter().filter_map(|recipient| {
        let reason = if members.contains(&recipient.address) {
            format!("{} is already a member.", recipient.email)
        } else if let Some(invitation) = open_invitation(&recipient.address) {
            format!("{} already has an open invitation. You can resend it from the People page.", invitation.email)
        } else {
            format!("{}: {}", recipient.email, sent.refusal(&recipient.address)?)
        };
        Some(RejectedLine { line: recipient.line, reason })
    });
    let rejected: Vec<_> = rejected.collect();
    if rejected.is_empty() { Ok(()) } else { Err(Error::Invalid(vec![rejected_lines(&rejected)])) }
}

async fn is_member(tx: &mut OrgTx, address: &str) -> Result<bool, Error> {
    Ok(members::list(tx).await?.iter().any(|member| email_address::are_equal(&member.email, address)))
}

fn role_above_own(own: Role) -> String {
    format!("You can’t invite people with a role above your own, {}.", own.label().to_lowercase())
}
