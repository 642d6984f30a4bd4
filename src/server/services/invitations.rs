//! Inviting people into an organization. It is written down here, and the queue tells the provider, which sends the mail.

use chrono::TimeDelta;
use uuid::Uuid;

use self::{
    form::{Parsed, wrong_lines},
    recipients::{Recipient, Wrong},
};
use crate::{
    domain::{
        ids::InvitationId,
        organizations::people::{self, InvitationState},
        permissions::{Permission, Role},
    },
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
    },
};

mod form;
pub mod guest;
pub mod link;
mod recipients;

pub use self::form::Form;

/// The most invitations of an organization that may be open at the same time.
const OPEN_MAX: i64 = 500;

/// Invites everybody in the list, or nobody when something in it is wrong; says how many.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:invitations`; [`Error::Invalid`] for `addresses`, `role`, `message` and `lifetime`;
/// [`Error::Conflict`] when too many are open; [`Error::NotFound`] where invitations are made at the provider alone.
pub async fn send(ctx: &OrgContext, form: &Form<'_>) -> Result<usize, Error> {
    const ACTION: &str = "invitation.create";
    let target = form.addresses.split_whitespace().next().unwrap_or_default();
    let mut tx = ctx.write(Permission::ManageInvitations, ACTION, target).await?;
    if ctx.state().management.is_none() {
        return Err(Error::NotFound);
    }
    // Parse what was typed.
    let Parsed { list, role, lifetime, message } = form.parse()?;
    // Nobody invites into a role above their own.
    if list.iter().map(|one| one.role).chain([role]).any(|role| role > ctx.role) {
        ctx.record(&mut tx, ACTION, target, Outcome::Refused).await?;
        tx.commit().await?;
        return Err(Error::invalid("role", above(ctx.role)));
    }
    // Leave out nobody silently: say who is there already.
    invitations::expire(&mut tx, ctx.now()).await?;
    check(&mut tx, &list).await?;
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    if invitations::count_open(&mut tx).await?.saturating_add(count) > OPEN_MAX {
        return Err(Error::Conflict("Too many invitations are open. Withdraw some, or wait until they are accepted."));
    }
    // Write them down, each with its change and its record.
    for one in &list {
        let new = NewInvitation {
            id: InvitationId(ctx.new_id()),
            email: &one.email,
            address: &one.address,
            role: one.role,
            message: &message,
            lifetime: TimeDelta::days(lifetime.days).num_seconds(),
            invited_by: ctx.person,
        };
        add(ctx, &mut tx, &new).await?;
        ctx.record(&mut tx, ACTION, &one.address, Outcome::Done).await?;
    }
    tx.commit().await?;
    ctx.state().wake.now();
    Ok(list.len())
}

/// Sends an invitation again, with a new link; the old one says so.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:invitations`, or for a role above one's own; [`Error::NotFound`];
/// [`Error::Conflict`] when it has been accepted or withdrawn meanwhile.
pub async fn resend(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    let (mut tx, before) = take(ctx, id, "invitation.resend").await?;
    end(ctx, &mut tx, &before, State::Replaced).await?;
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
        return Err(Error::Conflict("This person is a member already."));
    }
    add(ctx, &mut tx, &new).await?;
    ctx.record(&mut tx, "invitation.resend", &before.address, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake.now();
    Ok(())
}

/// Withdraws an invitation, or takes one that has ended off the list.
///
/// # Errors
/// As [`resend`].
pub async fn revoke(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    let (mut tx, before) = take(ctx, id, "invitation.revoke").await?;
    end(ctx, &mut tx, &before, State::Revoked).await?;
    ctx.record(&mut tx, "invitation.revoke", &before.address, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake.now();
    Ok(())
}

/// The invitations that somebody may still want to do something about. Empty for those who may not invite.
///
/// # Errors
/// When the database does not answer.
pub async fn list_in(ctx: &OrgContext, tx: &mut OrgTx) -> Result<Vec<people::Invitation>, Error> {
    if !ctx.permissions.allow(Permission::ManageInvitations) {
        return Ok(Vec::new());
    }
    let all = invitations::list(tx).await?;
    Ok(all.into_iter().filter_map(|invitation| shown(ctx, tx, invitation)).collect())
}

fn shown(ctx: &OrgContext, tx: &OrgTx, invitation: Invitation) -> Option<people::Invitation> {
    let state = match invitation.state_at(ctx.now()) {
        State::Waiting => InvitationState::Waiting,
        State::Open => InvitationState::Open,
        State::Expired => InvitationState::Expired,
        State::Declined => InvitationState::Declined,
        State::Failed => InvitationState::Failed,
        State::Accepted | State::Revoked | State::Replaced => return None,
    };
    let may_change = invitation.role.0 <= ctx.role;
    let sealed = invitation.link.as_deref().filter(|_| may_change && state == InvitationState::Open);
    // After a change of the secret the link is lost, and sending it again makes a new one.
    let link = sealed.and_then(|link| link::open(ctx.state(), tx.org(), invitation.id, link).ok());
    Some(people::Invitation {
        id: invitation.id.0,
        email: invitation.email,
        role: invitation.role.0,
        state,
        inviter: invitation.inviter,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        problem: invitation.problem,
        link,
        may_change,
    })
}

/// Begins to change the invitation `id`.
async fn take(ctx: &OrgContext, id: Uuid, action: &'static str) -> Result<(OrgTx, Invitation), Error> {
    let mut tx = ctx.write(Permission::ManageInvitations, action, &id.to_string()).await?;
    let found = invitations::find(&mut tx, InvitationId(id)).await?.ok_or(Error::NotFound)?;
    if found.role.0 > ctx.role {
        ctx.record(&mut tx, action, &found.address, Outcome::Refused).await?;
        tx.commit().await?;
        return Err(Error::Conflict("This invitation is to a role above your own. Ask an owner."));
    }
    Ok((tx, found))
}

/// Ends `before` here, and tells the provider where it may have it.
async fn end(ctx: &OrgContext, tx: &mut OrgTx, before: &Invitation, after: State) -> Result<(), Error> {
    let unfinished = [State::Open, State::Waiting, State::Expired, State::Declined, State::Failed];
    if !invitations::finish(tx, before.id, &unfinished, after, None, ctx.now()).await? {
        return Err(Error::Conflict("This invitation was accepted or withdrawn meanwhile."));
    }
    // What was refused or declined is not there, or is being withdrawn already.
    if matches!(before.state, State::Waiting | State::Open) {
        let change = ProviderCommand::Revoke { invitation: before.id, address: before.address.clone() };
        queue::add(ctx, tx, &change).await?;
    }
    Ok(())
}

async fn add(ctx: &OrgContext, tx: &mut OrgTx, new: &NewInvitation<'_>) -> Result<(), Error> {
    if !invitations::add(tx, new, ctx.now()).await? {
        return Err(Error::Conflict("Somebody has just invited the same person. Look at the list."));
    }
    let change = ProviderCommand::Invite { invitation: new.id, address: new.address.to_owned() };
    queue::add(ctx, tx, &change).await
}

/// Refuses those who are members, or invited already.
async fn check(tx: &mut OrgTx, list: &[Recipient]) -> Result<(), Error> {
    let members: Vec<_> = members::list(tx).await?.into_iter().map(|member| member.email.to_lowercase()).collect();
    let invited: Vec<_> = invitations::list(tx).await?;
    let is_invited = |address: &str| {
        invited.iter().find(|one| matches!(one.state, State::Waiting | State::Open) && one.address == address)
    };
    let wrong = list.iter().filter_map(|one| {
        let what = if members.contains(&one.address) {
            format!("{} is a member already.", one.email)
        } else {
            let known = is_invited(&one.address)?;
            format!("{} has an open invitation already. You can send it again from the list of people.", known.email)
        };
        Some(Wrong { line: one.line, what })
    });
    let wrong: Vec<_> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(vec![wrong_lines(&wrong)])) }
}

async fn is_member(tx: &mut OrgTx, address: &str) -> Result<bool, Error> {
    Ok(members::list(tx).await?.iter().any(|member| member.email.to_lowercase() == address))
}

fn above(own: Role) -> String {
    format!("You can invite people as {} at most, which is your own role.", own.label().to_lowercase())
}
