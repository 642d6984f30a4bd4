//! Closes invitations that have ended at the provider: in another application, in its console, or in a sign-in that did
//! not return to Tessera.

use crate::kernel::email_address;
use crate::server::{
    db::{Mode, OrgTx, ProvenOrg},
    error::Error,
    provider::{command::invitation_topic, invitations::Invitation as ProviderInvitation, members::Member},
    repo::{
        invitations::{self, Invitation, State},
        provider_changes,
    },
    state::AppState,
};

/// Shown if it is unknown why an invitation has ended.
const UNKNOWN_END: &str = "The sign-in service no longer has it. It was revoked there or used by another account.";

/// Lists the invitations that the provider should have. Call it before fetching the provider's invitations, so that an
/// invitation sent in between does not count as missing.
pub(super) async fn list_open(app: &AppState, org: ProvenOrg) -> Result<Vec<Invitation>, Error> {
    let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
    let mut open = invitations::list(&mut tx).await?;
    open.retain(|invitation| invitation.state == State::Open);
    Ok(open)
}

/// Closes the invitations of `open` that the provider does not have. `members` must be fetched after the provider's
/// invitations, so that they include a person who accepts in between.
pub(super) async fn reconcile(
    app: &AppState,
    org: ProvenOrg,
    open: &[Invitation],
    at_provider: &[ProviderInvitation],
    members: &[Member],
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let pending_topics = provider_changes::topics(&mut tx).await?;
    for invitation in open {
        let is_at_provider = at_provider.iter().any(|it| Some(&it.id) == invitation.provider_id.as_ref());
        if is_at_provider || pending_topics.contains(&invitation_topic(&invitation.address)) {
            continue;
        }
        let is_member = members.iter().any(|member| {
            member.email.as_deref().is_some_and(|email| email_address::are_equal(email, &invitation.address))
        });
        let (state, problem) = match invitation.state_at(now) {
            _ if is_member => (State::Accepted, None),
            State::Expired => (State::Expired, None),
            // Failed invitations stay on the list, where an administrator can resend them.
            _ => (State::Failed, Some(UNKNOWN_END)),
        };
        invitations::update_state(&mut tx, invitation.id, &[State::Open], state, problem, now).await?;
    }
    tx.commit().await
}
