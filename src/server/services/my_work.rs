//! Lists the tasks of a person across projects.

use crate::{
    domain::{
        my_work::{MyTasksFilter, MyWork},
        permissions::Permission,
    },
    server::{access::OrgContext, error::Error, repo::tasks},
};

/// Tasks per page.
const PAGE_SIZE: i64 = 50;

/// Highest page number that is accepted.
const PAGE_MAX: i64 = 10_000;

/// Returns a page of the tasks of the person in `ctx` over all projects that they may see.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn page(ctx: &OrgContext, filter: MyTasksFilter, page: i64) -> Result<MyWork, Error> {
    let page = page.clamp(1, PAGE_MAX);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    // Fetch one more than a page, to find out whether there is a next page.
    let mut tasks =
        tasks::for_person(&mut tx, ctx.project_scope(), filter, (PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)).await?;
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let has_more = tasks.len() > page_size;
    tasks.truncate(page_size);
    Ok(MyWork { filter, tasks, page, has_more, today: ctx.today(), as_of: ctx.as_of })
}
