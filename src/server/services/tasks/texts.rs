//! Saves title and description, which people edit at the same time: a save never overwrites what another person saved
//! meanwhile.

use super::{detail, project_writer::ProjectWriter};
use crate::{
    domain::{
        ids::ProjectId,
        keys::TaskKey,
        permissions::Permission,
        tasks::{
            DESCRIPTION_MAX, TITLE_MAX, TaskDetail,
            event::Event,
            fields::{FieldChange, TaskFields},
            merge::{Merge, Part, compose},
        },
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            events::{self, LoggedEvent},
            projects,
            tasks::{self, Record},
        },
        services::{mentions, text, text_merge, unit_of_work::UnitOfWork},
    },
};

const STALE: &str = "Someone changed this task while you were editing the same text. Nothing was overwritten. \
                     Choose which version to keep.";

/// How often a save is tried again with the texts that were saved during a merge.
const MAX_TRIES: usize = 8;

/// Maximum number of events read to reconstruct an earlier version.
const MAX_EVENTS_READ: i64 = 1_000;

/// Saves title and description of the task `key`, edited from `version`. Merges with changes saved since; other words
/// of the same text do not conflict.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `title` and `description`;
/// [`Error::Conflict`] if another person changed the same words, in which case nothing is saved; [`Error::BadRequest`]
/// if there never was such a version.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn update(
    ctx: &OrgContext,
    key: &TaskKey,
    version: i64,
    title: &str,
    description: &str,
) -> Result<TaskDetail, Error> {
    let mut merged: Option<Merge> = None;
    for _ in 0..MAX_TRIES {
        let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.update", &key.to_string()).await?;
        let (mut writer, mut records) = ProjectWriter::open_with(&mut work, &key.project, &[key.number]).await?;
        let (mut title, mut description) = parse(title, description)?;
        let project = writer.project().id;
        let record = records.remove(&key.number).ok_or(Error::NotFound)?;
        if record.version != version {
            let Some(merge) = merged.as_ref().filter(|merge| merge.version == record.version) else {
                let sources = MergeSources::load(writer.work().tx(), project, key, &record, version).await?;
                // The merge may take long, so other writers do not wait for it. If another version is saved meanwhile,
                // the texts are merged with that.
                drop(work);
                let merge = sources.merge(ctx, title, description).await?;
                if merge.title.iter().chain(&merge.description).any(Part::is_clash) {
                    return Err(Error::Conflict(STALE));
                }
                merged = Some(merge);
                continue;
            };
            (title, description) = parse(&compose(&merge.title), &compose(&merge.description))?;
        }
        let fields = TaskFields { title, description, ..record.fields.clone() };
        let mentioned =
            mentions::added(writer.work().tx(), project, &record.fields.description, &fields.description).await?;
        writer.save(key.number, record, fields).await?;
        work.mention(mentioned);
        let unrendered = detail::load(ctx, work.tx(), key).await?;
        let done = work.commit().await?;
        let mut task = unrendered.render_or_unformatted(ctx).await?;
        if let Some(done) = done {
            task.as_of = done.last;
            task.undo = Some(done.batch.0);
        }
        return Ok(task);
    }
    Err(Error::Conflict(STALE))
}

/// Merges the texts that the reader edited from `version` with the saved ones, without saving.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn compare(
    ctx: &OrgContext,
    key: &TaskKey,
    version: i64,
    title: &str,
    description: &str,
) -> Result<Merge, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    let record = tasks::records(&mut tx, project.id, &[key.number]).await?.remove(&key.number);
    let record = record.ok_or(Error::NotFound)?;
    let (title, description) = parse(title, description)?;
    let sources = MergeSources::load(&mut tx, project.id, key, &record, version).await?;
    drop(tx);
    sources.merge(ctx, title, description).await
}

fn parse(title: &str, description: &str) -> Result<(String, String), Error> {
    text::both(
        text::line("title", "a title", title, TITLE_MAX),
        text::lines("description", description, DESCRIPTION_MAX),
    )
}

/// What the reader's texts are merged with.
struct MergeSources {
    base: Base,
    version: i64,
    saved_title: String,
    saved_description: String,
}

impl MergeSources {
    async fn load(
        tx: &mut OrgTx,
        project: ProjectId,
        key: &TaskKey,
        record: &Record,
        version: i64,
    ) -> Result<Self, Error> {
        let base = base(tx, project, key.number, record, version).await?;
        let TaskFields { title, description, .. } = record.fields.clone();
        Ok(Self { base, version: record.version, saved_title: title, saved_description: description })
    }

    /// Merges them with the reader's texts.
    async fn merge(self, ctx: &OrgContext, title: String, description: String) -> Result<Merge, Error> {
        let bytes = description.len() + self.saved_description.len();
        ctx.run_heavy(bytes, move |deadline| {
            let Self { base: Base { texts, by }, version, saved_title, saved_description } = self;
            let whole = |yours: &str, theirs: &str| {
                vec![if yours == theirs { Part::same(yours) } else { Part::clash(yours, theirs) }]
            };
            let (title, description) = match texts {
                Some((base_title, base_description)) => (
                    text_merge::title(&base_title, &title, &saved_title, deadline),
                    text_merge::text(&base_description, &description, &saved_description, deadline),
                ),
                None => (whole(&title, &saved_title), whole(&description, &saved_description)),
            };
            Merge { version, by, title, description }
        })
        .await
    }
}

/// The texts of a task at an earlier version.
struct Base {
    /// Title and description; `None` if the version is too old to be reconstructed.
    texts: Option<(String, String)>,
    /// Name of the person who changed the texts last.
    by: String,
}

/// Reconstructs the texts at `version` from the saved ones and the events after it.
async fn base(tx: &mut OrgTx, project: ProjectId, number: i64, record: &Record, version: i64) -> Result<Base, Error> {
    if !(1..=record.version).contains(&version) {
        return Err(Error::BadRequest);
    }
    let (mut by, mut reached_version) = (None, record.version);
    let (mut title, mut description_event) = (record.fields.title.clone(), None);
    for LoggedEvent { number, event, name, .. } in events::last_of_task(tx, project, number, MAX_EVENTS_READ).await? {
        let Event::Changed { changes, .. } = event else { continue };
        let is_text = |change: &FieldChange| matches!(change, FieldChange::Title(_) | FieldChange::Description(_));
        if !changes.iter().any(is_text) {
            continue;
        }
        by.get_or_insert(name);
        if reached_version == version {
            break;
        }
        for change in changes {
            match change {
                FieldChange::Title(value) => title = value.from,
                FieldChange::Description(_) => description_event = Some(number),
                _ => {}
            }
        }
        reached_version -= 1;
    }
    let by = by.unwrap_or_default();
    if reached_version > version {
        return Ok(Base { texts: None, by });
    }
    let mut texts = TaskFields { title, description: record.fields.description.clone(), ..TaskFields::default() };
    if let Some(number) = description_event
        && let Event::Changed { changes, .. } = events::fetch(tx, number).await?
    {
        let descriptions = changes.into_iter().filter(|change| matches!(change, FieldChange::Description(_)));
        descriptions.for_each(|change| change.inverted().apply(&mut texts));
    }
    Ok(Base { texts: Some((texts.title, texts.description)), by })
}
