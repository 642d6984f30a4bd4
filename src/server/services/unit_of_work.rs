//! The unit of work of every change in a project: it commits the changed rows, their events and the notifications in
//! one transaction.

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
            events::{self, EventOrigin, NewEvent},
            notifications,
        },
    },
};

/// Result of a committed unit of work.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// Identifies the events to undo together.
    pub batch: BatchId,
    /// Number of the last event of the unit of work.
    pub last: i64,
}

/// An open transaction with the events to append on commit. Dropping it without [`UnitOfWork::commit`] rolls back.
pub struct UnitOfWork<'a> {
    ctx: &'a OrgContext,
    tx: OrgTx,
    batch: BatchId,
    events: Vec<NewEvent>,
    /// People mentioned in the text of an event, by the index of the event.
    mentioned: BTreeMap<usize, BTreeSet<PersonId>>,
}

impl<'a> UnitOfWork<'a> {
    /// Opens a write transaction for `action` on `target`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `permission`; the refusal is written to the audit log.
    pub async fn begin(
        ctx: &'a OrgContext,
        permission: Permission,
        action: &'static str,
        target: &str,
    ) -> Result<Self, Error> {
        let tx = ctx.write(permission, action, target).await?;
        Ok(Self { ctx, tx, batch: BatchId(ctx.new_id()), events: Vec::new(), mentioned: BTreeMap::new() })
    }

    /// The transaction of the unit of work.
    pub const fn tx(&mut self) -> &mut OrgTx {
        &mut self.tx
    }

    /// The context of the person who makes the change.
    #[must_use]
    pub const fn ctx(&self) -> &'a OrgContext {
        self.ctx
    }

    /// Adds an event of a task, or of the project itself if `task` is `None`.
    pub fn emit(&mut self, project: ProjectId, task: Option<i64>, event: Event) {
        self.events.push(NewEvent { project, task, event });
    }

    /// Whether no event was added yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Adds mentions of `people` in the text of the last event.
    pub fn mention(&mut self, people: BTreeSet<PersonId>) {
        if let Some(last) = self.events.len().checked_sub(1).filter(|_| !people.is_empty()) {
            self.mentioned.entry(last).or_default().extend(people);
        }
    }

    /// Commits the transaction with its events and notifications. Returns `None` if there were no events.
    pub async fn commit(mut self) -> Result<Option<Done>, Error> {
        if self.events.is_empty() {
            self.tx.commit().await?;
            return Ok(None);
        }
        let origin = EventOrigin { batch: self.batch, person: self.ctx.person, at: self.ctx.now() };
        // Compute the recipients first: appending the events takes the lock that other writers wait for.
        let recipients = recipients::compute(&mut self.tx, origin.person, &self.events, &self.mentioned).await?;
        let last = events::append(&mut self.tx, origin, &self.events).await?;
        let new = recipients::notifications(&self.events, &recipients, last);
        notifications::insert(&mut self.tx, &new, origin.at).await?;
        self.tx.commit().await?;
        Ok(Some(Done { batch: self.batch, last }))
    }
}
