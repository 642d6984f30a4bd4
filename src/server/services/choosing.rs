//! Choosing a workspace: which there are for a browser, and who would act there.

use chrono::{DateTime, Utc};

use crate::{
    organizations::model::{OtherIdentity, Person, WorkspaceChoice, WorkspaceList},
    server::{
        auth::session::Browser,
        db::PlatformTx,
        error::Error,
        repo::{
            choices::{self, Asked, Row},
            ids::PersonId,
            people,
        },
        state::AppState,
    },
};

/// The most that the switcher lists.
const SWITCHER: usize = 20;

/// The most that the picker lists at first, and that a search finds.
const PICKER: usize = 25;

/// The most seats of other people that the account menu names.
const OTHER_SEATS: i64 = 12;

/// Which choices are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Few, with the one that is open among them.
    Switcher { current: &'a str },
    /// The first by name.
    Picker,
    /// Those with this in their name, or all when it is empty.
    Named(&'a str),
    /// Every single one.
    All,
}

/// What the frame lists around the organization called `current`: the workspaces to switch to, and who else than `person`
/// is signed in, and where.
///
/// # Errors
/// When the database does not answer.
pub async fn around(
    state: &AppState,
    browser: Browser,
    person: PersonId,
    current: &str,
) -> Result<(WorkspaceList, Vec<OtherIdentity>), Error> {
    let mut tx = state.db.read().await?;
    let people = choices::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    let list = list_of(state, &mut tx, &people, browser, Wanted::Switcher { current }).await?;
    // Mostly a browser is one person's, and there is nothing more to ask.
    let others = if people.iter().all(|known| *known == person) {
        Vec::new()
    } else {
        others(&mut tx, browser, person, state.clock.now()).await?
    };
    Ok((list, others))
}

/// The workspaces of everyone whom `browser` is signed in as, each once: as who sits there, else as who signed in last,
/// else as another of them. By name; where the switcher cannot list all, the current one and those that are open come first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(state: &AppState, browser: Browser, wanted: Wanted<'_>) -> Result<WorkspaceList, Error> {
    let mut tx = state.db.read().await?;
    let people = choices::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    list_of(state, &mut tx, &people, browser, wanted).await
}

async fn list_of(
    state: &AppState,
    tx: &mut PlatformTx,
    people: &[PersonId],
    browser: Browser,
    wanted: Wanted<'_>,
) -> Result<WorkspaceList, Error> {
    if people.is_empty() {
        return Ok(WorkspaceList::default());
    }
    let (most, text) = match wanted {
        Wanted::Switcher { .. } => (SWITCHER, ""),
        Wanted::Picker => (PICKER, ""),
        Wanted::Named(text) => (PICKER, text.trim()),
        Wanted::All => (usize::MAX, ""),
    };
    // What the database calls a lower-case letter is not what people do, so that a search reads all names.
    let rows = if text.is_empty() { most.saturating_add(1).saturating_mul(people.len()) } else { usize::MAX };
    let asked = Asked { browser: browser.id, last: browser.person, now: state.clock.now() };
    let mut rows = choices::list(tx, people, asked, limit(rows)).await?;
    // Of the memberships in one organization the first counts.
    rows.dedup_by(|next, kept| next.slug == kept.slug);
    if !text.is_empty() {
        let text = text.to_lowercase();
        rows.retain(|row| row.display_name.to_lowercase().contains(&text) || row.slug.contains(&text));
    }
    let has_more = rows.len() > most;
    if !has_more {
        rows.sort_by_cached_key(|row| (row.display_name.to_lowercase(), row.slug.clone()));
    } else if let Wanted::Switcher { current } = wanted {
        let mut open = choices::open(tx, people, asked, current, limit(most)).await?;
        rows.retain(|row| open.iter().all(|open| open.slug != row.slug));
        open.append(&mut rows);
        rows = open;
    }
    rows.truncate(most);
    let choices = rows.into_iter().map(|row| choice(row, people.len() > 1)).collect::<Result<_, _>>()?;
    Ok(WorkspaceList { choices, has_more })
}

fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn choice(row: Row, several_people: bool) -> Result<WorkspaceChoice, Error> {
    let Row { slug, display_name, logo_url, role, email } = row;
    let role = role.parse().map_err(|_| Error::Corrupt("role"))?;
    Ok(WorkspaceChoice { slug, display_name, logo_url, role, acts_as: several_people.then_some(email) })
}

/// Who else than `person` is signed in in `browser`, and where.
async fn others(
    tx: &mut PlatformTx,
    browser: Browser,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<OtherIdentity>, Error> {
    let mut others: Vec<OtherIdentity> = Vec::new();
    for (email, workspace) in choices::others(tx, browser.id, person, now, OTHER_SEATS).await? {
        match others.last_mut() {
            Some(other) if other.email == email => other.workspaces.push(workspace),
            _ => others.push(OtherIdentity { email, workspaces: vec![workspace] }),
        }
    }
    Ok(others)
}

/// Who signed in last in `browser`.
///
/// # Errors
/// When the database does not answer.
pub async fn last_person(state: &AppState, browser: Browser) -> Result<Option<Person>, Error> {
    let Some(person) = browser.person else { return Ok(None) };
    people::describe(&mut state.db.read().await?, person).await
}

/// Where somebody goes who has signed in without naming an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// In none yet.
    Nowhere,
    /// In this one alone, by its slug.
    There(String),
    /// In several: they choose.
    Choose,
}

/// Where `browser` goes next, whose `person` has just signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn afterwards(state: &AppState, browser: Browser) -> Result<Afterwards, Error> {
    let Some(person) = browser.person else { return Ok(Afterwards::Nowhere) };
    let slugs = choices::first_two(&mut state.db.read().await?, person).await?;
    Ok(match slugs.as_slice() {
        [] => Afterwards::Nowhere,
        [only] => Afterwards::There(only.clone()),
        _ => Afterwards::Choose,
    })
}

/// The address of whom `browser` should sign in as to enter the organization called `slug`, when that is known not to be
/// the one who signed in last.
///
/// # Errors
/// When the database does not answer.
pub async fn other_account(state: &AppState, browser: Browser, slug: &str) -> Result<Option<String>, Error> {
    let mut tx = state.db.read().await?;
    let people = choices::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    if people.len() < 2 {
        return Ok(None);
    }
    let mut address = None;
    for person in people {
        if !choices::is_member(&mut tx, person, slug).await? {
            continue;
        }
        if browser.person == Some(person) {
            return Ok(None);
        }
        address = people::describe(&mut tx, person).await?.map(|person| person.email);
    }
    Ok(address)
}
