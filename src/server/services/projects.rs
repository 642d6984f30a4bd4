//! Projects.

use crate::{
    access::Permission,
    clock::Clock,
    error::FieldError,
    projects::{
        key::ProjectKey,
        model::{Board, Column, NAME_MAX, ProjectSummary, State, StateCategory},
        rank,
    },
    random::Random,
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            audit::Outcome,
            ids::{PersonId, ProjectId},
            projects::{self, NewProject},
            tasks::{self, NewTask},
        },
        services::text,
    },
    tasks::model::TaskCard,
};

/// The workflow that a new project starts with.
#[must_use]
pub fn first_states() -> [State; 4] {
    [
        ("backlog", "Backlog", StateCategory::Backlog),
        ("todo", "To do", StateCategory::Unstarted),
        ("in-progress", "In progress", StateCategory::Started),
        ("done", "Done", StateCategory::Completed),
    ]
    .map(|(slug, name, category)| State { slug: slug.to_owned(), name: name.to_owned(), category })
}

/// Who lays a project out, and when.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub clock: &'a Clock,
    pub random: &'a Random,
    pub person: PersonId,
}

/// Adds a project with tasks, each a state's slug and a title, in the order of their columns.
///
/// # Errors
/// [`Error::Invalid`] when the key is taken.
pub async fn lay_out(
    tx: &mut OrgTx,
    author: Author<'_>,
    key: &ProjectKey,
    name: &str,
    tasks: &[(&str, &str)],
) -> Result<(), Error> {
    let now = author.clock.now();
    let id = ProjectId(author.random.uuid(now));
    let new = NewProject { id, key, name, created_by: author.person };
    projects::create(tx, &new, &first_states(), now).await?;
    for ((state, title), rank) in tasks.iter().zip(rank::spread(tasks.len())) {
        let (_, number) = projects::take_number(tx, key).await?.ok_or(Error::NotFound)?;
        let new = NewTask { number, title, description: "", state, rank: &rank, created_by: author.person };
        tasks::create(tx, id, &new, now).await?;
    }
    Ok(())
}

/// All projects of the organization, by name.
///
/// # Errors
/// [`Error::Forbidden`] without `read:projects`.
pub async fn list(ctx: &OrgContext) -> Result<Vec<ProjectSummary>, Error> {
    projects::list(&mut ctx.read(Permission::ReadProjects).await?).await
}

/// The project called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:projects`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<ProjectSummary, Error> {
    list(ctx).await?.into_iter().find(|project| project.key == *key).ok_or(Error::NotFound)
}

/// Creates a project with the first workflow. The key is upper case, however it was typed.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::Invalid`] for `name` and `key`, also when the key is taken.
pub async fn create(ctx: &OrgContext, name: &str, key: &str) -> Result<ProjectKey, Error> {
    // Check the permission first: who may not create learns nothing from the fields.
    let mut tx = ctx.write(Permission::WriteProjects, "project.create", key).await?;
    // Parse what was typed.
    let name = text::line("name", "a name for the project", name, NAME_MAX);
    let key =
        key.parse::<ProjectKey>().map_err(|error| FieldError { field: "key".to_owned(), message: error.to_string() });
    let (name, key) = text::both(name, key)?;
    // Create it, with its place in the record.
    let new = NewProject { id: ProjectId(ctx.new_id()), key: &key, name: &name, created_by: ctx.person };
    projects::create(&mut tx, &new, &first_states(), ctx.now()).await?;
    ctx.record(&mut tx, "project.create", key.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    Ok(key)
}

/// The board of the project called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn board(ctx: &OrgContext, key: &ProjectKey) -> Result<Board, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, key).await?.ok_or(Error::NotFound)?;
    let tasks = tasks::on_board(&mut tx, project.id).await?;
    let mut columns: Vec<_> = project.states.into_iter().map(|state| Column { state, tasks: Vec::new() }).collect();
    for (state, number, title) in tasks {
        let column = columns.iter_mut().find(|column| column.state.slug == state).ok_or(Error::Corrupt("state"))?;
        column.tasks.push(TaskCard { number, title });
    }
    Ok(Board { key: key.clone(), name: project.name, columns })
}
