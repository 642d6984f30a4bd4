//! Lists and changes the members of an organization. A change takes effect in the local database immediately; the
//! command queue repeats it at the provider.

use uuid::Uuid;

use super::{invitations, member_departure};
use crate::{
    domain::{
        ids::{BatchId, PersonId},
        organizations::people::{self, People},
        permissions::{Permission, Role},
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::Outcome,
            events::EventOrigin,
            members::{self, Member},
            memberships::{self, Membership},
        },
    },
};

const LAST_OWNER: Error = Error::Conflict("A workspace needs at least one owner. Make another member an owner first.");
const ABOVE_OWN_ROLE: Error = Error::Conflict("This requires a higher role than yours. Ask a workspace owner.");
const MANAGED_ELSEWHERE: Error =
    Error::Conflict("Members are managed in your identity provider. Changes made there appear here automatically.");

/// Lists the members and, for readers who may invite, the open invitations.
///
/// # Errors
/// [`Error::Forbidden`] without `read:members`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn people(ctx: &OrgContext) -> Result<People, Error> {
    let mut tx = ctx.read(Permission::ReadMembers).await?;
    let members = members::list(&mut tx).await?.into_iter().map(|member| to_view(ctx, member)).collect();
    let invitations = invitations::list_in(ctx, &mut tx).await?;
    Ok(People { members, invitations, is_managed: ctx.state().management.is_some() })
}

fn to_view(ctx: &OrgContext, member: Member) -> people::Member {
    let is_you = member.person == ctx.person;
    let may_manage = ctx.permissions.allow(Permission::ManageMembers) && member.role <= ctx.role;
    let roles = if may_manage && is_role_local(ctx, &member) {
        Role::ALL.into_iter().filter(|role| *role <= ctx.role).collect()
    } else {
        Vec::new()
    };
    people::Member {
        id: member.person.0,
        name: member.name,
        email: member.email,
        role: member.role,
        since: member.since,
        is_suspended: member.is_suspended,
        is_you,
        roles,
        may_remove: may_manage && !is_you && ctx.state().management.is_some(),
    }
}

/// Whether the local role is authoritative: Tessera manages the provider, or the provider grants no roles.
fn is_role_local(ctx: &OrgContext, member: &Member) -> bool {
    ctx.state().management.is_some() || member.granted.is_none()
}

/// Sets the role of the member `id`.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::NotFound`]; [`Error::Conflict`] if the old or the new role
/// is above that of the caller, for the last owner, and if only the provider can change roles.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set_role(ctx: &OrgContext, id: Uuid, role: Role) -> Result<(), Error> {
    const ACTION: &str = "member.role";
    let mut tx = ctx.write_rights(Permission::ManageMembers, ACTION, &id.to_string()).await?;
    let member = members::find(&mut tx, PersonId(id)).await?.ok_or(Error::NotFound)?;
    let target = format!("{} {role}", member.email);
    // No one may give a role above their own, nor change the role of a member above them.
    if member.role > ctx.role || role > ctx.role {
        return refuse(ctx, tx, ACTION, &target, ABOVE_OWN_ROLE).await;
    }
    if !is_role_local(ctx, &member) {
        return Err(MANAGED_ELSEWHERE);
    }
    // The provider may have granted less, or more, than the role has.
    if member.role == role && member.granted.is_none_or(|granted| granted == role.permissions()) {
        return Ok(());
    }
    let is_step_down = member.role == Role::Owner && role != Role::Owner;
    if is_step_down && !memberships::hand_over_ownership(&mut tx, member.person).await? {
        return Err(LAST_OWNER);
    }
    // If access tokens grant permissions, those of the role apply until the next token.
    let granted = member.granted.map(|_| role.permissions());
    memberships::upsert(&mut tx, member.person, Membership { role, granted }, ctx.now()).await?;
    queue_command(ctx, &mut tx, &ProviderCommand::PutMember { subject: member.subject, role }).await?;
    ctx.record(&mut tx, ACTION, &target, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Removes the member `id`, which ends all of their access to the organization.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::NotFound`]; [`Error::Conflict`] if the role of the member is
/// above that of the caller, for the last owner, and if only the provider can remove members.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn remove(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    const ACTION: &str = "member.remove";
    let mut tx = ctx.write_rights(Permission::ManageMembers, ACTION, &id.to_string()).await?;
    let member = members::find(&mut tx, PersonId(id)).await?.ok_or(Error::NotFound)?;
    if member.role > ctx.role {
        return refuse(ctx, tx, ACTION, &member.email, ABOVE_OWN_ROLE).await;
    }
    end_membership(ctx, tx, member, ACTION).await
}

/// Removes the person in `ctx` from the organization.
///
/// # Errors
/// [`Error::Forbidden`] without `read:members`; [`Error::Conflict`] for the last owner, and if only the provider can
/// remove members.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn leave(ctx: &OrgContext) -> Result<(), Error> {
    const ACTION: &str = "member.leave";
    let mut tx = ctx.write_rights(Permission::ReadMembers, ACTION, &ctx.slug).await?;
    let member = members::find(&mut tx, ctx.person).await?.ok_or(Error::NotFound)?;
    end_membership(ctx, tx, member, ACTION).await
}

async fn end_membership(ctx: &OrgContext, mut tx: OrgTx, member: Member, action: &'static str) -> Result<(), Error> {
    if ctx.state().management.is_none() {
        return Err(MANAGED_ELSEWHERE);
    }
    let is_owner = member.role == Role::Owner;
    if is_owner && !memberships::hand_over_ownership(&mut tx, member.person).await? {
        return Err(LAST_OWNER);
    }
    let events = member_departure::leave(&mut tx, member.person, ctx.now()).await?;
    queue_command(ctx, &mut tx, &ProviderCommand::RemoveMember { subject: member.subject }).await?;
    ctx.record(&mut tx, action, &member.email, Outcome::Done).await?;
    let origin = EventOrigin { batch: BatchId(ctx.new_id()), person: ctx.person, at: ctx.now() };
    member_departure::append_events(&mut tx, origin, &events).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Queues the command, if Tessera manages the provider.
async fn queue_command(ctx: &OrgContext, tx: &mut OrgTx, change: &ProviderCommand) -> Result<(), Error> {
    if ctx.state().management.is_some() { queue::add(ctx.state(), tx, ctx.person, change).await } else { Ok(()) }
}

/// Writes the refusal to the audit log and returns `error`.
async fn refuse(
    ctx: &OrgContext,
    mut tx: OrgTx,
    action: &'static str,
    target: &str,
    error: Error,
) -> Result<(), Error> {
    ctx.record(&mut tx, action, target, Outcome::Refused).await?;
    tx.commit().await?;
    Err(error)
}
