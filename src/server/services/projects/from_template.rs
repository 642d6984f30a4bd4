//! Fills a new project from a template or from another project.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    domain::{
        ids::ProjectId,
        keys::ProjectKey,
        projects::{
            Label, State, StateCategory,
            template::{ProjectSource, Template},
        },
        tasks::{event::Event, fields::TaskFields},
    },
    server::{
        error::Error,
        repo::{
            projects::{self, NewProject, Project},
            tasks::{self, NewTask, Record, TaskUpdate},
        },
        services::unit_of_work::UnitOfWork,
    },
};

/// Maximum number of tasks copied into a new project.
const COPIED_MAX: usize = 500;

/// Maximum total size in bytes of the titles and descriptions copied into a new project.
const COPIED_BYTES_MAX: i64 = 8 * 1024 * 1024;

/// The default workflow of a new project.
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

/// Names and hues of the labels of a template.
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

/// Creates the project `new` from `start`.
///
/// # Errors
/// [`Error::Invalid`] for `key` if it is taken; for `start` if the source project does not exist, or has more open
/// tasks or text than can be copied.
pub async fn create_from(work: &mut UnitOfWork<'_>, new: &NewProject<'_>, start: &ProjectSource) -> Result<(), Error> {
    let now = work.ctx().now();
    match start {
        ProjectSource::Template(template) => {
            projects::insert(work.tx(), new, &states(*template), now)
                .await
                .map_err(|error| key_taken(error, new.key))?;
            for (name, hue) in labels(*template) {
                let label = Label { id: work.ctx().new_id(), name: (*name).to_owned(), hue: *hue };
                projects::insert_label(work.tx(), new.id, &label).await?;
            }
            work.emit(new.id, None, Event::ProjectChanged);
        }
        ProjectSource::Like(key) => _ = copy_settings(work, new, key).await?,
        ProjectSource::Copy(key) => {
            let (source, label_ids) = copy_settings(work, new, key).await?;
            copy_tasks(work, &source, new.id, &label_ids).await?;
        }
    }
    Ok(())
}

/// Creates `new` with the settings of the project `key`, without its members. Returns that project, and the id of each
/// of its labels mapped to the id of the copy.
async fn copy_settings(
    work: &mut UnitOfWork<'_>,
    new: &NewProject<'_>,
    key: &ProjectKey,
) -> Result<(Project, BTreeMap<Uuid, Uuid>), Error> {
    let (ctx, tx) = (work.ctx(), work.tx());
    let source = projects::by_key(tx, ctx.project_scope(), key).await?;
    let source = source.ok_or_else(|| Error::invalid("start", format!("There is no project {key} to copy.")))?;
    projects::insert(tx, new, &source.states, ctx.now()).await.map_err(|error| key_taken(error, new.key))?;
    // A copy of a private project is private, so that copying shows its content to no one else.
    if source.is_private {
        projects::update_private(tx, new.id, true).await?;
    }
    let about = projects::about(tx, source.id).await?;
    projects::update_about(tx, new.id, new.name, &about).await?;
    let transitions = projects::transitions(tx, source.id).await?;
    projects::replace_transitions(tx, new.id, &transitions).await?;
    let mut label_ids = BTreeMap::new();
    for label in projects::labels(tx, source.id).await? {
        let id = ctx.new_id();
        label_ids.insert(label.id, id);
        projects::insert_label(tx, new.id, &Label { id, ..label }).await?;
    }
    work.emit(new.id, None, Event::ProjectChanged);
    Ok((source, label_ids))
}

/// Copies the open tasks, without dates and assignees: those belong to the work in the source project.
async fn copy_tasks(
    work: &mut UnitOfWork<'_>,
    source: &Project,
    to: ProjectId,
    labels: &BTreeMap<Uuid, Uuid>,
) -> Result<(), Error> {
    let ctx = work.ctx();
    let mut numbers = Vec::new();
    for state in source.states.iter().filter(|state| !state.category.is_done()) {
        numbers.extend(tasks::numbers(work.tx(), source.id, &state.slug).await?);
    }
    if numbers.len() > COPIED_MAX {
        let message = format!("It has {} open tasks, and at most {COPIED_MAX} can be copied.", numbers.len());
        return Err(Error::invalid("start", message));
    }
    let Ok(count) = i64::try_from(numbers.len()) else { return Err(Error::BadRequest) };
    if count == 0 {
        return Ok(());
    }
    if tasks::bytes_of(work.tx(), source.id, &numbers).await? > COPIED_BYTES_MAX {
        let message = "Its open tasks have more than 8 MB of text. Copy only its workflow and labels instead.";
        return Err(Error::invalid("start", message));
    }
    let mut records = tasks::records(work.tx(), source.id, &numbers).await?;
    let first = projects::claim_numbers(work.tx(), to, count).await?;
    let renumbered: BTreeMap<i64, i64> = numbers.iter().copied().zip(first..).collect();
    let mut copies = Vec::with_capacity(numbers.len());
    for number in &numbers {
        let Some(Record { fields, .. }) = records.remove(number) else { continue };
        let fields = TaskFields {
            start_on: None,
            due_on: None,
            assignees: BTreeSet::new(),
            labels: fields.labels.iter().filter_map(|label| labels.get(label).copied()).collect(),
            parent: fields.parent.and_then(|parent| renumbered.get(&parent).copied()),
            ..fields
        };
        let number = renumbered[number];
        let bare = fields.bare();
        let new = NewTask { number, fields: &bare, created_by: ctx.person, is_done: false };
        tasks::insert(work.tx(), to, new, ctx.now()).await?;
        copies.push((number, bare, fields));
    }
    // A subtask may come before its parent, so references are written once all tasks exist.
    for (number, bare, fields) in copies {
        let record = Record::new(fields);
        if record.fields != bare {
            tasks::update_sets(work.tx(), to, number, &bare, &record.fields).await?;
            tasks::update(work.tx(), &TaskUpdate::new(to, number, record.clone(), ctx.now())).await?;
        }
        work.emit(to, Some(number), Event::Created { fields: Box::new(record.fields) });
    }
    Ok(())
}
