//! Who is in an organization, and with which role. A change takes effect here at once; the queue tells the provider.

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
            events::Doing,
            members::{self, Member},
            memberships::{self, Membership},
        },
    },
};

const LAST_OWNER: Error =
    Error::Conflict("Somebody has to own the workspace. Make another member an owner first; then this can be done.");
const HIGHER: Error = Error::Conflict("This is above your own role. Ask an owner of the workspace to do it.");
const ELSEWHERE: Error =
    Error::Conflict("Members are administered at your identity provider. Change it there; it shows up here by itself.");

/// Everybody in the organization and, for those who may invite, the invitations.
///
/// # Errors
/// [`Error::Forbidden`] without `read:members`.
pub async fn people(ctx: &OrgContext) -> Result<People, Error> {
    let mut tx = ctx.read(Permission::ReadMembers).await?;
    let members = members::list(&mut tx).await?.into_iter().map(|member| shown(ctx, member)).collect();
    let invitations = invitations::list_in(ctx, &mut tx).await?;
    Ok(People { members, invitations, is_managed: ctx.state().management.is_some() })
}

fn shown(ctx: &OrgContext, member: Member) -> people::Member {
    let is_you = member.person == ctx.person;
    let may_manage = ctx.permissions.allow(Permission::ManageMembers) && member.role <= ctx.role;
    let roles = if may_manage && may_decide(ctx, &member) {
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

/// Whether the role here counts: the provider can be told, or does not decide.
fn may_decide(ctx: &OrgContext, member: &Member) -> bool {
    ctx.state().management.is_some() || !member.is_granted
}

/// Gives the member `id` another role.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::NotFound`]; [`Error::Conflict`] for a role above one's own, or
/// of somebody with such a role, for the last owner, and where the provider alone decides.
pub async fn set_role(ctx: &OrgContext, id: Uuid, role: Role) -> Result<(), Error> {
    const ACTION: &str = "member.role";
    let mut tx = ctx.write(Permission::ManageMembers, ACTION, &id.to_string()).await?;
    let member = members::find(&mut tx, PersonId(id)).await?.ok_or(Error::NotFound)?;
    let target = format!("{} {role}", member.email);
    // Nobody reaches above their own role, be it from below.
    if member.role > ctx.role || role > ctx.role {
        return refuse(ctx, tx, ACTION, &target, HIGHER).await;
    }
    if !may_decide(ctx, &member) {
        return Err(ELSEWHERE);
    }
    if member.role == role {
        return Ok(());
    }
    let steps_down = member.role == Role::Owner && role != Role::Owner;
    if steps_down && !memberships::hand_over_ownership(&mut tx, member.person).await? {
        return Err(LAST_OWNER);
    }
    // Where tokens grant, the role's permissions stand until the next one.
    let granted = member.is_granted.then(|| role.permissions());
    memberships::put(&mut tx, member.person, Membership { role, granted }, ctx.now()).await?;
    tell(ctx, &mut tx, &ProviderCommand::PutMember { subject: member.subject, role }).await?;
    ctx.record(&mut tx, ACTION, &target, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake.now();
    Ok(())
}

/// Ends the membership of `id`, who is signed out of the organization everywhere.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::NotFound`]; [`Error::Conflict`] for somebody with a role above
/// one's own, for the last owner, and where the provider alone decides.
pub async fn remove(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    const ACTION: &str = "member.remove";
    let mut tx = ctx.write(Permission::ManageMembers, ACTION, &id.to_string()).await?;
    let member = members::find(&mut tx, PersonId(id)).await?.ok_or(Error::NotFound)?;
    if member.role > ctx.role {
        return refuse(ctx, tx, ACTION, &member.email, HIGHER).await;
    }
    end(ctx, tx, member, ACTION).await
}

/// Ends one's own membership.
///
/// # Errors
/// [`Error::Forbidden`] without `read:members`; [`Error::Conflict`] for the last owner, and where the provider alone
/// decides.
pub async fn leave(ctx: &OrgContext) -> Result<(), Error> {
    const ACTION: &str = "member.leave";
    let mut tx = ctx.write(Permission::ReadMembers, ACTION, &ctx.slug).await?;
    let member = members::find(&mut tx, ctx.person).await?.ok_or(Error::NotFound)?;
    end(ctx, tx, member, ACTION).await
}

async fn end(ctx: &OrgContext, mut tx: OrgTx, member: Member, action: &'static str) -> Result<(), Error> {
    if ctx.state().management.is_none() {
        return Err(ELSEWHERE);
    }
    let is_owner = member.role == Role::Owner;
    if is_owner && !memberships::hand_over_ownership(&mut tx, member.person).await? {
        return Err(LAST_OWNER);
    }
    let left = member_departure::leave(&mut tx, member.person, ctx.now()).await?;
    members::end_seats(&mut tx, member.person).await?;
    tell(ctx, &mut tx, &ProviderCommand::RemoveMember { subject: member.subject }).await?;
    ctx.record(&mut tx, action, &member.email, Outcome::Done).await?;
    let doing = Doing { batch: BatchId(ctx.new_id()), person: ctx.person, at: ctx.now() };
    member_departure::tell(&mut tx, doing, &left).await?;
    tx.commit().await?;
    ctx.state().wake.now();
    Ok(())
}

/// The provider, where we may.
async fn tell(ctx: &OrgContext, tx: &mut OrgTx, change: &ProviderCommand) -> Result<(), Error> {
    if ctx.state().management.is_some() { queue::add(ctx, tx, change).await } else { Ok(()) }
}

/// Puts the refusal on record.
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
