//! Fills a database: with the demo world, or with as many tasks as a measurement wants.

use crate::{
    access::Role,
    clock::Clock,
    demo,
    projects::{key::ProjectKey, rank},
    random::Random,
    server::{
        db::{Db, Mode, OrgTx},
        error::Error,
        repo::{
            ids::{OrgId, PersonId, ProjectId},
            memberships::{self, Membership},
            organizations::{self, NewOrganization},
            people::{self, Profile},
            projects::{self, NewProject},
            tasks::{self, NewTask},
        },
        services,
    },
};

mod content;

/// Adds the demo organizations and people, as the provider at `issuer` knows them, and some work to look at. What is
/// there already stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn demo(db: &Db, clock: &Clock, random: &Random, issuer: &str) -> Result<(), Error> {
    for organization in demo::ORGANIZATIONS {
        let now = clock.now();
        let mut tx = db.write().await?;
        let mut members = Vec::new();
        for person in demo::PEOPLE {
            let profile = Profile { issuer, subject: person.sub, email: person.email, name: person.name };
            let id = match people::find(&mut tx, issuer, person.sub).await? {
                Some(id) => id,
                None => people::upsert(&mut tx, PersonId(random.uuid(now)), &profile, now).await?,
            };
            let role = person.memberships.iter().find(|(name, _)| *name == organization.name);
            members.extend(role.map(|(_, role)| (id, *role)));
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
        for (key, name, titles) in content::projects(organization.name) {
            add_project(&mut tx, clock, random, owner, key, name, titles).await?;
        }
        tx.commit().await?;
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
    let titles: Vec<_> = (0..count).map(content::title).collect();
    let states = services::projects::first_states();
    let tasks: Vec<_> = titles
        .iter()
        .enumerate()
        .map(|(index, title)| (states[index % states.len()].slug.as_str(), title.as_str()))
        .collect();
    add_project(&mut tx, clock, random, owner, key.as_str(), &format!("{count} tasks"), &tasks).await?;
    tx.commit().await
}

async fn add_project(
    tx: &mut OrgTx,
    clock: &Clock,
    random: &Random,
    owner: PersonId,
    key: &str,
    name: &str,
    tasks: &[(&str, &str)],
) -> Result<(), Error> {
    let now = clock.now();
    let id = ProjectId(random.uuid(now));
    let key: ProjectKey = key.parse().map_err(|_| Error::Corrupt("demo project key"))?;
    let new = NewProject { id, key: &key, name, created_by: owner };
    projects::create(tx, &new, &services::projects::first_states(), now).await?;
    for ((state, title), rank) in tasks.iter().zip(rank::spread(tasks.len())) {
        let (_, number) = projects::take_number(tx, &key).await?.ok_or(Error::NotFound)?;
        let new = NewTask { number, title, description: "", state, rank: &rank, created_by: owner };
        tasks::create(tx, id, &new, now).await?;
    }
    Ok(())
}
