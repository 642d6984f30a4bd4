//! Tasks.

use crate::{
    access::Permission,
    projects::{
        key::{ProjectKey, TaskKey},
        rank,
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            ids::ProjectId,
            projects,
            tasks::{self, NewTask},
        },
        services::text,
    },
    tasks::model::{DESCRIPTION_MAX, TITLE_MAX, TaskCard, TaskDetail},
};

const STALE: &str = "Someone changed this task while you were editing. Nothing was overwritten: your text is still \
                     here, and the current version is shown beside it.";

/// The task called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &TaskKey) -> Result<TaskDetail, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    detail(&mut tx, key).await
}

/// Creates a task at the end of the column `state`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] for the project; [`Error::Invalid`] for `title`;
/// [`Error::BadRequest`] for a state that the project does not have.
pub async fn create(ctx: &OrgContext, project: &ProjectKey, state: &str, title: &str) -> Result<TaskCard, Error> {
    let mut tx = ctx.write(Permission::WriteTasks, "task.create", project.as_str()).await?;
    let title = text::line("title", "a title", title, TITLE_MAX).map_err(|field| Error::Invalid(vec![field]))?;
    check_state(&mut tx, project, state).await?;
    let (id, number) = projects::take_number(&mut tx, project).await?.ok_or(Error::NotFound)?;
    let rank = rank_in(ctx, &mut tx, id, state, None, number).await?;
    let new = NewTask { number, title: &title, description: "", state, rank: &rank, created_by: ctx.person };
    tasks::create(&mut tx, id, &new, ctx.now()).await?;
    tx.commit().await?;
    Ok(TaskCard { number, title })
}

/// Changes title and description of the task called `key`, if it is still at `version`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `title` and `description`;
/// [`Error::Conflict`] when somebody else was quicker, and nothing is changed.
pub async fn update(
    ctx: &OrgContext,
    key: &TaskKey,
    version: i64,
    title: &str,
    description: &str,
) -> Result<TaskDetail, Error> {
    let mut tx = ctx.write(Permission::WriteTasks, "task.update", &key.to_string()).await?;
    let project = projects::by_key(&mut tx, &key.project).await?.ok_or(Error::NotFound)?;
    let (title, description) = text::both(
        text::line("title", "a title", title, TITLE_MAX),
        text::lines("description", description, DESCRIPTION_MAX),
    )?;
    if !tasks::update(&mut tx, project.id, key.number, version, &title, &description, ctx.now()).await? {
        tasks::find(&mut tx, project.id, key.number).await?.ok_or(Error::NotFound)?;
        return Err(Error::Conflict(STALE));
    }
    let task = detail(&mut tx, key).await?;
    tx.commit().await?;
    Ok(task)
}

/// Moves the task called `key` into the column `state`, before the task numbered `before`, or to the end. When that
/// task has left the column meanwhile, the end is the place.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::BadRequest`] for a state that the project
/// does not have.
pub async fn place(ctx: &OrgContext, key: &TaskKey, state: &str, before: Option<i64>) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::WriteTasks, "task.move", &key.to_string()).await?;
    let project = check_state(&mut tx, &key.project, state).await?;
    projects::lock(&mut tx, project).await?;
    let before = before.filter(|before| *before != key.number);
    let rank = rank_in(ctx, &mut tx, project, state, before, key.number).await?;
    if !tasks::place(&mut tx, project, key.number, state, &rank, ctx.now()).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

async fn detail(tx: &mut OrgTx, key: &TaskKey) -> Result<TaskDetail, Error> {
    let project = projects::by_key(tx, &key.project).await?.ok_or(Error::NotFound)?;
    let task = tasks::find(tx, project.id, key.number).await?.ok_or(Error::NotFound)?;
    Ok(TaskDetail {
        key: key.clone(),
        project_name: project.name,
        title: task.title,
        description: task.description,
        state: task.state,
        states: project.states,
        version: task.version,
        created_by: task.created_by,
        created_at: task.created_at,
        updated_at: task.updated_at,
    })
}

/// The project called `key`, if it has the state.
async fn check_state(tx: &mut OrgTx, key: &ProjectKey, state: &str) -> Result<ProjectId, Error> {
    let project = projects::by_key(tx, key).await?.ok_or(Error::NotFound)?;
    if project.states.iter().any(|known| known.slug == state) { Ok(project.id) } else { Err(Error::BadRequest) }
}

/// A rank for the task `number` in the column `state`. When there is no room, the column is spread out anew.
async fn rank_in(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: ProjectId,
    state: &str,
    before: Option<i64>,
    number: i64,
) -> Result<String, Error> {
    for _ in 0..2 {
        let high = match before {
            Some(before) => tasks::rank_of(tx, project, state, before).await?,
            None => None,
        };
        let low = tasks::rank_before(tx, project, state, high.as_deref(), number).await?;
        if let Some(rank) = rank::between(low.as_deref(), high.as_deref()) {
            return Ok(rank);
        }
        let numbers = tasks::numbers(tx, project, state).await?;
        for (number, rank) in numbers.iter().zip(rank::spread(numbers.len())) {
            tasks::place(tx, project, *number, state, &rank, ctx.now()).await?;
        }
    }
    Err(Error::Corrupt("rank"))
}
