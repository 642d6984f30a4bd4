//! Carries out queued changes at the provider.

use std::time::Duration;

use chrono::TimeDelta;

use super::invitations;
use crate::{
    domain::ids::{ChangeId, OrgId},
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::{
            client::Management,
            command::ProviderCommand,
            error::{ManagementError, Stopped},
            retry,
        },
        repo::{organizations, provider_changes},
        state::AppState,
    },
};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// When another node makes the next, if nothing was heard of this one.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(30);

/// How long a change is tried by itself.
const TRIED_FOR: TimeDelta = TimeDelta::days(3);

/// Carries the change `id` of `org` out, unless somebody else does.
///
/// # Errors
/// When the database does not answer; the change stays and is taken up again.
pub async fn carry_out(app: &AppState, management: &Management, org: OrgId, id: ChangeId) -> Result<(), Error> {
    // Take it.
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(taken) = provider_changes::take(&mut tx, id, now, now + TAKEN_FOR).await? else { return Ok(()) };
    tx.commit().await?;
    let Ok(change) = serde_json::from_str::<ProviderCommand>(&taken.change) else {
        return Err(Error::Corrupt("change"));
    };
    let provider_id = organizations::provider_id(&mut app.db.read().await?, org).await?;
    // Do it there.
    let late = |_| Err(ManagementError::Unanswered("too slow".to_owned()).into());
    let work = send(&change, app, management, org, &provider_id);
    let outcome = match tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(late) {
        Ok(()) => Ok(()),
        Err(Stopped::Provider(error)) => Err(error),
        Err(Stopped::Ours(error)) => return Err(error),
    };
    // Write down here what came of it.
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let now = app.clock.now();
    match outcome {
        Ok(()) => provider_changes::remove(&mut tx, id).await?,
        Err(error) => {
            tracing::warn!(%org, change = change.topic(), %error, "the provider did not take a change");
            let due_at = (error.is_passing() && now - taken.created_at < TRIED_FOR)
                .then(|| retry::next_try(&error, taken.tries + 1, now, &app.random));
            let problem = shown(&error);
            if due_at.is_none() && record_refusal(&change, app, &mut tx, &problem).await? {
                provider_changes::remove(&mut tx, id).await?;
            } else {
                provider_changes::failed(&mut tx, id, &problem, due_at).await?;
            }
        }
    }
    tx.commit().await
}

/// What administrators read of an error.
fn shown(error: &ManagementError) -> String {
    match error {
        ManagementError::Limited(_) => "The provider has had too many requests.".to_owned(),
        ManagementError::Unanswered(_) => "The provider did not answer.".to_owned(),
        ManagementError::Refused { message, .. } if !message.is_empty() => message.chars().take(300).collect(),
        ManagementError::Refused { status, .. } => format!("The provider refused it with status {status}."),
        ManagementError::Unexpected(_) => "The provider’s answer made no sense.".to_owned(),
    }
}

/// Sends `change` of `org` to the provider, where the organization is called `organization`.
async fn send(
    change: &ProviderCommand,
    app: &AppState,
    management: &Management,
    org: OrgId,
    organization: &str,
) -> Result<(), Stopped> {
    match change {
        ProviderCommand::PutMember { subject, role } => {
            management.add_member(organization, subject).await?;
            Ok(management.set_role(organization, subject, *role).await?)
        }
        ProviderCommand::AddMember { subject, role } => {
            management.add_member(organization, subject).await?;
            if management.role_of_member(organization, subject).await?.is_some() {
                return Ok(());
            }
            Ok(management.set_role(organization, subject, *role).await?)
        }
        ProviderCommand::RemoveMember { subject } => Ok(management.remove_member(organization, subject).await?),
        ProviderCommand::PutDomain { domain, is_discoverable } => {
            Ok(management.put_domain(organization, domain, *is_discoverable).await?)
        }
        ProviderCommand::RemoveDomain { domain } => Ok(management.remove_domain(organization, domain).await?),
        ProviderCommand::Invite { invitation, .. } => {
            invitations::invite(app, management, org, organization, *invitation).await
        }
        ProviderCommand::Revoke { invitation, .. } => {
            invitations::revoke(app, management, org, organization, *invitation).await
        }
    }
}

/// Records that the provider refused `change`. Returns `false` when the change stays in the queue for a person to
/// decide.
async fn record_refusal(
    change: &ProviderCommand,
    app: &AppState,
    tx: &mut OrgTx,
    problem: &str,
) -> Result<bool, Error> {
    match change {
        ProviderCommand::Invite { invitation, .. } => {
            invitations::failed(app, tx, *invitation, problem).await.map(|()| true)
        }
        ProviderCommand::PutMember { .. }
        | ProviderCommand::AddMember { .. }
        | ProviderCommand::RemoveMember { .. }
        | ProviderCommand::PutDomain { .. }
        | ProviderCommand::RemoveDomain { .. }
        | ProviderCommand::Revoke { .. } => Ok(false),
    }
}
