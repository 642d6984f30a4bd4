//! Executes queued commands at the provider.

use std::time::Duration;

use chrono::TimeDelta;

use super::invitations;
use crate::{
    domain::ids::ChangeId,
    kernel::metrics::Outcome,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        provider::{
            client::Management,
            command::ProviderCommand,
            error::{ManagementError, SyncError},
            retry,
        },
        repo::{organizations, provider_changes},
        state::AppState,
    },
};

/// Maximum duration of one attempt.
const TIMEOUT: Duration = Duration::from_secs(25);

/// How long a command is retried automatically.
const RETRY_PERIOD: TimeDelta = TimeDelta::days(3);

/// Executes the command `id` of `org`, unless another node has claimed it.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn execute(app: &AppState, management: &Management, org: ProvenOrg, id: ChangeId) -> Result<(), Error> {
    // Claim the command.
    let now = app.clock.now();
    let claimed_until = now + retry::CLAIM_DURATION;
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(claimed) = provider_changes::claim(&mut tx, id, retry::queue_time(now), claimed_until).await? else {
        return Ok(());
    };
    tx.commit().await?;
    let Ok(change) = serde_json::from_str::<ProviderCommand>(&claimed.change) else {
        return Err(Error::Corrupt("change"));
    };
    let provider_id = organizations::provider_id(&mut app.db.read().await?, *org).await?;
    // Execute it at the provider.
    let timed_out = |_| Err(ManagementError::NoResponse("too slow".to_owned()).into());
    let work = send(&change, app, management, org, &provider_id);
    let outcome = match tokio::time::timeout(TIMEOUT, work).await.unwrap_or_else(timed_out) {
        Ok(()) => Ok(()),
        Err(SyncError::Provider(error)) => Err(error),
        Err(SyncError::Internal(error)) => return Err(error),
    };
    // Record the outcome.
    app.metrics.count_command_attempt(attempt_outcome(&outcome));
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let now = app.clock.now();
    match outcome {
        Ok(()) => provider_changes::delete(&mut tx, id).await?,
        Err(error) => {
            tracing::warn!(%org, change = change.topic(), %error, "could not execute a change at the provider");
            let due_at = (error.is_transient() && now - claimed.created_at < RETRY_PERIOD)
                .then(|| retry::next_try(&error, claimed.tries + 1, now, &app.random));
            let problem = problem_text(&error);
            if due_at.is_none() && record_refusal(&change, app, &mut tx, &problem).await? {
                provider_changes::delete(&mut tx, id).await?;
            } else {
                provider_changes::release(&mut tx, id, claimed_until, &problem, due_at).await?;
            }
        }
    }
    tx.commit().await
}

fn attempt_outcome(outcome: &Result<(), ManagementError>) -> Outcome {
    match outcome {
        Ok(()) => Outcome::Done,
        Err(error) if error.is_transient() => Outcome::Failed,
        Err(_) => Outcome::Refused,
    }
}

/// Returns the text of an error for administrators.
fn problem_text(error: &ManagementError) -> String {
    match error {
        ManagementError::Limited(_) => "The provider received too many requests.".to_owned(),
        ManagementError::NoResponse(_) => "The provider did not respond.".to_owned(),
        ManagementError::Refused { message, .. } if !message.is_empty() => message.chars().take(300).collect(),
        ManagementError::Refused { status, .. } => format!("The provider rejected the request with status {status}."),
        ManagementError::Unexpected(_) => "The provider sent an unexpected response.".to_owned(),
    }
}

/// Sends the command `change` of `org` to the provider; `organization` is the organization's id there.
async fn send(
    change: &ProviderCommand,
    app: &AppState,
    management: &Management,
    org: ProvenOrg,
    organization: &str,
) -> Result<(), SyncError> {
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

/// Records that the provider refused the command `change`. Returns `false` if the command stays in the queue until a
/// person decides.
async fn record_refusal(
    change: &ProviderCommand,
    app: &AppState,
    tx: &mut OrgTx,
    problem: &str,
) -> Result<bool, Error> {
    match change {
        ProviderCommand::Invite { invitation, .. } => {
            invitations::record_failure(app, tx, *invitation, problem).await.map(|()| true)
        }
        ProviderCommand::PutMember { .. }
        | ProviderCommand::AddMember { .. }
        | ProviderCommand::RemoveMember { .. }
        | ProviderCommand::PutDomain { .. }
        | ProviderCommand::RemoveDomain { .. }
        | ProviderCommand::Revoke { .. } => Ok(false),
    }
}
