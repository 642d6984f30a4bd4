//! The queue: what an organization wants of the provider, in the words of the transaction that decided it.

use std::time::Duration;

use chrono::TimeDelta;

use super::{
    change::Change,
    client::Management,
    error::{ManagementError, Stopped},
    retry,
};
use crate::server::{
    access::OrgContext,
    db::{Mode, OrgTx},
    error::Error,
    repo::{
        ids::{ChangeId, OrgId, PersonId},
        organizations,
        provider_changes::{self, NewChange},
    },
    state::AppState,
};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// When another node makes the next, if nothing was heard of this one.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(30);

/// How long a change is tried by itself.
const TRIED_FOR: TimeDelta = TimeDelta::days(3);

/// Adds `change` to what the provider is to be told, in the transaction that decides it. When that has been committed,
/// [`super::worker::Wake::now`] has it carried out at once.
///
/// # Errors
/// When the database refuses.
pub async fn add(ctx: &OrgContext, tx: &mut OrgTx, change: &Change) -> Result<(), Error> {
    add_for(ctx.state(), tx, ctx.person, change).await
}

/// As [`add`], where nobody's request decides it.
///
/// # Errors
/// As there.
pub async fn add_for(app: &AppState, tx: &mut OrgTx, requested_by: PersonId, change: &Change) -> Result<(), Error> {
    let now = app.clock.now();
    let text = serde_json::to_string(change).map_err(|_| Error::Corrupt("change"))?;
    let new = NewChange { id: ChangeId(app.random.uuid(now)), topic: &change.topic(), change: &text, requested_by };
    provider_changes::add(tx, &new, now).await
}

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
    let Ok(change) = serde_json::from_str::<Change>(&taken.change) else { return Err(Error::Corrupt("change")) };
    let provider_id = organizations::provider_id(&mut app.db.read().await?, org).await?;
    // Do it there.
    let late = |_| Err(ManagementError::Unanswered("too slow".to_owned()).into());
    let work = change.carry_out(app, management, org, &provider_id);
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
            if due_at.is_none() && change.refused(app, &mut tx, &problem).await? {
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
