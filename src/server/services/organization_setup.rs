//! Creating an organization: here it is only asked for; [`crate::server::sync::organization_setup`] does it.

use chrono::TimeDelta;
use uuid::Uuid;

use super::text;
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
        error::Error,
        repo::organization_setups::{self, Problem, State},
    },
};

/// The most organizations that one person may begin within [`WINDOW`].
const MOST: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::days(1);

/// What is put behind a name that is taken.
const SUFFIXES: [&str; 6] = ["team", "hq", "work", "2", "3", "4"];
/// How many names are suggested.
const SUGGESTIONS: usize = 3;

/// Begins to create an organization. What is typed for the name in addresses may be empty: it is made of the other then.
/// [`crate::server::sync::organization_setup`] creates it.
///
/// # Errors
/// [`Error::Invalid`] for `name` and `slug`, also when the name is taken; [`Error::Conflict`] when the person has begun
/// too many; [`Error::NotFound`] where organizations are made at the provider alone.
pub async fn begin(ctx: &PersonContext, name: &str, slug: &str) -> Result<SetupId, Error> {
    let app = ctx.state();
    if app.management.is_none() {
        return Err(Error::NotFound);
    }
    // Parse what was typed.
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
    // Write it down.
    let now = ctx.now();
    let mut tx = app.db.write().await?;
    if organization_setups::count(&mut tx, ctx.person, now - WINDOW).await? >= MOST {
        return Err(Error::Conflict("You have created many workspaces today. Please come back tomorrow."));
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
    if !organization_setups::begin(&mut tx, &new, now).await? {
        let message = taken(&mut tx, slug.as_str()).await?;
        return Err(Error::invalid("slug", message));
    }
    tx.commit().await?;
    Ok(new.id)
}

/// Says that `slug` is taken, and what is free.
async fn taken(tx: &mut crate::server::db::PlatformTx, slug: &str) -> Result<String, Error> {
    let mut free = Vec::new();
    for suffix in SUFFIXES {
        let candidate = format!("{slug}-{suffix}");
        let fits = candidate.parse::<OrganizationName>().is_ok();
        if fits && !organization_setups::is_taken(tx, &candidate).await? {
            free.push(candidate);
        }
        if free.len() == SUGGESTIONS {
            break;
        }
    }
    Ok(match free.as_slice() {
        [] => format!("“{slug}” is taken. Choose another name."),
        free => format!("“{slug}” is taken. These are free: {}.", free.join(", ")),
    })
}

/// One that the person has begun.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(ctx: &PersonContext, id: Uuid) -> Result<OrganizationSetup, Error> {
    let mut tx = ctx.state().db.read().await?;
    let found = organization_setups::find(&mut tx, ctx.person, SetupId(id)).await?;
    Ok(shown(found.ok_or(Error::NotFound)?))
}

/// What the person has begun and is not there yet.
///
/// # Errors
/// When the database does not answer.
pub async fn under_way(ctx: &PersonContext) -> Result<Vec<OrganizationSetup>, Error> {
    let mut tx = ctx.state().db.read().await?;
    Ok(organization_setups::unfinished(&mut tx, ctx.person).await?.into_iter().map(shown).collect())
}

/// Makes the next attempt due now.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn retry_now(ctx: &PersonContext, id: Uuid) -> Result<(), Error> {
    let mut tx = ctx.state().db.write().await?;
    organization_setups::retry_now(&mut tx, ctx.person, SetupId(id), ctx.now()).await?;
    tx.commit().await
}

/// Gives up: what there is of it at the provider is removed.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn cancel(ctx: &PersonContext, id: Uuid) -> Result<OrganizationSetup, Error> {
    let mut tx = ctx.state().db.write().await?;
    organization_setups::cancel(&mut tx, ctx.person, SetupId(id), ctx.now()).await?;
    tx.commit().await?;
    ctx.state().wake.now();
    get(ctx, id).await
}

fn shown(setup: organization_setups::OrganizationSetup) -> OrganizationSetup {
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
