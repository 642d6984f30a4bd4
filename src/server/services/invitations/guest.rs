//! Invitations as seen by the invited person.

use crate::{
    domain::{
        ids::{InvitationId, OrgId, PersonId},
        organizations::people::PendingInvitation,
        permissions::Role,
    },
    kernel::secret::fingerprint,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::{self, Entry, Outcome},
            invitations::{self, Found, Invitation, State},
            memberships::{self, Membership},
            people, proven_address,
        },
        services::joining,
        state::AppState,
    },
};

/// Finds the invitation of `ticket` in any state; `None` if Tessera did not make it.
#[tracing::instrument(skip_all)]
pub async fn by_ticket(app: &AppState, ticket: &str) -> Result<Option<Found>, Error> {
    invitations::by_ticket(&mut app.db.read().await?, &fingerprint(ticket)).await
}

/// Lists the open invitations to these people, by their proven addresses.
#[tracing::instrument(skip_all)]
pub async fn pending(app: &AppState, people: &[PersonId]) -> Result<Vec<PendingInvitation>, Error> {
    let mut all: Vec<PendingInvitation> = Vec::new();
    for person in people {
        let mut tx = app.db.read().await?;
        for found in invitations::for_person(&mut tx, app.provider.issuer(), *person, app.clock.now()).await? {
            let Found { organization, invitation } = found;
            if all.iter().any(|listed| listed.id == invitation.id.0) {
                continue;
            }
            all.push(PendingInvitation {
                id: invitation.id.0,
                slug: organization.slug,
                display_name: organization.display_name,
                inviter: invitation.inviter,
                role: invitation.role.0,
            });
        }
    }
    Ok(all)
}

/// Accepts the open invitation `id` for the one of `people` whose proven address it was sent to, and returns the slug of
/// the organization. The provider may not have the member yet when this returns; the queue adds it.
///
/// # Errors
/// [`Error::NotFound`] if none of them has such an invitation; [`Error::Conflict`] if it was closed in the meantime.
#[tracing::instrument(skip_all)]
pub async fn accept(app: &AppState, people: &[PersonId], id: InvitationId) -> Result<String, Error> {
    for person in people {
        let mut tx = app.db.read().await?;
        let open = invitations::for_person(&mut tx, app.provider.issuer(), *person, app.clock.now()).await?;
        if let Some(found) = open.into_iter().find(|found| found.invitation.id == id) {
            let subject = people::subject(&mut tx, *person).await?;
            drop(tx);
            add_member(app, *person, &subject, &found).await?;
            return Ok(found.organization.slug);
        }
    }
    Err(Error::NotFound)
}

/// Inserts the membership that the invitation `found` offers, and waits briefly until the provider has it.
async fn add_member(app: &AppState, person: PersonId, subject: &str, found: &Found) -> Result<(), Error> {
    let (org, invitation) = (found.organization.org_id, &found.invitation);
    let (now, role) = (app.clock.now(), invitation.role.0);
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    if !record_acceptance(app, &mut tx, invitation, person).await? {
        return Err(Error::Conflict("This invitation was already accepted or revoked."));
    }
    if memberships::insert(&mut tx, person, Membership { role, granted: None }, now).await? {
        let member = ProviderCommand::AddMember { subject: subject.to_owned(), role };
        queue::add(app, &mut tx, person, &member).await?;
    }
    let revocation = ProviderCommand::Revoke { invitation: invitation.id, address: invitation.address.clone() };
    queue::add(app, &mut tx, person, &revocation).await?;
    tx.commit().await?;
    // The provider refuses a sign-in of people it does not have as members.
    joining::wait_for_provider(app, org, subject).await
}

/// Address of the invitation page for the holder of `ticket`.
#[must_use]
pub fn page(ticket: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("ticket", ticket).finish();
    format!("/invitation?{query}")
}

/// Declines an open invitation. Returns `false` if it is not open.
#[tracing::instrument(skip_all)]
pub async fn decline(app: &AppState, found: &Found) -> Result<bool, Error> {
    let now = app.clock.now();
    let invitation = &found.invitation;
    let mut tx = OrgTx::begin(&app.db, found.organization.org_id, Mode::Write).await?;
    let is_open = invitation.state_at(now) == State::Open;
    if !is_open
        || !invitations::update_state(&mut tx, invitation.id, &[State::Open], State::Declined, None, now).await?
    {
        return Ok(false);
    }
    // The person may be unknown here, so the owner is the author of the command.
    let change = ProviderCommand::Revoke { invitation: invitation.id, address: invitation.address.clone() };
    let owner = memberships::owner(&mut tx).await?;
    queue::add(app, &mut tx, owner, &change).await?;
    tx.commit().await?;
    app.wake_provider_worker.now();
    Ok(true)
}

/// Returns the role that the ticket with this fingerprint invites to in `org`, if it invites `person`, who has proven the
/// invited address.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn invited_role(app: &AppState, org: OrgId, ticket: &str, person: PersonId) -> Result<Option<Role>, Error> {
    let mut tx = app.db.read().await?;
    let Some(address) = proven_address::find_proven(&mut tx, app.provider.issuer(), person).await? else {
        return Ok(None);
    };
    let found = invitations::by_ticket(&mut tx, ticket).await?;
    let is_theirs = |found: &Found| {
        *found.organization.org_id == org
            && found.invitation.state == State::Open
            && address.as_str() == found.invitation.address
    };
    Ok(found.filter(is_theirs).map(|found| found.invitation.role.0))
}

/// Marks the invitation of the ticket with this fingerprint as accepted by `person`, with an audit entry. Repeated
/// calls have no effect.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn accepted(app: &AppState, org: ProvenOrg, ticket: &str, person: PersonId) -> Result<(), Error> {
    let Some(found) = invitations::by_ticket(&mut app.db.read().await?, ticket).await? else { return Ok(()) };
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    record_acceptance(app, &mut tx, &found.invitation, person).await?;
    tx.commit().await
}

/// Marks an open invitation as accepted, with an audit entry. Returns `false` if it is not open.
async fn record_acceptance(
    app: &AppState,
    tx: &mut OrgTx,
    invitation: &Invitation,
    person: PersonId,
) -> Result<bool, Error> {
    let now = app.clock.now();
    if !invitations::update_state(tx, invitation.id, &[State::Open], State::Accepted, None, now).await? {
        return Ok(false);
    }
    let (id, target) = (app.random.uuid(now), invitation.address.as_str());
    let action = "invitation.accept";
    audit::insert(tx, Entry { id, at: now, person, action, target, outcome: Outcome::Done }).await?;
    Ok(true)
}
