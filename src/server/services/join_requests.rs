//! Requests to join an organization, and the decisions on them.

use uuid::Uuid;

use crate::{
    domain::{
        ids::PersonId,
        organizations::email_domains::JoinRequest,
        permissions::{Permission, Role},
    },
    kernel::email_domain::MailDomain,
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::Outcome,
            domains,
            join_requests::{self, State},
            memberships::{self, Membership},
            people,
        },
    },
};

const ALREADY_DECIDED: Error = Error::Conflict("This request doesn’t exist or was already answered.");

/// Lists the pending requests, the oldest first.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn waiting(ctx: &OrgContext) -> Result<Vec<JoinRequest>, Error> {
    let mut tx = ctx.read(Permission::ManageMembers).await?;
    let mut requests = Vec::new();
    for request in join_requests::waiting(&mut tx).await? {
        let role = role(ctx, &mut tx, &request.domain).await?;
        let join_requests::Waiting { person_id, name, email, asked_at, .. } = request;
        requests.push(JoinRequest { person: person_id.0, name, email, asked_at, role });
    }
    Ok(requests)
}

/// Counts the pending requests.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn count(ctx: &OrgContext) -> Result<i64, Error> {
    join_requests::count(&mut ctx.read(Permission::ManageMembers).await?).await
}

/// Returns the role that an approved request by `domain` gives: the role of the domain, but not above the role of the
/// approver.
async fn role(ctx: &OrgContext, tx: &mut OrgTx, domain: &str) -> Result<Role, Error> {
    let domain = domains::find(tx, &MailDomain::from_stored(domain)).await?;
    Ok(domain.map_or(Role::Member, |domain| domain.role).min(ctx.role))
}

/// Approves the request of `person`, who becomes a member.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::Conflict`] if the request was decided already.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn approve(ctx: &OrgContext, person: Uuid) -> Result<(), Error> {
    let person = PersonId(person);
    let mut tx = ctx.write(Permission::ManageMembers, "join_request.approve", &person.to_string()).await?;
    let decided = join_requests::update_decision(&mut tx, person, State::Approved, ctx.person, ctx.now()).await?;
    let (email, domain) = decided.ok_or(ALREADY_DECIDED)?;
    let role = role(ctx, &mut tx, &domain).await?;
    // A person who became a member in another way in the meantime keeps their role.
    if memberships::insert(&mut tx, person, Membership { role, granted: None }, ctx.now()).await? {
        let subject = people::subject_of(&mut tx, person).await?;
        queue::add(ctx.state(), &mut tx, ctx.person, &ProviderCommand::AddMember { subject, role }).await?;
    }
    ctx.record(&mut tx, "join_request.approve", &email, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Declines the request of `person`, who may ask again after a week.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:members`; [`Error::Conflict`] if the request was decided already.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn decline(ctx: &OrgContext, person: Uuid) -> Result<(), Error> {
    let person = PersonId(person);
    let mut tx = ctx.write(Permission::ManageMembers, "join_request.decline", &person.to_string()).await?;
    let decided = join_requests::update_decision(&mut tx, person, State::Declined, ctx.person, ctx.now()).await?;
    let (email, _) = decided.ok_or(ALREADY_DECIDED)?;
    ctx.record(&mut tx, "join_request.decline", &email, Outcome::Done).await?;
    tx.commit().await
}
