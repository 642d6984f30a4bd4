//! Sends and revokes invitations at the provider. Both can be retried from any step: an invitation whose creation was
//! not recorded here is found by our id in its metadata, before a second one is created.

use crate::{
    domain::ids::InvitationId,
    kernel::secret::fingerprint,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        provider::{
            client::Management,
            error::{ManagementError, SyncError},
            invitations::{Invitation as ProviderInvitation, NewInvitation},
        },
        repo::invitations::{self, Invitation, Sent, State},
        state::AppState,
    },
};

/// Creates the invitation `id` of `org` at the provider, which sends it. `organization` is the organization's id there.
pub(super) async fn invite(
    app: &AppState,
    management: &Management,
    org: ProvenOrg,
    organization: &str,
    id: InvitationId,
) -> Result<(), SyncError> {
    // Skip an invitation that was withdrawn while queued. Its revocation removes what an earlier attempt created.
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(invitation) = invitations::find(&mut tx, id).await?.filter(|it| it.state == State::Waiting) else {
        return Ok(());
    };
    let tries = invitations::increment_tries(&mut tx, id).await?;
    tx.commit().await?;
    // An earlier attempt may have created the invitation without recording it.
    let reference = id.to_string();
    let earlier = if tries > 0 { management.invitation_by_reference(organization, &reference).await? } else { None };
    let created = match earlier {
        Some(invitation) => invitation,
        None => create(app, management, organization, &invitation, &reference).await?,
    };
    Ok(record_sent(app, org, id, &created).await?)
}

async fn create(
    app: &AppState,
    management: &Management,
    organization: &str,
    invitation: &Invitation,
    reference: &str,
) -> Result<ProviderInvitation, ManagementError> {
    let new = NewInvitation {
        inviter: &invitation.inviter,
        email: &invitation.email,
        client_id: app.provider.client_id(),
        role_id: &management.role_id(invitation.role.0).await?,
        lifetime: invitation.lifetime,
        reference,
    };
    management.invite(organization, &new).await
}

async fn record_sent(
    app: &AppState,
    org: ProvenOrg,
    id: InvitationId,
    created: &ProviderInvitation,
) -> Result<(), Error> {
    let ticket = created.ticket().ok_or(Error::Corrupt("invitation link"))?;
    // The ticket itself is not kept: whoever holds it proves that they read the mail.
    let sent = Sent { provider_id: &created.id, ticket: &fingerprint(&ticket), expires_at: created.expires_at };
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    invitations::update_sent(&mut tx, id, &sent, app.clock.now()).await?;
    tx.commit().await
}

/// Deletes the invitation `id` of `org` at the provider, if it exists.
pub(super) async fn revoke(
    app: &AppState,
    management: &Management,
    org: ProvenOrg,
    organization: &str,
    id: InvitationId,
) -> Result<(), SyncError> {
    let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
    let provider_id = invitations::find(&mut tx, id).await?.and_then(|invitation| invitation.provider_id);
    drop(tx);
    let provider_id = match provider_id {
        Some(provider_id) => Some(provider_id),
        None => management.invitation_by_reference(organization, &id.to_string()).await?.map(|found| found.id),
    };
    match provider_id {
        Some(provider_id) => Ok(management.delete_invitation(organization, &provider_id).await?),
        None => Ok(()),
    }
}

/// Marks the invitation `id` as failed, with the provider's reason.
pub(super) async fn record_failure(
    app: &AppState,
    tx: &mut OrgTx,
    id: InvitationId,
    problem: &str,
) -> Result<(), Error> {
    invitations::update_state(tx, id, &[State::Waiting], State::Failed, Some(problem), app.clock.now()).await.map(drop)
}
