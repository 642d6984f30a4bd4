//! Sends and withdraws invitations. Each may be begun again at any step: an invitation whose creation was not heard of is
//! known again by its mark, before a second one is made.

use crate::{
    domain::ids::{InvitationId, OrgId},
    server::{
        crypto::fingerprint,
        db::{Mode, OrgTx},
        error::Error,
        provider::{
            client::Management,
            error::{ManagementError, Stopped},
            invitations::{Invitation as There, NewInvitation},
        },
        repo::invitations::{self, Invitation, Sent, State},
        services::invitations::link,
        state::AppState,
    },
};

/// Has the provider send the invitation `id` of `org`, which is `organization` there.
pub(super) async fn invite(
    app: &AppState,
    management: &Management,
    org: OrgId,
    organization: &str,
    id: InvitationId,
) -> Result<(), Stopped> {
    // Withdrawn before its turn came: there is nothing to send, and its withdrawal looks for what there may be.
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(invitation) = invitations::find(&mut tx, id).await?.filter(|it| it.state == State::Waiting) else {
        return Ok(());
    };
    let tries = invitations::count_try(&mut tx, id).await?;
    tx.commit().await?;
    // An earlier attempt may have got further than it heard.
    let mark = id.to_string();
    let earlier = if tries > 0 { management.invitation_by_mark(organization, &mark).await? } else { None };
    let there = match earlier {
        Some(there) => there,
        None => create(app, management, organization, &invitation, &mark).await?,
    };
    Ok(write_down(app, org, id, &there).await?)
}

async fn create(
    app: &AppState,
    management: &Management,
    organization: &str,
    invitation: &Invitation,
    mark: &str,
) -> Result<There, ManagementError> {
    let new = NewInvitation {
        inviter: &invitation.inviter,
        email: &invitation.email,
        client_id: app.provider.client_id(),
        role_id: &management.role_id(invitation.role.0).await?,
        lifetime: invitation.lifetime,
        mark,
    };
    management.invite(organization, &new).await
}

async fn write_down(app: &AppState, org: OrgId, id: InvitationId, there: &There) -> Result<(), Error> {
    let ticket = there.ticket().ok_or(Error::Corrupt("invitation link"))?;
    let link = link::seal(app, org, id, there.invitation_url.as_str())?;
    let sent =
        Sent { provider_id: &there.id, ticket: &fingerprint(&ticket), link: &link, expires_at: there.expires_at };
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    invitations::sent(&mut tx, id, &sent, app.clock.now()).await?;
    tx.commit().await
}

/// Withdraws the invitation `id` of `org` at the provider, if it is there.
pub(super) async fn revoke(
    app: &AppState,
    management: &Management,
    org: OrgId,
    organization: &str,
    id: InvitationId,
) -> Result<(), Stopped> {
    let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
    let known = invitations::find(&mut tx, id).await?.and_then(|invitation| invitation.provider_id);
    drop(tx);
    let known = match known {
        Some(known) => Some(known),
        None => management.invitation_by_mark(organization, &id.to_string()).await?.map(|there| there.id),
    };
    match known {
        Some(known) => Ok(management.delete_invitation(organization, &known).await?),
        None => Ok(()),
    }
}

/// Notes that the provider does not send the invitation `id`, and why.
pub(super) async fn failed(app: &AppState, tx: &mut OrgTx, id: InvitationId, problem: &str) -> Result<(), Error> {
    invitations::finish(tx, id, &[State::Waiting], State::Failed, Some(problem), app.clock.now()).await.map(drop)
}
