//! Writes tasks of one project under its lock: no one else changes them meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    domain::{
        isolate::isolated,
        keys::{ProjectKey, TaskKey},
        projects::{State, StateCategory},
        tasks::{
            event::Event,
            fields::{Change, FieldChange, TaskFields},
        },
    },
    server::{
        error::Error,
        repo::{
            projects::{self, Project},
            tasks::{self, Gap, Opened, Place, Record, TaskUpdate},
        },
        services::unit_of_work::UnitOfWork,
    },
};

/// Message for a task in the trash.
const IN_TRASH: &str = "This task is in the bin. Restore it first; nothing was changed.";

/// Message for an archived project.
const PROJECT_ARCHIVED: &str = "This project is archived, so its tasks can’t be changed. Restore the project first.";

/// The locked project whose tasks are written.
pub struct ProjectWriter<'c, 'a> {
    work: &'c mut UnitOfWork<'a>,
    key: ProjectKey,
    project: Project,
    /// The names of those to whom tasks can be assigned, loaded on first use.
    people: Option<BTreeMap<Uuid, String>>,
    /// The names of the labels, loaded on first use.
    labels: Option<BTreeMap<Uuid, String>>,
    /// The transitions that the project allows. An empty set allows all.
    transitions: BTreeSet<(String, String)>,
    /// The gap at the place of the first move, if it was read with the project.
    gap: Option<Gap>,
}

impl<'c, 'a> ProjectWriter<'c, 'a> {
    /// Locks the project `key`. To avoid deadlocks, lock several projects in the order of their keys.
    pub async fn open(work: &'c mut UnitOfWork<'a>, key: &ProjectKey) -> Result<Self, Error> {
        Ok(Self::open_with(work, key, &[]).await?.0)
    }

    /// Locks the project `key` like [`Self::open`], and fetches its tasks with these `numbers`. Leaves unknown numbers out.
    pub async fn open_with(
        work: &'c mut UnitOfWork<'a>,
        key: &ProjectKey,
        numbers: &[i64],
    ) -> Result<(Self, BTreeMap<i64, Record>), Error> {
        let scope = work.ctx().project_scope();
        let opened = tasks::open(work.tx(), scope, key, numbers).await?;
        Self::of(work, key, opened)
    }

    /// Writes to a project that the transaction has locked and read.
    pub fn of(
        work: &'c mut UnitOfWork<'a>,
        key: &ProjectKey,
        opened: Option<Opened>,
    ) -> Result<(Self, BTreeMap<i64, Record>), Error> {
        let Opened { project, transitions, tasks, gap } = opened.ok_or(Error::NotFound)?;
        if project.is_archived {
            return Err(Error::Conflict(PROJECT_ARCHIVED));
        }
        let mut records = BTreeMap::new();
        for (number, task) in tasks {
            work.know_watchers(project.id, number, task.watchers);
            records.insert(number, task.record);
        }
        Ok((Self { work, key: key.clone(), project, people: None, labels: None, transitions, gap }, records))
    }

    /// The project.
    pub const fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the gap at a place.
    pub(super) async fn gap(&mut self, place: Place<'_>) -> Result<Gap, Error> {
        match self.gap.take() {
            Some(gap) => Ok(gap),
            None => tasks::gap(self.work.tx(), self.project.id, place).await,
        }
    }

    /// The unit of work that the writes belong to.
    pub const fn work(&mut self) -> &mut UnitOfWork<'a> {
        self.work
    }

    /// Returns the state `slug`.
    pub fn state(&self, slug: &str) -> Result<&State, Error> {
        self.project.state(slug).ok_or(Error::BadRequest)
    }

    /// Returns the state for new tasks: the first of the category "unstarted", else the first of all.
    pub fn initial_state(&self) -> Result<String, Error> {
        let states = &self.project.states;
        let to_do = states.iter().find(|state| state.category == StateCategory::Unstarted);
        to_do.or_else(|| states.first()).map(|state| state.slug.clone()).ok_or(Error::Corrupt("states"))
    }

    /// Returns the number of the task `key`, which must belong to this project.
    pub fn number_of(&self, key: Option<&TaskKey>) -> Result<Option<i64>, Error> {
        match key {
            Some(key) if key.project != self.key => {
                Err(Error::invalid("parent", format!("Choose a task of the same project, {}.", self.key)))
            }
            key => Ok(key.map(|key| key.number)),
        }
    }

    /// Validates and saves the `fields` of the task `number`, and emits the event.
    pub async fn save(&mut self, number: i64, record: Record, fields: TaskFields) -> Result<(), Error> {
        let update = self.prepare(number, record, fields).await?;
        self.update(update).await
    }

    /// Saves the `fields` of the task `number` without validating them, and emits the event.
    pub async fn write(&mut self, number: i64, record: Record, fields: TaskFields) -> Result<(), Error> {
        let update = self.change(number, record, fields).await?;
        self.update(update).await
    }

    /// Writes a prepared update of a row.
    pub async fn update(&mut self, update: Option<TaskUpdate>) -> Result<(), Error> {
        match update {
            Some(update) => tasks::update(self.work.tx(), &update).await,
            None => Ok(()),
        }
    }

    /// Does what [`Self::save`] does, except for the task's row: returns its update, which the caller writes before the next
    /// read, or with the commit. `None` if nothing changes.
    pub async fn prepare(
        &mut self,
        number: i64,
        record: Record,
        fields: TaskFields,
    ) -> Result<Option<TaskUpdate>, Error> {
        if record.fields != fields {
            self.validate(number, &record.fields, &fields).await?;
        }
        self.change(number, record, fields).await
    }

    async fn change(
        &mut self,
        number: i64,
        mut record: Record,
        fields: TaskFields,
    ) -> Result<Option<TaskUpdate>, Error> {
        let changes = record.fields.changes_to(&fields);
        if changes.is_empty() {
            return Ok(None);
        }
        let (project, now) = (self.project.id, self.work.ctx().now());
        let is_done = self.state(&fields.position.state)?.category.is_done();
        let previous = std::mem::replace(&mut record.fields, fields);
        record.done_at = is_done.then(|| record.done_at.unwrap_or(now));
        record.archived_at = record.fields.is_archived.then(|| record.archived_at.unwrap_or(now));
        record.deleted_at = record.fields.is_deleted.then(|| record.deleted_at.unwrap_or(now));
        let person = self.work.ctx().person;
        record.deleted_by = record.fields.is_deleted.then(|| record.deleted_by.unwrap_or(person));
        let has_new_texts =
            (&previous.title, &previous.description) != (&record.fields.title, &record.fields.description);
        if has_new_texts {
            record.version += 1;
        }
        tasks::update_sets(self.work.tx(), project, number, &previous, &record.fields).await?;
        let names = self.names_in(&changes).await?;
        let is_move = changes.iter().all(|change| matches!(change, FieldChange::Position(_)));
        self.work.emit(project, Some(number), Event::Changed { changes, names });
        let update = TaskUpdate::new(project, number, record, now).with_new_texts(has_new_texts);
        Ok(Some(if is_move { update.into_move() } else { update }))
    }

    /// Checks that a task may change from `from` to `to`.
    pub async fn validate(&mut self, number: i64, from: &TaskFields, to: &TaskFields) -> Result<(), Error> {
        if from.is_deleted && to.is_deleted {
            return Err(Error::Conflict(IN_TRASH));
        }
        let has_moved = from.position.state != to.position.state;
        if has_moved {
            self.check_transition(&from.position.state, &to.position.state)?;
        }
        if to.is_open_to_work() && (has_moved || !from.is_open_to_work()) {
            self.check_limit(number, &to.position.state).await?;
        }
        if let (Some(start), Some(due)) = (to.start_on, to.due_on)
            && due < start
        {
            let (field, message) = if from.start_on == to.start_on {
                ("due_on", format!("The due date can’t be before the start date, {start}."))
            } else {
                ("start_on", format!("The start date can’t be after the due date, {due}."))
            };
            return Err(Error::invalid(field, message));
        }
        if let Some(parent) = to.parent
            && from.parent != to.parent
        {
            self.check_parent(number, parent).await?;
        }
        if !to.assignees.is_subset(&from.assignees) {
            self.check_people(to.assignees.difference(&from.assignees).copied()).await?;
        }
        if !to.labels.is_subset(&from.labels) {
            self.check_labels(to.labels.difference(&from.labels).copied()).await?;
        }
        Ok(())
    }

    fn check_transition(&self, from: &str, to: &str) -> Result<(), Error> {
        let is_allowed = self.transitions.is_empty()
            || self.transitions.contains(&(from.to_owned(), to.to_owned()))
            || self.project.state(from).is_none();
        if is_allowed {
            return Ok(());
        }
        let name = |slug| isolated(self.project.state(slug).map_or(slug, |state| &state.name));
        let message = format!("This project doesn’t allow a move from {} to {}.", name(from), name(to));
        Err(Error::invalid("state", message))
    }

    /// Checks that the column `state` is below its limit.
    async fn check_limit(&mut self, number: i64, state: &str) -> Result<(), Error> {
        let Some(limit) = self.state(state)?.wip_limit else { return Ok(()) };
        let (project, tx) = (self.project.id, self.work.tx());
        let numbers = tasks::numbers(tx, project, state).await?;
        let others = numbers.iter().filter(|other| **other != number).count();
        if i64::try_from(others).is_ok_and(|others| others < limit) {
            return Ok(());
        }
        let name = isolated(&self.state(state)?.name);
        Err(Error::invalid("state", format!("{name} has reached its WIP limit of {limit}. Move a task out first.")))
    }

    async fn check_parent(&mut self, number: i64, parent: i64) -> Result<(), Error> {
        let ancestors = tasks::line_of(self.work.tx(), self.project.id, parent).await?;
        let key = &self.key;
        if ancestors.is_empty() {
            return Err(Error::invalid("parent", format!("Task {key}-{parent} doesn’t exist or is in the bin.")));
        }
        if ancestors.contains(&number) {
            let message = format!("{key}-{parent} is itself a subtask of {key}-{number}.");
            return Err(Error::invalid("parent", message));
        }
        Ok(())
    }

    async fn check_people(&mut self, mut added: impl Iterator<Item = Uuid>) -> Result<(), Error> {
        let people = self.people().await?;
        if added.all(|id| people.contains_key(&id)) {
            return Ok(());
        }
        Err(Error::invalid("assignees", "Choose people who can see this project."))
    }

    async fn check_labels(&mut self, mut added: impl Iterator<Item = Uuid>) -> Result<(), Error> {
        let labels = self.labels().await?;
        if added.all(|id| labels.contains_key(&id)) {
            return Ok(());
        }
        Err(Error::invalid("labels", "Choose labels of this project."))
    }

    async fn people(&mut self) -> Result<&BTreeMap<Uuid, String>, Error> {
        if self.people.is_none() {
            let people = projects::assignable(self.work.tx(), self.project.id).await?;
            self.people = Some(people.into_iter().map(|person| (person.id, person.name)).collect());
        }
        Ok(self.people.get_or_insert_default())
    }

    async fn labels(&mut self) -> Result<&BTreeMap<Uuid, String>, Error> {
        if self.labels.is_none() {
            let labels = projects::labels(self.work.tx(), self.project.id).await?;
            self.labels = Some(labels.into_iter().map(|label| (label.id, label.name)).collect());
        }
        Ok(self.labels.get_or_insert_default())
    }

    /// Returns what the people, labels and states in `changes` are called now, for the history.
    async fn names_in(&mut self, changes: &[FieldChange]) -> Result<BTreeMap<String, String>, Error> {
        let mut names = BTreeMap::new();
        for change in changes {
            let (known, ids) = match change {
                FieldChange::Position(Change { from, to }) => {
                    let states = [from, to].into_iter().filter_map(|position| self.project.state(&position.state));
                    names.extend(states.map(|state| (state.slug.clone(), state.name.clone())));
                    continue;
                }
                FieldChange::Assignees(ids) => (self.people().await?, ids),
                FieldChange::Labels(ids) => (self.labels().await?, ids),
                _ => continue,
            };
            let found = ids.added.union(&ids.removed).filter_map(|id| Some((id.to_string(), known.get(id)?.clone())));
            names.extend(found);
        }
        Ok(names)
    }
}
