//! The unit of work of every change in a project: it commits the changed rows, their events and the notifications in
//! one transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::recipients::{self, Concerned, KnownWatchers};
use crate::{
    domain::{
        ids::{BatchId, PersonId, ProjectId},
        keys::ProjectKey,
        permissions::Permission,
        tasks::event::Event,
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            events::{self, Appended, EventOrigin, NewEvent},
            organizations,
            tasks::{self, Opened, Place, TaskUpdate},
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
    watchers: KnownWatchers,
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
        Ok(Self::new(ctx, ctx.write(permission, action, target).await?))
    }

    /// Opens a write transaction like [`Self::begin`], locks the project `key` and reads it with its tasks `numbers` and the gap
    /// at `place`, in two round trips. Others wait for the lock meanwhile.
    pub async fn begin_in_project(
        ctx: &'a OrgContext,
        (permission, action, target): (Permission, &'static str, &str),
        key: &ProjectKey,
        numbers: &[i64],
        place: Option<Place<'_>>,
    ) -> Result<(Self, Option<Opened>), Error> {
        let mut tx = ctx.begin_in_project(key).await?;
        let (membership, opened) = tasks::open_as_member(&mut tx, ctx.project_scope(), key, numbers, place).await?;
        let tx = ctx.check_write(tx, membership, permission, action, target).await?;
        Ok((Self::new(ctx, tx), opened))
    }

    fn new(ctx: &'a OrgContext, tx: OrgTx) -> Self {
        let (batch, events) = (BatchId(ctx.new_id()), Vec::new());
        Self { ctx, tx, batch, events, mentioned: BTreeMap::new(), watchers: BTreeMap::new() }
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

    /// Remembers the watchers of a task of a locked project, so that the commit need not read them.
    pub fn know_watchers(&mut self, project: ProjectId, task: i64, people: Vec<PersonId>) {
        self.watchers.insert((project, task), people);
    }

    /// Commits the transaction with its events and notifications. Returns `None` if there were no events.
    pub async fn commit(self) -> Result<Option<Done>, Error> {
        self.commit_with(None).await
    }

    /// Commits the transaction like [`Self::commit`], with the row of a task that one of its events has changed.
    pub async fn commit_with(self, update: Option<TaskUpdate>) -> Result<Option<Done>, Error> {
        if self.events.is_empty() {
            self.tx.commit().await?;
            return Ok(None);
        }
        let Self { ctx, mut tx, batch, events, mentioned, watchers } = self;
        let origin = EventOrigin { batch, person: ctx.person, at: ctx.now() };
        // Compute the recipients first: appending the events takes the lock that other writers wait for.
        let concerned = recipients::compute(&mut tx, origin.person, &events, &mentioned, &watchers).await?;
        let Concerned { recipients, new_watchers } = concerned;
        let notifications = recipients::notifications(&events, &recipients);
        // In the first time zones it is tomorrow already.
        let tomorrow = (origin.at + TimeDelta::days(1)).date_naive();
        if events.iter().any(|new| new.event.can_be_due(tomorrow)) {
            organizations::remind_soon(&mut tx).await?;
        }
        let appended = Appended {
            events: &events,
            update: update.as_ref(),
            watchers: &new_watchers,
            notifications: &notifications,
        };
        let last = events::append_all(&mut tx, origin, appended).await?;
        tx.commit().await?;
        Ok(Some(Done { batch, last }))
    }
}
