//! Creates projects, and loads their boards.

mod from_template;

use std::sync::Arc;

use super::{saved_views, text, unit_of_work::UnitOfWork};
use crate::{
    domain::{
        board::{Board, Column},
        errors::FieldError,
        ids::{BatchId, PersonId, ProjectId},
        keys::ProjectKey,
        permissions::Permission,
        projects::{Label, NAME_MAX, State, template::ProjectSource},
        query::{Problem, Query},
        tasks::{
            event::Event,
            fields::TaskFields,
            filter::{Archived, Filter},
            rank,
        },
    },
    kernel::{clock::Clock, random::Random},
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            audit::Outcome,
            events::{self, EventOrigin, NewEvent},
            projects::{self, About, NewProject, Project},
            tasks::{self, BoardCards, NewTask, Record, TaskUpdate, Viewer},
        },
    },
};

pub use self::from_template::first_states;

/// Author of a new project, with the sources of time and ids.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub clock: &'a Clock,
    pub random: &'a Random,
    pub person: PersonId,
}

/// A project to create together with its labels and tasks.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    pub key: &'a ProjectKey,
    pub name: &'a str,
    /// Markdown.
    pub description: &'a str,
    pub labels: &'a [Label],
    /// The tasks, in the order of their columns. Ranks are assigned on creation.
    pub tasks: Vec<TaskFields>,
}

/// Creates a project with labels and tasks.
///
/// # Errors
/// [`Error::Invalid`] if the key is taken.
pub async fn create_with_tasks(tx: &mut OrgTx, author: Author<'_>, layout: Layout<'_>) -> Result<(), Error> {
    let Layout { key, name, description, labels, tasks: drafts } = layout;
    let now = author.clock.now();
    let id = ProjectId(author.random.uuid(now));
    let states = first_states();
    let new = NewProject { id, key, name, created_by: author.person };
    projects::insert(tx, &new, &states, now).await.map_err(|error| from_template::key_taken(error, key))?;
    if !description.is_empty() {
        let about = About { description: description.to_owned(), icon: String::new(), hue: None };
        projects::update_about(tx, id, name, &about).await?;
    }
    for label in labels {
        projects::insert_label(tx, id, label).await?;
    }
    let count = drafts.len();
    let first = projects::claim_numbers(tx, id, i64::try_from(count).map_err(|_| Error::BadRequest)?).await?;
    let mut events = vec![NewEvent { project: id, task: None, event: Event::ProjectChanged }];
    for (number, (mut fields, rank)) in (first..).zip(drafts.into_iter().zip(rank::spread(count))) {
        fields.position.rank = rank;
        let is_done =
            states.iter().any(|candidate| candidate.slug == fields.position.state && candidate.category.is_done());
        let bare = fields.bare();
        tasks::insert(tx, id, NewTask { number, fields: &bare, created_by: author.person, is_done }, now).await?;
        if fields != bare {
            let record = Record { done_at: is_done.then_some(now), ..Record::new(fields.clone()) };
            tasks::update_sets(tx, id, number, &bare, &record.fields).await?;
            tasks::update(tx, &TaskUpdate::new(id, number, record, now)).await?;
        }
        events.push(NewEvent { project: id, task: Some(number), event: Event::Created { fields: Box::new(fields) } });
    }
    let origin = EventOrigin { batch: BatchId(author.random.uuid(now)), person: author.person, at: now };
    events::append(tx, origin, &events).await?;
    Ok(())
}

/// Creates a project from the template or the project that `start` names. The key is converted to upper case.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`, or without `write:tasks` to copy tasks; [`Error::Invalid`] for
/// `name`, for `key`, also if it is taken, and for `start` if the source project does not exist; [`Error::BadRequest`]
/// if `start` cannot be parsed.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create(ctx: &OrgContext, name: &str, key: &str, start: &str) -> Result<ProjectKey, Error> {
    // Check the permission first, so that the field errors tell nothing to people without it.
    let mut work = UnitOfWork::begin(ctx, Permission::WriteProjects, "project.create", key).await?;
    // Parse the form.
    let name = text::line("name", "a name for the project", name, NAME_MAX);
    let key =
        key.parse::<ProjectKey>().map_err(|error| FieldError { field: "key".to_owned(), message: error.to_string() });
    let (name, key) = text::both(name, key)?;
    let start: ProjectSource = start.parse()?;
    if matches!(start, ProjectSource::Copy(_)) && !ctx.permissions.allow(Permission::WriteTasks) {
        // The person lacks the permission: record the refusal in the audit log.
        drop(work);
        work = UnitOfWork::begin(ctx, Permission::WriteTasks, "project.create", key.as_str()).await?;
    }
    // Create the project, with an audit entry.
    let id = ProjectId(ctx.new_id());
    let new = NewProject { id, key: &key, name: &name, created_by: ctx.person };
    from_template::create_from(&mut work, &new, &start).await?;
    projects::upsert_member(work.tx(), id, ctx.person, true, ctx.now()).await?;
    ctx.record(work.tx(), "project.create", key.as_str(), Outcome::Done).await?;
    work.commit().await?;
    Ok(key)
}

/// Returns the board of the project `key` with the tasks that `query` selects; without cards if `query` has problems.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn board(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Board, Error> {
    let (query, mut problems) = Query::parse(query);
    if query.filter.archived != Archived::No {
        let part = format!("archived={}", query.filter.archived);
        problems
            .push(Problem { part, message: "Boards don’t show archived tasks. Use the list instead.".to_owned() });
    }
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let viewer = Viewer { me: ctx.person, today: ctx.today() };
    let board = cards(ctx, &mut tx, &project, &query.filter, viewer).await?;
    let BoardCards { cards, labels, totals } = &*board;
    problems.extend(query.misfits(key, &project.states, labels));
    let cards = if problems.is_empty() { cards.as_slice() } else { &[] };
    let (people, views) = saved_views::with_people(ctx, &mut tx, key, &project, labels).await?;
    let column = |state: State| {
        let hidden = totals.get(&state.slug).copied().unwrap_or_default();
        Column { state, tasks: Vec::new(), hidden }
    };
    let mut columns: Vec<_> = project.states.into_iter().map(column).collect();
    for row in cards {
        let column = columns.iter_mut().find(|column| column.state.slug == row.state).ok_or(Error::Corrupt("state"))?;
        column.tasks.push(row.card.clone());
        column.hidden = column.hidden.saturating_sub(1);
    }
    Ok(Board {
        key: key.clone(),
        name: project.name,
        columns,
        labels: labels.clone(),
        people,
        views,
        problems,
        as_of: ctx.as_of,
        today: viewer.today,
    })
}

/// Returns the cards of a board, kept ones without a filter if no event has come since.
async fn cards(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: &Project,
    filter: &Filter,
    viewer: Viewer,
) -> Result<Arc<BoardCards>, Error> {
    let (org, boards) = (tx.org(), &ctx.state().boards);
    // A filter may depend on the viewer and on the day.
    let is_kept = filter.is_empty();
    // The project may be newer: a state that is gone had cards before.
    let fits = |board: &Arc<BoardCards>| board.cards.iter().all(|row| project.state(&row.state).is_some());
    if let Some(board) = boards.get(org, project.id, ctx.as_of).filter(|board| is_kept && fits(board)) {
        return Ok(board);
    }
    let board = Arc::new(tasks::cards_on_board(tx, project.id, filter, viewer).await?);
    if is_kept {
        boards.insert(org, project.id, ctx.as_of, board.clone());
    }
    Ok(board)
}
