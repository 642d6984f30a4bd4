//! Fills a database: with the demo world, or with as many tasks as a measurement wants.

pub mod demo_data;
use std::collections::HashMap;

use chrono::Days;

use super::{
    db::{Db, Mode, OrgTx},
    error::Error,
    repo::{
        memberships::{self, Membership},
        organizations::{self, NewOrganization},
        people::{self, Profile},
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

mod content;

/// Adds the demo organizations and people, as the provider at `issuer` knows them, and some work to look at. What is
/// there already stays as it is.
pub async fn demo(db: &Db, clock: &Clock, random: &Random, issuer: &str) -> Result<(), Error> {
    for organization in demo_data::ORGANIZATIONS {
        let now = clock.now();
        let mut tx = db.write().await?;
        let (mut members, mut people) = (Vec::new(), HashMap::new());
        for person in demo_data::PEOPLE {
            let is_verified = Some(true);
            let profile = Profile { issuer, subject: person.sub, email: person.email, is_verified, name: person.name };
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
        if !organizations::create(&mut tx, &new, now).await? {
            continue;
        }
        let mut tx = tx.into_org(id).await?;
        for (person, role) in members {
            memberships::put(&mut tx, person, Membership { role, granted: None }, now).await?;
        }
        for project in content::projects(organization.name) {
            let author = Author { clock, random, person: owner };
            lay_out(&mut tx, author, project, &people).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Adds a demo project; `people` are the demo people by their subjects.
async fn lay_out(
    tx: &mut OrgTx,
    author: Author<'_>,
    project: &content::Project,
    people: &HashMap<&str, PersonId>,
) -> Result<(), Error> {
    let now = author.clock.now();
    let label = |(name, hue): &(&str, u8)| Label { id: author.random.uuid(now), name: (*name).to_owned(), hue: *hue };
    let labels: Vec<_> = project.labels.iter().map(label).collect();
    let facts = |task: &content::Task| TaskFields {
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
        tasks: project.tasks.iter().map(facts).collect(),
    };
    projects::lay_out(tx, author, layout).await
}

/// Adds `count` organizations that nobody knows at the provider and the demo person with the address `email` owns.
///
/// # Errors
/// [`Error::NotFound`] without such a person.
pub async fn workspaces(
    db: &Db,
    clock: &Clock,
    random: &Random,
    issuer: &str,
    email: &str,
    count: usize,
) -> Result<(), Error> {
    let person = demo_data::PEOPLE.iter().find(|person| person.email == email).ok_or(Error::NotFound)?;
    let owner = people::find(&mut db.read().await?, issuer, person.sub).await?.ok_or(Error::NotFound)?;
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
        if organizations::create(&mut tx, &new, now).await? {
            let mut tx = tx.into_org(id).await?;
            memberships::put(&mut tx, owner, Membership { role: Role::Owner, granted: None }, now).await?;
            tx.commit().await?;
            added += 1;
        }
    }
    Ok(())
}

/// Adds a project called `key` with `count` tasks spread over its columns to the organization called `slug`.
///
/// # Errors
/// [`Error::NotFound`] without such an organization or an owner in it; [`Error::Invalid`] when the key is taken.
pub async fn project(
    db: &Db,
    clock: &Clock,
    random: &Random,
    slug: &str,
    key: &ProjectKey,
    count: usize,
) -> Result<(), Error> {
    let organization = organizations::by_slug(&mut db.read().await?, slug).await?.ok_or(Error::NotFound)?;
    let mut tx = OrgTx::begin(db, organization.id, Mode::Write).await?;
    let owner = memberships::owner(&mut tx).await?;
    let states = projects::first_states();
    let task = |index: usize| TaskFields::titled(&states[index % states.len()].slug, &content::title(index));
    let tasks = (0..count).map(task).collect();
    let author = Author { clock, random, person: owner };
    let layout = Layout { key, name: &format!("{count} tasks"), description: "", labels: &[], tasks };
    projects::lay_out(&mut tx, author, layout).await?;
    tx.commit().await
}
