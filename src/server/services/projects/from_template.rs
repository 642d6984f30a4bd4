//! What a new project starts with.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    domain::{
        ids::ProjectId,
        keys::ProjectKey,
        projects::{
            Label, State, StateCategory,
            template::{Start, Template},
        },
        tasks::{event::Event, fields::TaskFields},
    },
    server::{
        error::Error,
        repo::{
            projects::{self, NewProject, Project},
            tasks::{self, NewTask, Record},
        },
        services::unit_of_work::UnitOfWork,
    },
};

/// The most tasks that are copied into a new project.
const COPIED_MAX: usize = 500;

/// The most bytes that the titles and descriptions of tasks may have that are copied into a new project.
const COPIED_BYTES_MAX: i64 = 8 * 1024 * 1024;

/// The workflow that a new project starts with when nothing else is chosen.
#[must_use]
pub fn first_states() -> Vec<State> {
    states(Template::Simple)
}

fn states(template: Template) -> Vec<State> {
    use StateCategory::{Backlog, Cancelled, Completed, Started, Unstarted};
    let states: &[(&str, &str, StateCategory)] = match template {
        Template::Simple => &[
            ("backlog", "Backlog", Backlog),
            ("todo", "To do", Unstarted),
            ("in-progress", "In progress", Started),
            ("done", "Done", Completed),
        ],
        Template::Software => &[
            ("backlog", "Backlog", Backlog),
            ("todo", "To do", Unstarted),
            ("in-progress", "In progress", Started),
            ("in-review", "In review", Started),
            ("done", "Done", Completed),
            ("cancelled", "Cancelled", Cancelled),
        ],
        Template::Content => &[
            ("ideas", "Ideas", Backlog),
            ("planned", "Planned", Unstarted),
            ("writing", "Writing", Started),
            ("editing", "Editing", Started),
            ("published", "Published", Completed),
        ],
        Template::Support => &[
            ("new", "New", Unstarted),
            ("in-progress", "In progress", Started),
            ("waiting", "Waiting for an answer", Started),
            ("solved", "Solved", Completed),
            ("declined", "Declined", Cancelled),
        ],
    };
    let state = |(slug, name, category): &(&str, &str, StateCategory)| State {
        slug: (*slug).to_owned(),
        name: (*name).to_owned(),
        category: *category,
        hue: None,
        wip_limit: None,
    };
    states.iter().map(state).collect()
}

/// Names and hues.
const fn labels(template: Template) -> &'static [(&'static str, u8)] {
    match template {
        Template::Simple => &[],
        Template::Software => &[("Bug", 12), ("Chore", 3), ("Feature", 8)],
        Template::Content => &[("Article", 6), ("Newsletter", 2), ("Video", 10)],
        Template::Support => &[("Problem", 12), ("Question", 7), ("Request", 4)],
    }
}

/// Replaces [`Error::Duplicate`] by the message that another project has the key.
pub(super) fn key_taken(error: Error, key: &ProjectKey) -> Error {
    error.replace_duplicate(|| {
        Error::invalid("key", format!("{key} is taken by another project here. Choose another key."))
    })
}

/// Adds the project `new` with what it starts with.
///
/// # Errors
/// The field `key` is refused when it is taken, the field `start` when there is no such project to be like, or when it
/// has more open tasks, or more text in them, than can be copied.
pub async fn set_up(change: &mut UnitOfWork<'_>, new: &NewProject<'_>, start: &Start) -> Result<(), Error> {
    let now = change.ctx().now();
    match start {
        Start::Template(template) => {
            projects::create(change.tx(), new, &states(*template), now)
                .await
                .map_err(|error| key_taken(error, new.key))?;
            for (name, hue) in labels(*template) {
                let label = Label { id: change.ctx().new_id(), name: (*name).to_owned(), hue: *hue };
                projects::add_label(change.tx(), new.id, &label).await?;
            }
            change.tell(new.id, None, Event::ProjectChanged);
        }
        Start::Like(key) => _ = become_like(change, new, key).await?,
        Start::Copy(key) => {
            let (source, renamed) = become_like(change, new, key).await?;
            copy_tasks(change, &source, new.id, &renamed).await?;
        }
    }
    Ok(())
}

/// Adds `new` as the project called `key` is set up, without its people. Gives that project, and for each of its labels
/// the new project's.
async fn become_like(
    change: &mut UnitOfWork<'_>,
    new: &NewProject<'_>,
    key: &ProjectKey,
) -> Result<(Project, BTreeMap<Uuid, Uuid>), Error> {
    let (ctx, tx) = (change.ctx(), change.tx());
    let source = projects::by_key(tx, ctx.project_scope(), key).await?;
    let source = source.ok_or_else(|| Error::invalid("start", format!("There is no project {key} to be like.")))?;
    projects::create(tx, new, &source.states, ctx.now()).await.map_err(|error| key_taken(error, new.key))?;
    // What few may see is not shown to all by being copied.
    if source.is_private {
        projects::set_private(tx, new.id, true).await?;
    }
    let about = projects::about(tx, source.id).await?;
    projects::describe(tx, new.id, new.name, &about).await?;
    let transitions = projects::transitions(tx, source.id).await?;
    projects::put_transitions(tx, new.id, &transitions).await?;
    let mut renamed = BTreeMap::new();
    for label in projects::labels(tx, source.id).await? {
        let id = ctx.new_id();
        renamed.insert(label.id, id);
        projects::add_label(tx, new.id, &Label { id, ..label }).await?;
    }
    change.tell(new.id, None, Event::ProjectChanged);
    Ok((source, renamed))
}

/// Copies what is still to be done, without dates and people: those belong to the work that was done there.
async fn copy_tasks(
    change: &mut UnitOfWork<'_>,
    source: &Project,
    to: ProjectId,
    labels: &BTreeMap<Uuid, Uuid>,
) -> Result<(), Error> {
    let ctx = change.ctx();
    let mut numbers = Vec::new();
    for state in source.states.iter().filter(|state| !state.category.is_done()) {
        numbers.extend(tasks::numbers(change.tx(), source.id, &state.slug).await?);
    }
    if numbers.len() > COPIED_MAX {
        let message = format!("It has {} open tasks, and at most {COPIED_MAX} can be copied.", numbers.len());
        return Err(Error::invalid("start", message));
    }
    let Ok(count) = i64::try_from(numbers.len()) else { return Err(Error::BadRequest) };
    if count == 0 {
        return Ok(());
    }
    if tasks::bytes_of(change.tx(), source.id, &numbers).await? > COPIED_BYTES_MAX {
        let message =
            "Its open tasks hold more text than can be copied in one go: 8 MB. Start like it, without its tasks.";
        return Err(Error::invalid("start", message));
    }
    let mut records = tasks::records(change.tx(), source.id, &numbers).await?;
    let first = projects::take_numbers(change.tx(), to, count).await?;
    let renumbered: BTreeMap<i64, i64> = numbers.iter().copied().zip(first..).collect();
    let mut copies = Vec::with_capacity(numbers.len());
    for number in &numbers {
        let Some(Record { facts, .. }) = records.remove(number) else { continue };
        let facts = TaskFields {
            start_on: None,
            due_on: None,
            assignees: BTreeSet::new(),
            labels: facts.labels.iter().filter_map(|label| labels.get(label).copied()).collect(),
            parent: facts.parent.and_then(|parent| renumbered.get(&parent).copied()),
            ..facts
        };
        let number = renumbered[number];
        let bare = facts.bare();
        let new = NewTask { number, facts: &bare, created_by: ctx.person, is_done: false };
        tasks::create(change.tx(), to, new, ctx.now()).await?;
        copies.push((number, bare, facts));
    }
    // A part may stand before what it is a part of, so what refers to others is written once all are there.
    for (number, bare, facts) in copies {
        let record = Record::new(facts);
        if record.facts != bare {
            tasks::write(change.tx(), to, number, &bare, &record, ctx.now()).await?;
        }
        change.tell(to, Some(number), Event::Created { facts: Box::new(record.facts) });
    }
    Ok(())
}
