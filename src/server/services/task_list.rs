//! The list of a project's tasks.

use super::saved_views;
use crate::{
    domain::{
        keys::ProjectKey,
        list::{Listing, PAGE},
        permissions::Permission,
        projects::Parts,
        query::{Group, Query},
        tasks::AT_ONCE_MAX,
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            projects,
            tasks::{self, Looking},
        },
    },
};

/// A page of the list of the project called `key`, as `query` asks for it; without any rows where not all of it is understood.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Listing, Error> {
    let (query, mut problems) = Query::parse(query);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let labels = projects::labels(&mut tx, project.id).await?;
    let people = projects::assignable(&mut tx, project.id).await?;
    let views = saved_views::of_project(ctx, &mut tx, project.id).await?;
    problems.extend(query.misfits(key, &project.states, &labels));
    let looking = Looking { me: ctx.person, today: ctx.now().date_naive() };
    let (groups, rows) = if problems.is_empty() {
        let groups = tasks::groups(&mut tx, project.id, &query, looking).await?;
        (groups, tasks::rows(&mut tx, project.id, &query, looking, PAGE).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let parts = Parts { key: key.clone(), name: project.name, states: project.states, labels, people, views, problems };
    let from = query.from;
    Ok(Listing { parts, groups, from, rows, me: ctx.person.0, as_of: ctx.as_of, today: looking.today })
}

/// The numbers of the tasks that `query` lists of the project called `key`, in its order, [`AT_ONCE_MAX`] at most.
///
/// # Errors
/// As [`get`]; [`Error::BadRequest`] where not all of `query` is understood.
pub async fn matching(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Vec<i64>, Error> {
    let (query, problems) = Query::parse(query);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let labels = projects::labels(&mut tx, project.id).await?;
    if !problems.is_empty() || !query.misfits(key, &project.states, &labels).is_empty() {
        return Err(Error::BadRequest);
    }
    // In groups a task may stand more than once.
    let query = Query { group: Group::None, ..query.from_the_top() };
    let looking = Looking { me: ctx.person, today: ctx.now().date_naive() };
    let rows = tasks::rows(&mut tx, project.id, &query, looking, AT_ONCE_MAX).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}
