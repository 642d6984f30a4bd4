//! Requests the creation of an organization; [`crate::server::sync::organization_setup`] carries it out.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{confirmed_address, text};
use crate::{
    domain::{
        errors::FieldError,
        ids::SetupId,
        organizations::{
            name::OrganizationName,
            setup::{NAME_MAX, OrganizationSetup, SetupState},
        },
    },
    server::{
        access::PersonContext,
        db::PlatformTx,
        error::Error,
        repo::organization_setups::{self, Problem, State},
    },
};

/// Maximum number of organizations that one person may request within [`WINDOW`].
const MAX_PER_WINDOW: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::days(1);

/// Suffixes tried for a name that is taken.
const SUFFIXES: [&str; 6] = ["team", "hq", "work", "2", "3", "4"];
/// Maximum number of suggested names.
const MAX_SUGGESTIONS: usize = 3;

/// Requests the creation of an organization. An empty `slug` is derived from `name`.
/// [`crate::server::sync::organization_setup`] creates the organization.
///
/// # Errors
/// [`Error::Invalid`] for `name` and `slug`, also if the slug is taken; [`Error::Conflict`] if the person has requested
/// too many or has not confirmed their address; [`Error::NotFound`] if organizations can be created at the provider only.
#[tracing::instrument(skip_all)]
pub async fn begin(ctx: &PersonContext, name: &str, slug: &str, is_form: bool) -> Result<SetupId, Error> {
    let app = ctx.state();
    if app.management.is_none() {
        return Err(Error::NotFound);
    }
    confirmed_address::require(app, ctx.person).await?;
    // Parse the form.
    let name = text::line("name", "the name of your company or team", name, NAME_MAX);
    let typed = match (&name, slug.trim()) {
        (Ok(name), "") => OrganizationName::suggest(name),
        (Err(error), "") => return Err(Error::Invalid(vec![error.clone()])),
        (_, typed) => typed.to_owned(),
    };
    let slug = typed
        .parse::<OrganizationName>()
        .map_err(|error| FieldError { field: "slug".to_owned(), message: error.to_string() });
    let (name, slug) = text::both(name, slug)?;
    // Save the request.
    let now = ctx.now();
    let mut tx = app.db.write().await?;
    // A page's form that is sent twice has the same answer.
    if is_form
        && let Some(same) =
            organization_setups::find_same(&mut tx, ctx.person, (slug.as_str(), &name), now - WINDOW).await?
    {
        return Ok(same);
    }
    if organization_setups::count(&mut tx, ctx.person, now - WINDOW).await? >= MAX_PER_WINDOW {
        return Err(Error::Conflict("You’ve reached today’s limit for new workspaces. Try again tomorrow."));
    }
    let new = organization_setups::OrganizationSetup {
        id: SetupId(app.random.uuid(now)),
        person_id: ctx.person,
        slug: slug.to_string(),
        display_name: name,
        state: State::Waiting,
        problem: None,
        provider_id: None,
        tries: 0,
        created_at: now,
    };
    if !organization_setups::insert(&mut tx, &new, now).await? {
        let message = taken_message(&mut tx, slug.as_str()).await?;
        return Err(Error::invalid("slug", message));
    }
    tx.commit().await?;
    Ok(new.id)
}

/// Message for a taken `slug`, with free alternatives.
async fn taken_message(tx: &mut PlatformTx, slug: &str) -> Result<String, Error> {
    let mut free = Vec::new();
    for suffix in SUFFIXES {
        let candidate = format!("{slug}-{suffix}");
        let fits = candidate.parse::<OrganizationName>().is_ok();
        if fits && !organization_setups::is_taken(tx, &candidate).await? {
            free.push(candidate);
        }
        if free.len() == MAX_SUGGESTIONS {
            break;
        }
    }
    Ok(match free.as_slice() {
        [] => format!("“{slug}” is taken. Choose another name."),
        free => format!("“{slug}” is taken. Try one of these: {}.", free.join(", ")),
    })
}

/// Returns a setup that the person has requested.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(skip_all)]
pub async fn get(ctx: &PersonContext, id: Uuid) -> Result<OrganizationSetup, Error> {
    let mut tx = ctx.state().db.read().await?;
    let found = organization_setups::find(&mut tx, ctx.person, SetupId(id)).await?;
    Ok(to_view(found.ok_or(Error::NotFound)?))
}

/// Lists the unfinished setups of the person.
#[tracing::instrument(skip_all)]
pub async fn under_way(ctx: &PersonContext) -> Result<Vec<OrganizationSetup>, Error> {
    let mut tx = ctx.state().db.read().await?;
    Ok(organization_setups::unfinished(&mut tx, ctx.person).await?.into_iter().map(to_view).collect())
}

/// Makes the next attempt due now.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(skip_all)]
pub async fn retry_now(ctx: &PersonContext, id: Uuid) -> Result<(), Error> {
    let mut tx = ctx.state().db.write().await?;
    organization_setups::retry_now(&mut tx, ctx.person, SetupId(id), ctx.now()).await?;
    tx.commit().await
}

/// Cancels the setup; its organization is removed from the provider.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(skip_all)]
pub async fn cancel(ctx: &PersonContext, id: Uuid) -> Result<OrganizationSetup, Error> {
    let mut tx = ctx.state().db.write().await?;
    organization_setups::cancel(&mut tx, ctx.person, SetupId(id), ctx.now()).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    get(ctx, id).await
}

fn to_view(setup: organization_setups::OrganizationSetup) -> OrganizationSetup {
    let state = match (setup.state, setup.problem) {
        (State::Done, _) => SetupState::Done,
        (State::Waiting, None) => SetupState::UnderWay,
        (State::Waiting, Some(_)) => SetupState::Busy,
        (_, Some(Problem::Taken)) => SetupState::Taken,
        (_, Some(Problem::Cancelled)) => SetupState::Cancelled,
        _ => SetupState::Refused,
    };
    OrganizationSetup { id: setup.id.0, slug: setup.slug, display_name: setup.display_name, state }
}
