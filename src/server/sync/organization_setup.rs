//! Creates an organization: first at the provider, then here.
//!
//! Each step may fail, and the process may stop between any two. So each step first checks whether it is done, an
//! unfinished setup is retried, and a setup that cannot finish is undone: neither side keeps a partial organization.

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
        auth::provision_member::release_ended_name,
        db::OrgTx,
        error::Error,
        provider::{
            client::Management, error::ManagementError, organizations::NewOrganization as NewProviderOrganization,
            retry,
        },
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

/// How long the response to the form waits for the first attempt.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(4);

/// Maximum duration of one attempt.
const TIMEOUT: Duration = Duration::from_secs(25);

/// How long a setup is retried before it is undone.
const RETRY_PERIOD: TimeDelta = TimeDelta::days(1);

/// Metadata key with the id of the setup. It identifies an organization whose creation was not recorded here.
const METADATA_KEY: &str = "tessera_founding";

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
enum SetupError {
    /// The name belongs to another organization.
    #[error("the name is taken")]
    NameTaken,
    #[error(transparent)]
    Provider(#[from] ManagementError),
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes one attempt at the setup `id`, unless another node has claimed it.
#[tracing::instrument(skip_all, fields(setup = %id))]
pub async fn run(app: &AppState, management: &Management, id: SetupId) -> Result<(), Error> {
    let now = app.clock.now();
    let claimed_until = now + retry::CLAIM_DURATION;
    let mut tx = app.db.write().await?;
    let claimed = organization_setups::claim(&mut tx, id, retry::queue_time(now), claimed_until).await?;
    tx.commit().await?;
    let Some(setup) = claimed else { return Ok(()) };
    let (state, problem, due_at) = match setup.state {
        State::Waiting => after_creating(app, &setup, with_timeout(create(app, management, &setup)).await)?,
        _ => after_undoing(app, &setup, with_timeout(undo(app, management, &setup)).await)?,
    };
    let mut tx = app.db.write().await?;
    organization_setups::update_state(&mut tx, id, claimed_until, state, problem, due_at, app.clock.now()).await?;
    tx.commit().await?;
    // Undo a failed setup immediately.
    if state == State::Undoing && setup.state == State::Waiting {
        return Box::pin(run(app, management, id)).await;
    }
    Ok(())
}

/// Cancels an attempt that takes too long. It can be retried from any step.
async fn with_timeout(work: impl Future<Output = Result<(), SetupError>>) -> Result<(), SetupError> {
    let timed_out = |_| Err(ManagementError::NoResponse("too slow".to_owned()).into());
    tokio::time::timeout(TIMEOUT, work).await.unwrap_or_else(timed_out)
}

/// The next state of a setup, its problem, and when the next attempt is due.
type Transition = (State, Option<Problem>, chrono::DateTime<chrono::Utc>);

fn after_creating(
    app: &AppState,
    setup: &OrganizationSetup,
    outcome: Result<(), SetupError>,
) -> Result<Transition, Error> {
    let now = app.clock.now();
    let failure = match outcome {
        Ok(()) => return Ok((State::Done, None, now)),
        Err(SetupError::Internal(error)) => return Err(error),
        Err(failure) => failure,
    };
    tracing::warn!(setup = %setup.id, error = %failure, "could not create an organization");
    Ok(match failure {
        SetupError::Provider(error) if error.is_transient() && now - setup.created_at < RETRY_PERIOD => {
            (State::Waiting, Some(Problem::Busy), retry::next_try(&error, setup.tries + 1, now, &app.random))
        }
        SetupError::NameTaken => (State::Undoing, Some(Problem::Taken), now),
        _ => (State::Undoing, Some(Problem::Refused), now),
    })
}

fn after_undoing(
    app: &AppState,
    setup: &OrganizationSetup,
    outcome: Result<(), SetupError>,
) -> Result<Transition, Error> {
    let now = app.clock.now();
    let error = match outcome {
        Ok(()) => return Ok((State::Failed, setup.problem, now)),
        Err(SetupError::Internal(error)) => return Err(error),
        Err(SetupError::NameTaken) => {
            ManagementError::Unexpected("the name is taken, although nothing is being created".to_owned())
        }
        Err(SetupError::Provider(error)) => error,
    };
    // Retry after every error: a partial organization would have no owner.
    tracing::warn!(setup = %setup.id, %error, "could not remove a partial organization yet");
    Ok((State::Undoing, setup.problem, retry::next_try(&error, setup.tries + 1, now, &app.random)))
}

/// Executes every step that is not done yet.
async fn create(app: &AppState, management: &Management, setup: &OrganizationSetup) -> Result<(), SetupError> {
    let subject = people::subject(&mut app.db.read().await?, setup.person_id).await?;
    // Create the organization at the provider, with its creator as owner.
    let provider_id = match &setup.provider_id {
        Some(id) => id.clone(),
        None => create_at_provider(app, management, setup, &subject).await?,
    };
    management.add_member(&provider_id, &subject).await?;
    management.set_role(&provider_id, &subject, Role::Owner).await?;
    // Create it here, in one transaction.
    create_here(app, setup, &provider_id).await
}

async fn create_at_provider(
    app: &AppState,
    management: &Management,
    setup: &OrganizationSetup,
    subject: &str,
) -> Result<String, SetupError> {
    // Enable the connection that the creator signs in through.
    let user = management.user(subject).await?;
    let connection = user.as_ref().and_then(|user| user.connection());
    let connection = connection.ok_or_else(|| ManagementError::Unexpected("the user has no connection".to_owned()))?;
    let connection_id = management.connection_id(connection).await?;
    let setup_id = setup.id.to_string();
    let new = NewProviderOrganization {
        name: &setup.slug,
        display_name: &setup.display_name,
        connection_id: &connection_id,
        metadata: (METADATA_KEY, &setup_id),
    };
    let id = match management.create_organization(&new).await? {
        Some(organization) => organization.id,
        // The name is taken, possibly by an earlier attempt that was not recorded here.
        None => find_at_provider(management, setup).await?.ok_or(SetupError::NameTaken)?,
    };
    let mut tx = app.db.write().await?;
    organization_setups::update_provider_id(&mut tx, setup.id, &id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Returns the provider's id of the organization that an earlier attempt created.
async fn find_at_provider(
    management: &Management,
    setup: &OrganizationSetup,
) -> Result<Option<String>, ManagementError> {
    let existing = management.organization_by_name(&setup.slug).await?;
    let setup_id = setup.id.to_string();
    let existing = existing.filter(|organization| organization.metadata.get(METADATA_KEY) == Some(&setup_id));
    Ok(existing.map(|organization| organization.id))
}

/// Creates the organization, its owner and a first project here.
async fn create_here(app: &AppState, setup: &OrganizationSetup, provider_id: &str) -> Result<(), SetupError> {
    release_ended_name(app, &setup.slug).await?;
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
    let Some(id) = organizations::insert(&mut tx, &new, now).await? else {
        // A sign-in or an unrecorded attempt created the organization already, or another one has the name.
        let existing = organizations::by_provider_id(&mut tx, issuer, provider_id).await?;
        return if existing.is_some() { Ok(()) } else { Err(SetupError::NameTaken) };
    };
    let mut tx = tx.into_org(id).await?;
    memberships::upsert(&mut tx, setup.person_id, Membership { role: Role::Owner, granted: None }, now).await?;
    first_project::add(&mut tx, Author { clock: &app.clock, random: &app.random, person: setup.person_id }).await?;
    record(app, &mut tx, setup).await?;
    tx.commit().await?;
    Ok(())
}

/// Records the creation in the audit log.
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
    audit::insert(tx, entry).await
}

/// Deletes the partial organization at the provider, if there is one.
async fn undo(app: &AppState, management: &Management, setup: &OrganizationSetup) -> Result<(), SetupError> {
    let id = match &setup.provider_id {
        Some(id) => Some(id.clone()),
        None => find_at_provider(management, setup).await?,
    };
    let Some(id) = id else { return Ok(()) };
    // Keep an organization that a sign-in has created here in the meantime.
    if organizations::by_provider_id(&mut app.db.read().await?, app.provider.issuer(), &id).await?.is_some() {
        return Ok(());
    }
    Ok(management.delete_organization(&id).await?)
}

/// Begins to create an organization and waits briefly for the first attempt, which usually succeeds in that time. A
/// slower attempt continues in the background.
#[tracing::instrument(skip_all)]
pub async fn begin(ctx: &PersonContext, name: &str, slug: &str, is_form: bool) -> Result<Progress, Error> {
    let id = services::organization_setup::begin(ctx, name, slug, is_form).await?;
    attempt_briefly(ctx, id).await;
    services::organization_setup::get(ctx, id.0).await
}

/// Makes the next attempt now instead of when it is due.
///
/// # Errors
/// [`Error::NotFound`] if the person has no such setup.
#[tracing::instrument(skip_all)]
pub async fn retry_now(ctx: &PersonContext, id: Uuid) -> Result<Progress, Error> {
    services::organization_setup::retry_now(ctx, id).await?;
    attempt_briefly(ctx, SetupId(id)).await;
    services::organization_setup::get(ctx, id).await
}

/// Makes an attempt in the background, independent of the request, and waits briefly for it.
async fn attempt_briefly(ctx: &PersonContext, id: SetupId) {
    let app = ctx.state().clone();
    let attempt = tokio::spawn(async move {
        let Some(management) = &app.management else { return };
        if let Err(error) = run(&app, management, id).await {
            tracing::warn!(%error, "could not process an organization setup");
        }
    });
    _ = tokio::time::timeout(RESPONSE_TIMEOUT, attempt).await;
}
