//! Starts and stops watching a task.

use crate::{
    domain::{keys::TaskKey, permissions::Permission},
    server::{
        access::OrgContext,
        error::Error,
        repo::{projects, tasks},
    },
};

/// Adds the person in `ctx` to the watchers of the task `key`, or removes them.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn watch(ctx: &OrgContext, key: &TaskKey, is_watching: bool) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadTasks, "task.watch", &key.to_string()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    if !tasks::is_stored(&mut tx, project.id, key.number).await? {
        return Err(Error::NotFound);
    }
    if is_watching {
        tasks::insert_watchers(&mut tx, std::iter::once((project.id, key.number, ctx.person))).await?;
    } else {
        tasks::delete_watcher(&mut tx, project.id, key.number, ctx.person).await?;
    }
    tx.commit().await
}
