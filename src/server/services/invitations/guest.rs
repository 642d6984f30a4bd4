//! Invitations as seen by the invited person.

use super::link;
use crate::{
    domain::{
        ids::{OrgId, PersonId},
        organizations::people::PendingInvitation,
        permissions::Role,
    },
    kernel::secret::fingerprint,
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::{self, Entry, Outcome},
            invitations::{self, Found, State},
            memberships,
            people::Profile,
        },
        state::AppState,
    },
};

/// Finds the invitation of `ticket` in any state; `None` if Tessera did not make it.
#[tracing::instrument(skip_all)]
pub async fn by_ticket(app: &AppState, ticket: &str) -> Result<Option<Found>, Error> {
    invitations::by_ticket(&mut app.db.read().await?, &fingerprint(ticket)).await
}

/// Lists the open invitations to these people, by their verified addresses.
#[tracing::instrument(skip_all)]
pub async fn pending(app: &AppState, people: &[PersonId]) -> Result<Vec<PendingInvitation>, Error> {
    let mut all: Vec<PendingInvitation> = Vec::new();
    for person in people {
        let mut tx = app.db.read().await?;
        for found in invitations::for_person(&mut tx, app.provider.issuer(), *person, app.clock.now()).await? {
            let Found { organization, invitation } = found;
            let Some(href) = href(app, organization.org_id, &invitation) else { continue };
            if all.iter().any(|invitation| invitation.href == href) {
                continue;
            }
            all.push(PendingInvitation {
                slug: organization.slug,
                display_name: organization.display_name,
                inviter: invitation.inviter,
                role: invitation.role.0,
                href,
            });
        }
    }
    Ok(all)
}

/// Address of the invitation page; `None` if the link cannot be opened any more.
fn href(app: &AppState, org: OrgId, invitation: &invitations::Invitation) -> Option<String> {
    let link = link::open(app, org, invitation.id, invitation.link.as_deref()?).ok()?;
    let link = url::Url::parse(&link).ok()?;
    let ticket = link.query_pairs().find_map(|(name, value)| (name == "invitation").then(|| value.into_owned()))?;
    Some(page(&ticket))
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
    queue::add_for(app, &mut tx, owner, &change).await?;
    tx.commit().await?;
    app.wake_provider_worker.now();
    Ok(true)
}

/// Returns the role that the ticket with this fingerprint invites to in `org`, if it invites the person in `profile`:
/// the provider has authenticated them and verified the invited address.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn invited_role(
    app: &AppState,
    org: OrgId,
    ticket: &str,
    profile: &Profile<'_>,
) -> Result<Option<Role>, Error> {
    let found = invitations::by_ticket(&mut app.db.read().await?, ticket).await?;
    let is_theirs = |found: &Found| {
        found.organization.org_id == org
            && found.invitation.state == State::Open
            && profile.is_verified == Some(true)
            && profile.email.to_lowercase() == found.invitation.address
    };
    Ok(found.filter(is_theirs).map(|found| found.invitation.role.0))
}

/// Marks the invitation of the ticket with this fingerprint as accepted by `person`, with an audit entry. Repeated
/// calls have no effect.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn accepted(app: &AppState, org: OrgId, ticket: &str, person: PersonId) -> Result<(), Error> {
    let Some(found) = invitations::by_ticket(&mut app.db.read().await?, ticket).await? else { return Ok(()) };
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let invitation = found.invitation;
    if invitations::update_state(&mut tx, invitation.id, &[State::Open], State::Accepted, None, now).await? {
        let (id, target) = (app.random.uuid(now), invitation.address.as_str());
        let action = "invitation.accept";
        audit::insert(&mut tx, Entry { id, at: now, person, action, target, outcome: Outcome::Done }).await?;
    }
    tx.commit().await
}
