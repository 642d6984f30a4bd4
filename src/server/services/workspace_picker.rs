//! Lists the organizations that a browser can open, and the person who would act in each.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        fold::fold,
        ids::PersonId,
        organizations::{OrganizationChoice, OrganizationList, OtherIdentity, Person, Picker},
    },
    server::{
        auth::session::Browser,
        db::PlatformTx,
        error::Error,
        repo::browser_organizations::{self, BrowserScope, Identity, Row},
        state::AppState,
    },
};

/// Maximum number of organizations in the switcher.
const MAX_IN_SWITCHER: usize = 20;

/// Maximum number of organizations that the picker lists, or that a search finds.
const MAX_IN_PICKER: usize = 25;

/// Maximum number of seats of other people in the account menu.
const MAX_OTHER_SEATS: i64 = 12;

/// The organizations that the picker lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerQuery<'a> {
    /// The first organizations, by name.
    Picker,
    /// The organizations whose names contain the text; all if it is empty.
    Named(&'a str),
    /// All organizations.
    All,
}

/// Data of the application shell.
#[derive(Clone, Debug)]
pub struct ShellData {
    /// The person who acts in the current organization.
    pub person: Person,
    /// Organizations in the switcher, by name. If not all fit: the current one, those with a seat, and the newest.
    pub organizations: OrganizationList,
    /// Other people signed in with this browser.
    pub others: Vec<OtherIdentity>,
}

/// Loads the shell data for `person` in the organization `current`.
///
/// # Errors
/// [`Error::SignInRequired`] if the seat has just ended.
#[tracing::instrument(skip_all)]
pub async fn shell_data(
    state: &AppState,
    browser: Browser,
    person: PersonId,
    current: &str,
) -> Result<ShellData, Error> {
    let mut tx = state.db.read().await?;
    let scope = scope_of(state, browser);
    let (mut rows, people) =
        browser_organizations::few_with_people(&mut tx, person, scope, current, limit(MAX_IN_SWITCHER + 1)).await?;
    let acting_person =
        people.iter().find(|identity| identity.id == person).map(to_person).ok_or(Error::SignInRequired)?;
    for identity in people.iter().filter(|identity| identity.id != person) {
        rows.append(
            &mut browser_organizations::few(&mut tx, identity.id, scope, current, limit(MAX_IN_SWITCHER + 1)).await?,
        );
    }
    let organizations = switcher(rows, &people, browser, current)?;
    // Most browsers have one person, which saves the query.
    let others = if people.len() > 1 { others(&mut tx, browser, person, state.clock.now()).await? } else { Vec::new() };
    Ok(ShellData { person: acting_person, organizations, others })
}

/// Lists the organizations of all people signed in with `browser`, each once, by name: preferably for the person with a
/// seat there, then the one who signed in last, then any other. Also returns the person who signed in last, or another one
/// who is still signed in.
#[tracing::instrument(skip_all)]
pub async fn picker(state: &AppState, browser: Browser, query: PickerQuery<'_>) -> Result<Picker, Error> {
    let mut tx = state.db.read().await?;
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    let last = people.iter().find(|identity| browser.person == Some(identity.id));
    let person = last.or(people.first()).map(to_person);
    if people.is_empty() {
        return Ok(Picker::default());
    }
    let (max, text) = match query {
        PickerQuery::Picker => (MAX_IN_PICKER, String::new()),
        PickerQuery::Named(text) => (MAX_IN_PICKER, fold(text.trim())),
        PickerQuery::All => (usize::MAX, String::new()),
    };
    // Databases and Unicode disagree on lower case, so a search compares all names here.
    let rows = if text.is_empty() { max.saturating_add(1).saturating_mul(people.len()) } else { usize::MAX };
    let ids: Vec<_> = people.iter().map(|identity| identity.id).collect();
    let mut rows = browser_organizations::list(&mut tx, &ids, scope_of(state, browser), limit(rows)).await?;
    // Rows are ordered by preference: keep the first membership per organization.
    rows.dedup_by(|next, kept| next.org_id == kept.org_id);
    if !text.is_empty() {
        rows.retain(|row| fold(&row.display_name).contains(&text) || row.slug.contains(&text));
    }
    let has_more = rows.len() > max;
    rows.truncate(max);
    if !has_more {
        sort_by_name(&mut rows);
    }
    Ok(Picker { person, list: OrganizationList { choices: to_choices(rows, &people)?, has_more } })
}

/// Selects the organizations of the switcher from the memberships `rows`.
fn switcher(
    mut rows: Vec<Row>,
    people: &[Identity],
    browser: Browser,
    current: &str,
) -> Result<OrganizationList, Error> {
    // Per organization, prefer the membership of the person with a seat, then of the person who signed in last.
    rows.sort_by_key(|row| {
        let is_last = browser.person == Some(row.person_id);
        (Reverse(row.org_id), !row.is_seated, !is_last, row.person_id)
    });
    rows.dedup_by_key(|row| row.org_id);
    let has_more = rows.len() > MAX_IN_SWITCHER;
    if has_more {
        let (mut open, mut newest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_seated);
        sort_by_name(&mut open);
        // The sort is stable: the others stay in order of name.
        open.sort_by_key(|row| row.slug != current);
        newest.truncate(MAX_IN_SWITCHER.saturating_sub(open.len()));
        sort_by_name(&mut newest);
        rows = open;
        rows.append(&mut newest);
        rows.truncate(MAX_IN_SWITCHER);
    } else {
        sort_by_name(&mut rows);
    }
    Ok(OrganizationList { choices: to_choices(rows, people)?, has_more })
}

fn sort_by_name(rows: &mut [Row]) {
    rows.sort_by_cached_key(|row| (row.display_name.to_lowercase(), row.slug.clone()));
}

fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn scope_of(state: &AppState, browser: Browser) -> BrowserScope {
    BrowserScope { browser: browser.id, last: browser.person, now: state.clock.now() }
}

fn to_person(identity: &Identity) -> Person {
    Person { name: identity.name.clone(), email: identity.email.clone() }
}

/// Converts rows to choices. If several people are signed in, each choice names the one who acts there.
fn to_choices(rows: Vec<Row>, people: &[Identity]) -> Result<Vec<OrganizationChoice>, Error> {
    let acts_as = |id| {
        people.iter().find(|identity| people.len() > 1 && identity.id == id).map(|identity| identity.email.clone())
    };
    rows.into_iter()
        .map(|row| {
            let Row { slug, display_name, logo_url, role, person_id, .. } = row;
            let role = role.parse().map_err(|_| Error::Corrupt("role"))?;
            Ok(OrganizationChoice { slug, display_name, logo_url, role, acts_as: acts_as(person_id) })
        })
        .collect()
}

/// Lists the other people signed in with `browser`, and their organizations.
async fn others(
    tx: &mut PlatformTx,
    browser: Browser,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<OtherIdentity>, Error> {
    let mut others: Vec<OtherIdentity> = Vec::new();
    for (email, workspace) in browser_organizations::others(tx, browser.id, person, now, MAX_OTHER_SEATS).await? {
        match others.last_mut() {
            Some(other) if other.email == email => other.workspaces.push(workspace),
            _ => others.push(OtherIdentity { email, workspaces: vec![workspace] }),
        }
    }
    Ok(others)
}

/// The next step after a sign-in without an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The person is in no organization.
    CreateWorkspace,
    /// The person is in one organization, with this slug.
    Organization(String),
    /// The person is in several organizations and chooses one.
    Picker,
}

/// Returns where the person who has just signed in with `browser` goes next.
#[tracing::instrument(skip_all)]
pub async fn destination(state: &AppState, browser: Browser) -> Result<Destination, Error> {
    let Some(person) = browser.person else { return Ok(Destination::CreateWorkspace) };
    let slugs = browser_organizations::first_two(&mut state.db.read().await?, person).await?;
    Ok(match slugs.as_slice() {
        [] => Destination::CreateWorkspace,
        [only] => Destination::Organization(only.clone()),
        _ => Destination::Picker,
    })
}

/// Whether a person who is signed in with `browser` is a member of the organization `slug`.
#[tracing::instrument(skip_all)]
pub async fn has_member(state: &AppState, browser: Option<Browser>, slug: &str) -> Result<bool, Error> {
    let Some(browser) = browser else { return Ok(false) };
    let mut tx = state.db.read().await?;
    for identity in browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await? {
        if browser_organizations::is_member(&mut tx, identity.id, slug).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the login hint for entering the organization `slug`, if another person than the one who signed in last is a
/// member there.
#[tracing::instrument(skip_all, fields(org = slug))]
pub async fn other_account(state: &AppState, browser: Browser, slug: &str) -> Result<Option<String>, Error> {
    let mut tx = state.db.read().await?;
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    if people.len() < 2 {
        return Ok(None);
    }
    let mut address = None;
    for identity in people {
        if !browser_organizations::is_member(&mut tx, identity.id, slug).await? {
            continue;
        }
        if browser.person == Some(identity.id) {
            return Ok(None);
        }
        address = Some(identity.email);
    }
    Ok(address)
}
