//! How an organization comes to be: at the provider first, then here.
//!
//! Each step may fail, and the process may end between any two. So each looks first whether it has been done, what is
//! not finished is tried again, and what cannot be finished is undone: neither side keeps half an organization.

use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{OrgId, SetupId},
        organizations::setup::OrganizationSetup as Progress,
        permissions::Role,
    },
    server::{
        access::PersonContext,
        db::OrgTx,
        error::Error,
        provider::{client::Management, error::ManagementError, organizations::NewOrganization as AtProvider, retry},
        repo::{
            audit::{self, Entry, Outcome},
            memberships::{self, Membership},
            organization_setups::{self, OrganizationSetup, Problem, State},
            organizations::{self, NewOrganization},
            people,
        },
        services::{self, first_project, projects::Author},
        state::AppState,
    },
};

/// How long the answer to the form waits for the organization to be there.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// When another node makes the next, if nothing was heard of this one.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(30);

/// How long it is tried; afterwards it is undone.
const TRIED_FOR: TimeDelta = TimeDelta::days(1);

/// The pair of metadata by which an organization at the provider is known as ours, whatever was written down here
/// before the process ended.
const MARK: &str = "tessera_founding";

/// Why an attempt did not get to its end.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    /// The name belongs to another organization.
    #[error("the name is taken")]
    Taken,
    #[error(transparent)]
    Provider(#[from] ManagementError),
    #[error(transparent)]
    Ours(#[from] Error),
}

/// Works on the setup `id`, unless somebody else does.
///
/// # Errors
/// When the database does not answer; the setup stays as it is and is taken up again.
pub async fn attempt(app: &AppState, management: &Management, id: SetupId) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let taken = organization_setups::take(&mut tx, id, now, now + TAKEN_FOR).await?;
    tx.commit().await?;
    let Some(setup) = taken else { return Ok(()) };
    let (state, problem, due_at) = match setup.state {
        State::Waiting => after_creating(app, &setup, in_time(found(app, management, &setup)).await)?,
        _ => after_undoing(app, &setup, in_time(undo(app, management, &setup)).await)?,
    };
    let mut tx = app.db.write().await?;
    organization_setups::put(&mut tx, id, state, problem, due_at, app.clock.now()).await?;
    tx.commit().await?;
    // What has to be undone is undone now.
    if state == State::Undoing && setup.state == State::Waiting {
        return Box::pin(attempt(app, management, id)).await;
    }
    Ok(())
}

/// Gives up what takes too long: it may be begun again at any step.
async fn in_time(work: impl Future<Output = Result<(), Stopped>>) -> Result<(), Stopped> {
    let late = |_| Err(ManagementError::Unanswered("too slow".to_owned()).into());
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(late)
}

type Next = (State, Option<Problem>, chrono::DateTime<chrono::Utc>);

fn after_creating(app: &AppState, setup: &OrganizationSetup, outcome: Result<(), Stopped>) -> Result<Next, Error> {
    let now = app.clock.now();
    let stopped = match outcome {
        Ok(()) => return Ok((State::Done, None, now)),
        Err(Stopped::Ours(error)) => return Err(error),
        Err(stopped) => stopped,
    };
    tracing::warn!(setup = %setup.id, error = %stopped, "an organization could not be created");
    Ok(match stopped {
        Stopped::Provider(error) if error.is_passing() && now - setup.created_at < TRIED_FOR => {
            (State::Waiting, Some(Problem::Busy), retry::next_try(&error, setup.tries + 1, now, &app.random))
        }
        Stopped::Taken => (State::Undoing, Some(Problem::Taken), now),
        _ => (State::Undoing, Some(Problem::Refused), now),
    })
}

fn after_undoing(app: &AppState, setup: &OrganizationSetup, outcome: Result<(), Stopped>) -> Result<Next, Error> {
    let now = app.clock.now();
    let error = match outcome {
        Ok(()) => return Ok((State::Failed, setup.problem, now)),
        Err(Stopped::Ours(error)) => return Err(error),
        Err(Stopped::Taken) => ManagementError::Unexpected("a name is taken while nothing is created".to_owned()),
        Err(Stopped::Provider(error)) => error,
    };
    // Whatever it says: leaving it there would leave it to nobody.
    tracing::warn!(setup = %setup.id, %error, "half an organization could not be removed yet");
    Ok((State::Undoing, setup.problem, retry::next_try(&error, setup.tries + 1, now, &app.random)))
}

/// Every step, each unless it has been done.
async fn found(app: &AppState, management: &Management, setup: &OrganizationSetup) -> Result<(), Stopped> {
    let subject = people::subject(&mut app.db.read().await?, setup.person_id).await?;
    // At the provider: the organization, its founder in it, as its owner.
    let provider_id = match &setup.provider_id {
        Some(id) => id.clone(),
        None => create(app, management, setup, &subject).await?,
    };
    management.add_member(&provider_id, &subject).await?;
    management.set_role(&provider_id, &subject, Role::Owner).await?;
    // Here: all at once.
    settle(app, setup, &provider_id).await
}

async fn create(
    app: &AppState,
    management: &Management,
    setup: &OrganizationSetup,
    subject: &str,
) -> Result<String, Stopped> {
    // The founder signs in through some connection; the organization takes people from that one.
    let user = management.user(subject).await?;
    let connection = user.as_ref().and_then(|user| user.connection());
    let connection = connection.ok_or_else(|| ManagementError::Unexpected("a person of no connection".to_owned()))?;
    let connection_id = management.connection_id(connection).await?;
    let mark = setup.id.to_string();
    let new = AtProvider {
        name: &setup.slug,
        display_name: &setup.display_name,
        connection_id: &connection_id,
        mark: (MARK, &mark),
    };
    let id = match management.create_organization(&new).await? {
        Some(organization) => organization.id,
        // Taken: perhaps by ourselves, in an attempt of which only the provider knows.
        None => ours(management, setup).await?.ok_or(Stopped::Taken)?,
    };
    let mut tx = app.db.write().await?;
    organization_setups::created(&mut tx, setup.id, &id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The provider's id of what an earlier attempt created.
async fn ours(management: &Management, setup: &OrganizationSetup) -> Result<Option<String>, ManagementError> {
    let known = management.organization_by_name(&setup.slug).await?;
    let mark = setup.id.to_string();
    Ok(known.filter(|known| known.metadata.get(MARK) == Some(&mark)).map(|known| known.id))
}

/// The organization, its owner and a first project here.
async fn settle(app: &AppState, setup: &OrganizationSetup, provider_id: &str) -> Result<(), Stopped> {
    let now = app.clock.now();
    let issuer = app.provider.issuer();
    let mut tx = app.db.write().await?;
    let id = OrgId(app.random.uuid(now));
    let new = NewOrganization {
        id,
        issuer,
        provider_id,
        slug: &setup.slug,
        display_name: &setup.display_name,
        owner: setup.person_id,
    };
    if !organizations::create(&mut tx, &new, now).await? {
        // Either a sign-in, or an attempt whose end was not written down, was quicker; or the name is taken here.
        let known = organizations::by_provider_id(&mut tx, issuer, provider_id).await?;
        return if known.is_some() { Ok(()) } else { Err(Stopped::Taken) };
    }
    let mut tx = tx.into_org(id).await?;
    memberships::put(&mut tx, setup.person_id, Membership { role: Role::Owner, granted: None }, now).await?;
    first_project::add(&mut tx, Author { clock: &app.clock, random: &app.random, person: setup.person_id }).await?;
    record(app, &mut tx, setup).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(app: &AppState, tx: &mut OrgTx, setup: &OrganizationSetup) -> Result<(), Error> {
    let now = app.clock.now();
    let entry = Entry {
        id: app.random.uuid(now),
        at: now,
        person: setup.person_id,
        action: "organization.create",
        target: &setup.slug,
        outcome: Outcome::Done,
    };
    audit::record(tx, entry).await
}

/// Removes what there is of it at the provider.
async fn undo(app: &AppState, management: &Management, setup: &OrganizationSetup) -> Result<(), Stopped> {
    let id = match &setup.provider_id {
        Some(id) => Some(id.clone()),
        None => ours(management, setup).await?,
    };
    let Some(id) = id else { return Ok(()) };
    // One that has come to life here is nobody's half organization any more.
    if organizations::by_provider_id(&mut app.db.read().await?, app.provider.issuer(), &id).await?.is_some() {
        return Ok(());
    }
    Ok(management.delete_organization(&id).await?)
}

/// Begins to create an organization and waits a moment for it: most attempts finish before the person looks. If it takes
/// longer, the attempt goes on in the background.
///
/// # Errors
/// As [`services::organization_setup::begin`].
pub async fn begin(ctx: &PersonContext, name: &str, slug: &str) -> Result<Progress, Error> {
    let id = services::organization_setup::begin(ctx, name, slug).await?;
    attempt_briefly(ctx, id).await;
    services::organization_setup::get(ctx, id.0).await
}

/// Makes the next attempt now instead of when it is due.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn retry_now(ctx: &PersonContext, id: Uuid) -> Result<Progress, Error> {
    services::organization_setup::retry_now(ctx, id).await?;
    attempt_briefly(ctx, SetupId(id)).await;
    services::organization_setup::get(ctx, id).await
}

/// The attempt goes on in the background, whatever becomes of the request.
async fn attempt_briefly(ctx: &PersonContext, id: SetupId) {
    let app = ctx.state().clone();
    let attempt = tokio::spawn(async move {
        let Some(management) = &app.management else { return };
        if let Err(error) = attempt(&app, management, id).await {
            tracing::warn!(%error, "an organization that is being created cannot be read or written");
        }
    });
    _ = tokio::time::timeout(ANSWER_WITHIN, attempt).await;
}
