//! Invitations that came to an end at the provider without us: in another application, in its console, or in a sign-in
//! that did not come back.

use crate::{
    domain::ids::OrgId,
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::{command::invitation_topic, invitations::Invitation as There, members::Member},
        repo::{
            invitations::{self, Invitation, State},
            provider_changes,
        },
        state::AppState,
    },
};

/// What is said of one that nobody knows the end of.
const GONE: &str =
    "The sign-in service does not have it any more: it was withdrawn there, or used up by another account.";

/// Those that the provider should have. Asked for before the provider is, so that one that is sent meanwhile is not
/// missed there.
pub(super) async fn open(app: &AppState, org: OrgId) -> Result<Vec<Invitation>, Error> {
    let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
    let mut open = invitations::list(&mut tx).await?;
    open.retain(|invitation| invitation.state == State::Open);
    Ok(open)
}

/// Ends those of `open` that the provider does not have. Its members were asked for after its invitations, so that
/// somebody who accepts meanwhile is among them.
pub(super) async fn bring_in_step(
    app: &AppState,
    org: OrgId,
    open: &[Invitation],
    there: &[There],
    members: &[Member],
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let undecided = provider_changes::topics(&mut tx).await?;
    for invitation in open {
        let is_there = there.iter().any(|it| Some(&it.id) == invitation.provider_id.as_ref());
        if is_there || undecided.contains(&invitation_topic(&invitation.address)) {
            continue;
        }
        let is_member = members.iter().any(|member| member.email.to_lowercase() == invitation.address);
        let (state, problem) = match invitation.state_at(now) {
            _ if is_member => (State::Accepted, None),
            State::Expired => (State::Expired, None),
            // On the list, where somebody can send it again.
            _ => (State::Failed, Some(GONE)),
        };
        invitations::finish(&mut tx, invitation.id, &[State::Open], state, problem, now).await?;
    }
    tx.commit().await
}
