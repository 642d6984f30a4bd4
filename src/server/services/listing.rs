//! The list of a project's tasks.

use crate::{
    access::Permission,
    projects::{
        key::ProjectKey,
        list::model::{Listing, PAGE},
        model::Parts,
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            projects,
            tasks::{self, Looking},
        },
        services::views,
    },
    tasks::query::Query,
};

/// A page of the list of the project called `key`, as `query` asks for it; without any rows where not all of it is understood.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &ProjectKey, query: &str) -> Result<Listing, Error> {
    let (query, mut problems) = Query::parse(query);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.reader(), key).await?.ok_or(Error::NotFound)?;
    let labels = projects::labels(&mut tx, project.id).await?;
    let people = projects::assignable(&mut tx, project.id).await?;
    let views = views::of_project(ctx, &mut tx, project.id).await?;
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
