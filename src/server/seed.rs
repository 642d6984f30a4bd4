//! Seeds a database with demo data, or with large amounts of data for benchmarks.

mod content;
pub mod demo_data;
mod error;
mod scale;

use std::collections::HashMap;

use chrono::Days;

pub use self::{
    error::SeedError,
    scale::{Scale, scale},
};
use super::{
    db::{Db, Mode, OrgTx},
    error::Error,
    repo::{
        memberships::{self, Membership},
        organizations::{self, NewOrganization},
        people::{self, Profile},
        seeds,
    },
    services::projects::{self, Author, Layout},
};
use crate::{
    domain::{
        ids::{OrgId, PersonId},
        keys::ProjectKey,
        permissions::Role,
        projects::Label,
        tasks::fields::TaskFields,
    },
    kernel::{clock::Clock, random::Random},
};

/// Adds the demo organizations and people, with their ids at the provider `issuer`, and demo projects, unless that is on
/// record: what was deleted since stays deleted. Existing organizations and people are not changed.
pub async fn demo(db: &Db, clock: &Clock, random: &Random, issuer: &str) -> Result<(), SeedError> {
    if seeds::is_recorded(&mut db.read().await?, seeds::DEMO).await? {
        return Ok(());
    }
    for organization in demo_data::ORGANIZATIONS {
        let now = clock.now();
        let mut tx = db.write().await?;
        let (mut members, mut people) = (Vec::new(), HashMap::new());
        for person in demo_data::PEOPLE {
            let is_verified = Some(true);
            let (email, name) = (Some(person.email), Some(person.name));
            let profile = Profile { issuer, subject: person.sub, email, is_verified, name };
            let id = match people::find(&mut tx, issuer, person.sub).await? {
                Some(id) => id,
                None => people::upsert(&mut tx, PersonId(random.uuid(now)), &profile, now).await?,
            };
            let role = person.memberships.iter().find(|(name, _)| *name == organization.name);
            members.extend(role.map(|(_, role)| (id, *role)));
            people.insert(person.sub, id);
        }
        let owner = members.iter().find(|(_, role)| *role == Role::Owner);
        let Some((owner, _)) = owner.copied() else { continue };
        let id = OrgId(random.uuid(now));
        let new = NewOrganization {
            id,
            issuer,
            provider_id: organization.id,
            slug: organization.name,
            display_name: organization.display_name,
            owner,
        };
        let Some(id) = organizations::insert(&mut tx, &new, now).await? else { continue };
        let mut tx = tx.into_org(id).await?;
        for (person, role) in members {
            memberships::upsert(&mut tx, person, Membership { role, granted: None }, now).await?;
        }
        for project in content::projects(organization.name) {
            let author = Author { clock, random, person: owner };
            add_demo_project(&mut tx, author, project, &people).await?;
        }
        tx.commit().await?;
    }
    // Recorded last, so that an interrupted start is continued by the next.
    let mut tx = db.write().await?;
    seeds::record(&mut tx, seeds::DEMO, clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Adds a demo project. `people` maps the subjects of the demo people to their ids.
async fn add_demo_project(
    tx: &mut OrgTx,
    author: Author<'_>,
    project: &content::Project,
    people: &HashMap<&str, PersonId>,
) -> Result<(), Error> {
    let now = author.clock.now();
    let label = |(name, hue): &(&str, u8)| Label { id: author.random.uuid(now), name: (*name).to_owned(), hue: *hue };
    let labels: Vec<_> = project.labels.iter().map(label).collect();
    let fields = |task: &content::Task| TaskFields {
        priority: task.priority,
        estimate: task.points,
        due_on: task.due.and_then(|days| now.date_naive().checked_add_days(Days::new(days))),
        assignees: task.assignee.and_then(|subject| people.get(subject)).map(|person| person.0).into_iter().collect(),
        labels: labels.iter().filter(|label| task.labels.contains(&&*label.name)).map(|label| label.id).collect(),
        ..TaskFields::titled(task.state, task.title)
    };
    let layout = projects::Layout {
        key: &project.key.parse().map_err(|_| Error::Corrupt("demo project key"))?,
        name: project.name,
        description: project.description,
        labels: &labels,
        tasks: project.tasks.iter().map(fields).collect(),
    };
    projects::create_with_tasks(tx, author, layout).await
}

/// Adds `count` organizations that do not exist at the provider and are owned by the demo person with the address
/// `email`.
///
/// # Errors
/// [`SeedError::NotOfTheDemo`]; [`SeedError::MissingPerson`] before the demo was seeded.
pub async fn workspaces(
    db: &Db,
    clock: &Clock,
    random: &Random,
    issuer: &str,
    email: &str,
    count: usize,
) -> Result<(), SeedError> {
    let person = demo_data::PEOPLE.iter().find(|person| person.email == email);
    let person = person.ok_or_else(|| SeedError::NotOfTheDemo(email.to_owned()))?;
    let owner = people::find(&mut db.read().await?, issuer, person.sub).await?;
    let owner = owner.ok_or_else(|| SeedError::MissingPerson(email.to_owned()))?;
    let mut added = 0;
    for number in 1.. {
        if added == count {
            break;
        }
        let now = clock.now();
        let id = OrgId(random.uuid(now));
        let (provider_id, slug) = (format!("org_Many{number:012}"), format!("workspace-{number:04}"));
        let display_name = format!("Workspace {number}");
        let (provider_id, slug, display_name) = (provider_id.as_str(), slug.as_str(), display_name.as_str());
        let mut tx = db.write().await?;
        let new = NewOrganization { id, issuer, provider_id, slug, display_name, owner };
        if let Some(id) = organizations::insert(&mut tx, &new, now).await? {
            let mut tx = tx.into_org(id).await?;
            memberships::upsert(&mut tx, owner, Membership { role: Role::Owner, granted: None }, now).await?;
            tx.commit().await?;
            added += 1;
        }
    }
    Ok(())
}

/// Adds a project with the key `key` to the organization with the name `slug`, with `count` tasks spread over its
/// columns.
///
/// # Errors
/// [`SeedError::UnknownOrganization`]; [`Error::Invalid`] if the key is taken.
pub async fn project(
    db: &Db,
    clock: &Clock,
    random: &Random,
    slug: &str,
    key: &ProjectKey,
    count: usize,
) -> Result<(), SeedError> {
    let org = error::organization(db, slug).await?;
    let mut tx = OrgTx::begin(db, org, Mode::Write).await?;
    let owner = memberships::owner(&mut tx).await?;
    let states = projects::first_states();
    let task = |index: usize| TaskFields::titled(&states[index % states.len()].slug, &content::title(index));
    let tasks = (0..count).map(task).collect();
    let author = Author { clock, random, person: owner };
    let layout = Layout { key, name: &format!("{count} tasks"), description: "", labels: &[], tasks };
    projects::create_with_tasks(&mut tx, author, layout).await?;
    Ok(tx.commit().await?)
}
