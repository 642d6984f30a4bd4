//! Large amounts of data with skew: few large organizations, projects and discussions, and many small ones.

use chrono::{DateTime, Days, Utc};

use super::{
    content,
    error::{SeedError, organization},
};
use crate::{
    domain::{
        ids::{BatchId, CommentId, OrgId, PersonId, ProjectId},
        keys::ProjectKey,
        permissions::Role,
        projects::{Label, State},
        tasks::{event::Event, fields::TaskFields, priority::Priority, rank},
    },
    kernel::{clock::Clock, random::Random},
    server::{
        db::{Db, Mode, OrgTx, ProvenOrg},
        error::Error,
        repo::{
            bulk::{self, BulkComment, BulkTask},
            events::{self, EventOrigin, NewEvent},
            memberships::{self, Membership},
            organizations::{self, NewOrganization},
            people::{self, Profile},
            projects::{self, NewProject},
        },
        services::projects::first_states,
    },
};

/// Rows per transaction.
const CHUNK: usize = 2_000;

/// The size of the data, as options of the command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Scale {
    /// The existing organization that becomes the largest, by its name in URLs.
    #[arg(long, default_value = "abc-inc")]
    pub largest: String,
    /// The number of organizations, the largest included.
    #[arg(long, default_value_t = 1_000)]
    pub organizations: usize,
    /// The projects of each of the fifty largest organizations; smaller ones have fewer.
    #[arg(long, default_value_t = 17)]
    pub projects: usize,
    #[arg(long, default_value_t = 1_000_000)]
    pub tasks: usize,
    #[arg(long, default_value_t = 250_000)]
    pub comments: usize,
    /// The same number gives the same texts, states, assignees and sizes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Adds organizations, projects, tasks and comments. Only the largest organization exists before; the others do not
/// exist at the provider `issuer` and have one member each. The sizes follow Zipf's law: the second
/// organization has half the tasks of the first, the third a third; likewise the projects of an organization.
///
/// # Errors
/// [`SeedError::UnknownOrganization`] if the largest does not exist; [`SeedError::AlreadyGenerated`].
pub async fn scale(db: &Db, clock: &Clock, issuer: &str, size: &Scale) -> Result<(), SeedError> {
    let generator = Generator { random: Random::seeded(size.seed), now: clock.now(), states: first_states() };
    let first = organization(db, &size.largest).await?;
    let shares = zipf(size.tasks, size.organizations).into_iter().zip(zipf(size.comments, size.organizations));
    for (index, (tasks, comments)) in shares.enumerate() {
        let org = if index == 0 { first } else { generator.add_organization(db, issuer, index).await? };
        // Fifty organizations have all projects, the next fifty half of them, and so on.
        let projects = (size.projects / (1 + index / 50)).max(1);
        let shares = zipf(tasks, projects).into_iter().zip(zipf(comments, projects));
        for (number, (tasks, comments)) in (1..).zip(shares) {
            generator.add_project(db, org, number, tasks, comments).await?;
        }
    }
    Ok(())
}

/// Divides `total` into `count` descending parts, proportional to 1, 1/2, 1/3, ….
fn zipf(total: usize, count: usize) -> Vec<usize> {
    let weights: Vec<_> = (1..=count).map(|place| 1_000_000 / place).collect();
    let sum = weights.iter().sum::<usize>().max(1);
    let (mut seen, mut given) = (0, 0);
    let part = |weight: usize| {
        seen += weight;
        let until = total * seen / sum;
        let part = until - given;
        given = until;
        part
    };
    weights.into_iter().map(part).collect()
}

struct Generator {
    random: Random,
    now: DateTime<Utc>,
    states: Vec<State>,
}

/// A project with what its tasks can refer to.
struct Target {
    id: ProjectId,
    owner: PersonId,
    people: Vec<PersonId>,
    labels: Vec<Label>,
}

impl Generator {
    /// Draws a number below `below`, which is not 0.
    fn draw(&self, below: usize) -> usize {
        usize::try_from(u32::from_le_bytes(self.random.bytes())).unwrap_or_default() % below
    }

    async fn add_organization(&self, db: &Db, issuer: &str, index: usize) -> Result<ProvenOrg, Error> {
        let (now, number) = (self.now, index + 1);
        let mut tx = db.write().await?;
        let (subject, email) = (format!("auth0|scale{number:019}"), format!("owner-{number}@scale.example"));
        let name = format!("Owner {number}");
        let profile =
            Profile { issuer, subject: &subject, email: Some(&email), is_verified: Some(true), name: Some(&name) };
        let owner = people::upsert(&mut tx, PersonId(self.random.uuid(now)), &profile, now).await?;
        let id = OrgId(self.random.uuid(now));
        let (provider_id, slug) = (format!("org_Scale{number:011}"), format!("scale-{number:06}"));
        let (provider_id, slug, display_name) = (provider_id.as_str(), slug.as_str(), &format!("Company {number}"));
        let new = NewOrganization { id, issuer, provider_id, slug, display_name, owner };
        let org = organizations::insert(&mut tx, &new, now).await?.ok_or(Error::Duplicate)?;
        let mut tx = tx.into_org(org).await?;
        memberships::upsert(&mut tx, owner, Membership { role: Role::Owner, granted: None }, now).await?;
        tx.commit().await?;
        Ok(org)
    }

    /// Adds the project `number` of an organization.
    async fn add_project(
        &self,
        db: &Db,
        org: ProvenOrg,
        number: usize,
        tasks: usize,
        comments: usize,
    ) -> Result<(), Error> {
        let mut tx = OrgTx::begin(db, org, Mode::Write).await?;
        let target = self.insert_project(&mut tx, number).await?;
        let mut ranks = rank::spread(tasks).into_iter();
        let mut left = tasks;
        while left > 0 {
            let chunk = left.min(CHUNK);
            self.insert_tasks(&mut tx, &target, ranks.by_ref().take(chunk)).await?;
            left -= chunk;
            tx = next_transaction(db, org, tx).await?;
        }
        left = if tasks == 0 { 0 } else { comments };
        while left > 0 {
            let chunk = left.min(CHUNK);
            self.insert_comments(&mut tx, &target, tasks, chunk).await?;
            left -= chunk;
            tx = next_transaction(db, org, tx).await?;
        }
        tx.commit().await
    }

    async fn insert_project(&self, tx: &mut OrgTx, number: usize) -> Result<Target, Error> {
        let now = self.now;
        let owner = memberships::owner(tx).await?;
        let people = memberships::list(tx).await?.into_iter().map(|member| member.person).collect();
        let id = ProjectId(self.random.uuid(now));
        let key: ProjectKey = format!("S{number:03}").parse().map_err(|_| Error::Corrupt("project key"))?;
        let new = NewProject { id, key: &key, name: &format!("Programme {number}"), created_by: owner };
        projects::insert(tx, &new, &self.states, now).await?;
        let label = |(name, hue): (&str, u8)| Label { id: self.random.uuid(now), name: name.to_owned(), hue };
        let labels: Vec<_> = [("Customer", 3), ("Defect", 1), ("Research", 8)].map(label).into();
        for label in &labels {
            projects::insert_label(tx, id, label).await?;
        }
        self.append(tx, owner, vec![NewEvent { project: id, task: None, event: Event::ProjectChanged }]).await?;
        Ok(Target { id, owner, people, labels })
    }

    /// Inserts a task for each of `ranks`.
    async fn insert_tasks(
        &self,
        tx: &mut OrgTx,
        target: &Target,
        ranks: impl ExactSizeIterator<Item = String>,
    ) -> Result<(), Error> {
        let count = i64::try_from(ranks.len()).map_err(|_| Error::BadRequest)?;
        let first = projects::claim_numbers(tx, target.id, count).await?;
        let tasks: Vec<_> = (first..).zip(ranks).map(|(number, rank)| self.task(target, number, rank)).collect();
        bulk::insert_tasks(tx, target.id, &tasks, target.owner, self.now).await?;
        let created = |task: BulkTask| NewEvent {
            project: target.id,
            task: Some(task.number),
            event: Event::Created { fields: Box::new(task.fields) },
        };
        self.append(tx, target.owner, tasks.into_iter().map(created).collect()).await
    }

    /// Nine of ten tasks are done; a third is assigned, a quarter has a label.
    fn task(&self, target: &Target, number: i64, rank: String) -> BulkTask {
        let is_open = self.draw(10) == 0;
        let candidates: Vec<_> = self.states.iter().filter(|state| state.category.is_done() != is_open).collect();
        let state = candidates[self.draw(candidates.len())];
        let mut fields = TaskFields::titled(&state.slug, &format!("{} ({number})", content::title(self.draw(1_000))));
        fields.position.rank = rank;
        fields.priority = if self.draw(3) == 0 { Priority::ALL[self.draw(5)] } else { Priority::None };
        fields.estimate = [None, Some(1), Some(3), Some(8)][self.draw(4)];
        if self.draw(8) == 0 {
            fields.due_on = self.now.date_naive().checked_add_days(Days::new(self.draw(60) as u64));
        }
        if self.draw(3) == 0 {
            fields.assignees.insert(target.people[self.draw(target.people.len())].0);
        }
        if self.draw(4) == 0 {
            fields.labels.insert(target.labels[self.draw(target.labels.len())].id);
        }
        if self.draw(2) == 0 {
            fields.description = content::title(self.draw(1_000)) + ".\n\n- " + &content::title(self.draw(1_000));
        }
        BulkTask { number, fields, is_done: !is_open }
    }

    /// Inserts comments on the tasks 1 to `tasks`, half of them on a tenth of the tasks.
    async fn insert_comments(&self, tx: &mut OrgTx, target: &Target, tasks: usize, count: usize) -> Result<(), Error> {
        let mut comments = Vec::with_capacity(count);
        for _ in 0..count {
            let among = if self.draw(2) == 0 { tasks.div_ceil(10) } else { tasks };
            let task = i64::try_from(1 + self.draw(among)).map_err(|_| Error::BadRequest)?;
            let id = CommentId(self.random.uuid(self.now));
            let author = target.people[self.draw(target.people.len())];
            let body = format!("We should {}.", content::title(self.draw(1_000)).to_lowercase());
            comments.push(BulkComment { id, task, author, body });
        }
        bulk::insert_comments(tx, target.id, &comments, self.now).await?;
        let added = |new: &BulkComment| NewEvent {
            project: target.id,
            task: Some(new.task),
            event: Event::Commented { comment: new.id.0 },
        };
        self.append(tx, target.owner, comments.iter().map(added).collect()).await
    }

    async fn append(&self, tx: &mut OrgTx, person: PersonId, events: Vec<NewEvent>) -> Result<(), Error> {
        let origin = EventOrigin { batch: BatchId(self.random.uuid(self.now)), person, at: self.now };
        events::append(tx, origin, &events).await.map(drop)
    }
}

/// Commits `tx` and starts the next transaction in the same organization.
async fn next_transaction(db: &Db, org: ProvenOrg, tx: OrgTx) -> Result<OrgTx, Error> {
    tx.commit().await?;
    OrgTx::begin(db, org, Mode::Write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zipf_divides_the_whole_total() {
        assert_eq!(zipf(1_000, 4), [480, 240, 159, 121]);
        for (total, count) in [(0, 3), (1, 3), (1_000_000, 1_000), (7, 1)] {
            let parts = zipf(total, count);
            assert_eq!((parts.len(), parts.iter().sum::<usize>()), (count, total));
        }
        assert!(zipf(1_000_000, 1_000)[999] > 100);
    }
}
