//! Loads a task with everything that its page shows.

use crate::{
    domain::{
        keys::TaskKey,
        tasks::{TaskDetail, links::Links},
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            projects,
            tasks::{self, TaskOnPage},
        },
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
    let task = tasks::on_page(tx, project.id, key.number).await?.ok_or(Error::NotFound)?;
    let TaskOnPage { record, created_by, created_at, updated_at, watchers, labels, people } = task;
    let (parent, subtasks) = tasks::family(tx, project.id, key.number, record.fields.parent).await?;
    let relations = tasks::related(tx, ctx.project_scope(), project.id, key.number).await?;
    let is_watching = watchers.iter().any(|(person, _)| *person == ctx.person);
    let watchers = watchers.into_iter().map(|(_, name)| name).collect();
    Ok(Unrendered(TaskDetail {
        key: key.clone(),
        project_name: project.name,
        html: String::new(),
        fields: record.fields,
        states: project.states,
        labels,
        people,
        version: record.version,
        created_by,
        created_at,
        updated_at,
        links: Links { parent, subtasks, relations, watchers, is_watching },
        as_of: ctx.as_of,
        leaves_on: record.deleted_at.map(|at| ctx.time_zone.day(trash::expires_at(at))),
        undo: None,
    }))
}
