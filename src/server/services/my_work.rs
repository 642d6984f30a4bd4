//! The tasks that concern a person.

use crate::{
    domain::{
        my_work::{MyTasksFilter, MyWork},
        permissions::Permission,
    },
    server::{access::OrgContext, error::Error, repo::tasks},
};

/// The tasks of a page.
const PAGE: i64 = 50;

/// The last page that can be asked for.
const PAGE_MAX: i64 = 10_000;

/// A page of the tasks that concern the person in `ctx`, over all projects that they see.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
pub async fn page(ctx: &OrgContext, concern: MyTasksFilter, page: i64) -> Result<MyWork, Error> {
    let page = page.clamp(1, PAGE_MAX);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    // One more shows whether there are others.
    let mut tasks = tasks::for_person(&mut tx, ctx.project_scope(), concern, (PAGE + 1, (page - 1) * PAGE)).await?;
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = tasks.len() > shown;
    tasks.truncate(shown);
    Ok(MyWork { concern, tasks, page, has_more, today: ctx.now().date_naive(), as_of: ctx.as_of })
}
