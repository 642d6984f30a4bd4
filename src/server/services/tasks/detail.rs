//! Loads a task with everything that its page shows.

use crate::{
    domain::{
        keys::TaskKey,
        tasks::{TaskDetail, fields::TaskFields, links::Links},
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{projects, tasks},
        services::{markdown, trash},
    },
};

/// A task whose description is not rendered yet.
pub(super) struct Unrendered(TaskDetail);

impl Unrendered {
    /// Renders the description. No transaction may be open.
    pub(super) async fn render(self, ctx: &OrgContext) -> Result<TaskDetail, Error> {
        let html = markdown::render(ctx, self.0.fields.description.clone()).await?;
        Ok(TaskDetail { html, ..self.0 })
    }

    /// Renders the description like [`Self::render`], or returns it without formatting if the server is busy: the task has
    /// been saved, so this must not fail.
    pub(super) async fn render_or_unformatted(self, ctx: &OrgContext) -> Result<TaskDetail, Error> {
        match markdown::render(ctx, self.0.fields.description.clone()).await {
            Ok(html) => Ok(TaskDetail { html, ..self.0 }),
            Err(Error::Busy) => Ok(TaskDetail { html: markdown::unformatted(&self.0.fields.description), ..self.0 }),
            Err(error) => Err(error),
        }
    }
}

/// Loads the task `key`.
///
/// # Errors
/// [`Error::NotFound`] if the task does not exist or the person may not see its project.
pub(super) async fn load(ctx: &OrgContext, tx: &mut OrgTx, key: &TaskKey) -> Result<Unrendered, Error> {
    let project = projects::by_key(tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    let task = tasks::find(tx, project.id, key.number).await?.ok_or(Error::NotFound)?;
    // The version belongs to the texts: one statement reads both.
    let record = tasks::records(tx, project.id, &[key.number]).await?.remove(&key.number).ok_or(Error::NotFound)?;
    let links = links(ctx, tx, &project, key.number, &record.fields).await?;
    Ok(Unrendered(TaskDetail {
        key: key.clone(),
        project_name: project.name,
        html: String::new(),
        fields: record.fields,
        states: project.states,
        labels: projects::labels(tx, project.id).await?,
        people: projects::assignable(tx, project.id).await?,
        version: record.version,
        created_by: task.created_by,
        created_at: task.created_at,
        updated_at: task.updated_at,
        links,
        as_of: ctx.as_of,
        leaves_on: record.deleted_at.map(|at| trash::expires_at(at).date_naive()),
        undo: None,
    }))
}

/// Loads those of a task's parent, subtasks, related tasks and watchers that the person in `ctx` may see.
async fn links(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: &projects::Project,
    number: i64,
    fields: &TaskFields,
) -> Result<Links, Error> {
    let (parent, subtasks) = tasks::family(tx, project.id, number, fields.parent).await?;
    let relations = tasks::related(tx, ctx.project_scope(), project.id, number).await?;
    let watchers = tasks::watchers(tx, project.id, number).await?;
    let is_watching = watchers.iter().any(|(person, _)| *person == ctx.person);
    let watchers = watchers.into_iter().map(|(_, name)| name).collect();
    Ok(Links { parent, subtasks, relations, watchers, is_watching })
}
