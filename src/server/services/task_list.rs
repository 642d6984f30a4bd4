//! The task list of a project.

use super::saved_views;
use crate::{
    domain::{
        board::ProjectContext,
        keys::ProjectKey,
        list::{Listing, PAGE},
        permissions::Permission,
        query::{Group, Query},
        tasks::SELECTED_MAX,
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            projects,
            tasks::{self, Viewer},
        },
    },
};

/// Returns a page of the list of the project `key` in the arrangement of `query`; without rows if `query` has problems.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Listing, Error> {
    let (query, mut problems) = Query::parse(query);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let labels = projects::labels(&mut tx, project.id).await?;
    let (people, views) = saved_views::with_people(ctx, &mut tx, key, &project, &labels).await?;
    problems.extend(query.misfits(key, &project.states, &labels));
    let viewer = Viewer { me: ctx.person, today: ctx.today() };
    let (groups, rows) = if problems.is_empty() {
        let groups = tasks::groups(&mut tx, project.id, &query, viewer).await?;
        (groups, tasks::rows(&mut tx, project.id, &query, viewer, PAGE).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let project = ProjectContext {
        key: key.clone(),
        name: project.name,
        states: project.states,
        labels,
        people,
        views,
        problems,
    };
    let from = query.from;
    Ok(Listing { project, groups, from, rows, me: ctx.person.0, as_of: ctx.as_of, today: viewer.today })
}

/// Returns the numbers of the tasks that `query` matches, in its order, at most [`SELECTED_MAX`].
///
/// # Errors
/// [`Error::BadRequest`] if `query` has problems.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn matching(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Vec<i64>, Error> {
    let (query, problems) = Query::parse(query);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let labels = projects::labels(&mut tx, project.id).await?;
    if !problems.is_empty() || !query.misfits(key, &project.states, &labels).is_empty() {
        return Err(Error::BadRequest);
    }
    // Ungrouped, because a task can be in several groups.
    let query = Query { group: Group::None, ..query.first_page() };
    let viewer = Viewer { me: ctx.person, today: ctx.today() };
    let rows = tasks::rows(&mut tx, project.id, &query, viewer, SELECTED_MAX).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}
