//! Choosing a workspace: which there are for a browser, and who would act there.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
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

/// The most that the switcher lists.
const SWITCHER: usize = 20;

/// The most that the picker lists at first, and that a search finds.
const PICKER: usize = 25;

/// The most seats of other people that the account menu names.
const OTHER_SEATS: i64 = 12;

/// Which choices the picker is to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerQuery<'a> {
    /// The first by name.
    Picker,
    /// Those with this in their name, or all when it is empty.
    Named(&'a str),
    /// Every single one.
    All,
}

/// What the frame shows around an organization's pages.
#[derive(Clone, Debug)]
pub struct ShellData {
    /// Who acts there.
    pub person: Person,
    /// What the switcher lists: by name; where that cannot be all, the current one first, those that are open, and the
    /// newest.
    pub organizations: OrganizationList,
    /// Who acts elsewhere.
    pub others: Vec<OtherIdentity>,
}

/// What the frame shows around the organization called `current`, where `person` sits.
///
/// # Errors
/// When the database does not answer; [`Error::SignInRequired`] when the seat has just ended.
pub async fn around(state: &AppState, browser: Browser, person: PersonId, current: &str) -> Result<ShellData, Error> {
    let mut tx = state.db.read().await?;
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    let acting = people.iter().find(|known| known.id == person).map(described).ok_or(Error::SignInRequired)?;
    let asked = asked(state, browser);
    let mut rows = Vec::new();
    for known in &people {
        rows.append(&mut browser_organizations::few(&mut tx, known.id, asked, current, limit(SWITCHER + 1)).await?);
    }
    let organizations = switcher(rows, &people, browser, current)?;
    // Mostly a browser is one person's, and there is nothing more to ask.
    let others = if people.len() > 1 { others(&mut tx, browser, person, state.clock.now()).await? } else { Vec::new() };
    Ok(ShellData { person: acting, organizations, others })
}

/// The workspaces of everyone whom `browser` is signed in as, each once: as who sits there, else as who signed in last,
/// else as another of them. By name. With them comes who signed in last.
///
/// # Errors
/// When the database does not answer.
pub async fn picker(state: &AppState, browser: Browser, wanted: PickerQuery<'_>) -> Result<Picker, Error> {
    let mut tx = state.db.read().await?;
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    let person = people.iter().find(|known| browser.person == Some(known.id)).map(described);
    if people.is_empty() {
        return Ok(Picker::default());
    }
    let (most, text) = match wanted {
        PickerQuery::Picker => (PICKER, String::new()),
        PickerQuery::Named(text) => (PICKER, text.trim().to_lowercase()),
        PickerQuery::All => (usize::MAX, String::new()),
    };
    // What the database calls a lower-case letter is not what people do, so that a search reads all names.
    let rows = if text.is_empty() { most.saturating_add(1).saturating_mul(people.len()) } else { usize::MAX };
    let ids: Vec<_> = people.iter().map(|known| known.id).collect();
    let mut rows = browser_organizations::list(&mut tx, &ids, asked(state, browser), limit(rows)).await?;
    // Of the memberships in one organization the first counts.
    rows.dedup_by(|next, kept| next.org_id == kept.org_id);
    if !text.is_empty() {
        rows.retain(|row| row.display_name.to_lowercase().contains(&text) || row.slug.contains(&text));
    }
    let has_more = rows.len() > most;
    rows.truncate(most);
    if !has_more {
        sort_by_name(&mut rows);
    }
    Ok(Picker { person, list: OrganizationList { choices: shown(rows, &people)?, has_more } })
}

/// What the switcher lists of the memberships `rows`.
fn switcher(
    mut rows: Vec<Row>,
    people: &[Identity],
    browser: Browser,
    current: &str,
) -> Result<OrganizationList, Error> {
    // Of the memberships in one organization that of who sits there counts, else of who signed in last.
    rows.sort_by_key(|row| {
        let is_last = browser.person == Some(row.person_id);
        (Reverse(row.org_id), !row.is_seated, !is_last, row.person_id)
    });
    rows.dedup_by_key(|row| row.org_id);
    let has_more = rows.len() > SWITCHER;
    if has_more {
        let (mut open, mut newest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_seated);
        sort_by_name(&mut open);
        // The rest of the sort keeps its order.
        open.sort_by_key(|row| row.slug != current);
        newest.truncate(SWITCHER.saturating_sub(open.len()));
        sort_by_name(&mut newest);
        rows = open;
        rows.append(&mut newest);
        rows.truncate(SWITCHER);
    } else {
        sort_by_name(&mut rows);
    }
    Ok(OrganizationList { choices: shown(rows, people)?, has_more })
}

fn sort_by_name(rows: &mut [Row]) {
    rows.sort_by_cached_key(|row| (row.display_name.to_lowercase(), row.slug.clone()));
}

fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn asked(state: &AppState, browser: Browser) -> BrowserScope {
    BrowserScope { browser: browser.id, last: browser.person, now: state.clock.now() }
}

fn described(known: &Identity) -> Person {
    Person { name: known.name.clone(), email: known.email.clone() }
}

/// As people see them. Where several are signed in, each says who acts there.
fn shown(rows: Vec<Row>, people: &[Identity]) -> Result<Vec<OrganizationChoice>, Error> {
    let acts_as = |id| people.iter().find(|known| people.len() > 1 && known.id == id).map(|known| known.email.clone());
    rows.into_iter()
        .map(|row| {
            let Row { slug, display_name, logo_url, role, person_id, .. } = row;
            let role = role.parse().map_err(|_| Error::Corrupt("role"))?;
            Ok(OrganizationChoice { slug, display_name, logo_url, role, acts_as: acts_as(person_id) })
        })
        .collect()
}

/// Who else than `person` is signed in in `browser`, and where.
async fn others(
    tx: &mut PlatformTx,
    browser: Browser,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<OtherIdentity>, Error> {
    let mut others: Vec<OtherIdentity> = Vec::new();
    for (email, workspace) in browser_organizations::others(tx, browser.id, person, now, OTHER_SEATS).await? {
        match others.last_mut() {
            Some(other) if other.email == email => other.workspaces.push(workspace),
            _ => others.push(OtherIdentity { email, workspaces: vec![workspace] }),
        }
    }
    Ok(others)
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
    let slugs = browser_organizations::first_two(&mut state.db.read().await?, person).await?;
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
    let people = browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await?;
    if people.len() < 2 {
        return Ok(None);
    }
    let mut address = None;
    for known in people {
        if !browser_organizations::is_member(&mut tx, known.id, slug).await? {
            continue;
        }
        if browser.person == Some(known.id) {
            return Ok(None);
        }
        address = Some(known.email);
    }
    Ok(address)
}
