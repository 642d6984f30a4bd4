//! The unit of work behind everything that people do in projects: what is changed, the events that tell of it and the
//! notifications of those whom it concerns are committed together, or none of it is.

use std::collections::{BTreeMap, BTreeSet};

use super::recipients;
use crate::{
    domain::{
        ids::{BatchId, PersonId, ProjectId},
        permissions::Permission,
        tasks::event::Event,
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            events::{self, Doing, NewEvent},
            notifications,
        },
    },
};

/// What was changed.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// What undoes it.
    pub batch: BatchId,
    /// The number of the last event that tells of it.
    pub last: i64,
}

/// Something that is being changed. Dropped without [`UnitOfWork::commit`], nothing was.
pub struct UnitOfWork<'a> {
    ctx: &'a OrgContext,
    tx: OrgTx,
    batch: BatchId,
    events: Vec<NewEvent>,
    /// Whom the texts behind events name, by the place of the event.
    mentioned: BTreeMap<usize, BTreeSet<PersonId>>,
}

impl<'a> UnitOfWork<'a> {
    /// Begins to carry `action` out on `target`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `permission`; the refusal is on record then.
    pub async fn begin(
        ctx: &'a OrgContext,
        permission: Permission,
        action: &'static str,
        target: &str,
    ) -> Result<Self, Error> {
        let tx = ctx.write(permission, action, target).await?;
        Ok(Self { ctx, tx, batch: BatchId(ctx.new_id()), events: Vec::new(), mentioned: BTreeMap::new() })
    }

    /// The transaction that all of it is in.
    pub const fn tx(&mut self) -> &mut OrgTx {
        &mut self.tx
    }

    /// Who is changing something.
    #[must_use]
    pub const fn ctx(&self) -> &'a OrgContext {
        self.ctx
    }

    /// Tells that something happened to a task, or to the project itself.
    pub fn tell(&mut self, project: ProjectId, task: Option<i64>, event: Event) {
        self.events.push(NewEvent { project, task, event });
    }

    /// Whether nothing was told yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Says that the text behind what was told last names `people`.
    pub fn mention(&mut self, people: BTreeSet<PersonId>) {
        if let Some(last) = self.events.len().checked_sub(1).filter(|_| !people.is_empty()) {
            self.mentioned.entry(last).or_default().extend(people);
        }
    }

    /// Makes it last, and tells the pages that are open. Nothing when nothing was changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn commit(mut self) -> Result<Option<Done>, Error> {
        if self.events.is_empty() {
            self.tx.commit().await?;
            return Ok(None);
        }
        let doing = Doing { batch: self.batch, person: self.ctx.person, at: self.ctx.now() };
        // Whom it concerns is found out first: from the events on others have to wait.
        let concerned = recipients::concerned(&mut self.tx, doing.person, &self.events, &self.mentioned).await?;
        let last = events::append(&mut self.tx, doing, &self.events).await?;
        let notices = recipients::numbered(&self.events, &concerned, last);
        notifications::put(&mut self.tx, &notices, doing.at).await?;
        self.tx.commit().await?;
        Ok(Some(Done { batch: self.batch, last }))
    }
}
