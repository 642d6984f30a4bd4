//! Title and description, which people write together: what one saves never replaces what another has saved meanwhile.

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
            events::{self, Happened},
            projects,
            tasks::{self, Record},
        },
        services::{mentions, text, text_merge, unit_of_work::UnitOfWork},
    },
};

const STALE: &str = "Someone changed this task while you were editing, at the same place as you. Nothing was overwritten: \
                     choose what it is to say.";

/// How many events are read at most to find what a task said when somebody began to write.
const READ_BACK: i64 = 1_000;

/// Changes title and description of the task called `key`, which were made from what it said at `version`. What others
/// have changed since is kept, where it is not the same words.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `title` and `description`;
/// [`Error::Conflict`] when somebody else has changed the same, and nothing is changed; [`Error::BadRequest`] for a version
/// that there never was.
pub async fn update(
    ctx: &OrgContext,
    key: &TaskKey,
    version: i64,
    title: &str,
    description: &str,
) -> Result<TaskDetail, Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.update", &key.to_string()).await?;
    let mut desk = ProjectWriter::open(&mut change, &key.project).await?;
    let (mut title, mut description) = parse(title, description)?;
    let project = desk.project().id;
    let record = tasks::records(desk.change().tx(), project, &[key.number]).await?.remove(&key.number);
    let record = record.ok_or(Error::NotFound)?;
    if record.version != version {
        let merge = bring_together(desk.change().tx(), project, key, &record, version, &title, &description).await?;
        if merge.title.iter().chain(&merge.description).any(Part::is_clash) {
            return Err(Error::Conflict(STALE));
        }
        (title, description) = parse(&compose(&merge.title), &compose(&merge.description))?;
    }
    let facts = TaskFields { title, description, ..record.facts.clone() };
    let named = mentions::added(desk.change().tx(), project, &record.facts.description, &facts.description).await?;
    desk.save(key.number, record, facts).await?;
    change.mention(named);
    let mut task = detail(ctx, change.tx(), key).await?;
    if let Some(done) = change.commit().await? {
        task.as_of = done.last;
        task.undo = Some(done.batch.0);
    }
    Ok(task)
}

/// What the reader has written from what the task said at `version`, and what it says now. Nothing is changed.
///
/// # Errors
/// As [`update`].
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
    bring_together(&mut tx, project.id, key, &record, version, &title, &description).await
}

fn parse(title: &str, description: &str) -> Result<(String, String), Error> {
    text::both(
        text::line("title", "a title", title, TITLE_MAX),
        text::lines("description", description, DESCRIPTION_MAX),
    )
}

async fn bring_together(
    tx: &mut OrgTx,
    project: ProjectId,
    key: &TaskKey,
    record: &Record,
    version: i64,
    title: &str,
    description: &str,
) -> Result<Merge, Error> {
    let Base { texts, by } = base(tx, project, key.number, record, version).await?;
    let now = &record.facts;
    let whole =
        |yours: &str, theirs: &str| vec![if yours == theirs { Part::same(yours) } else { Part::clash(yours, theirs) }];
    let (title, description) = match texts {
        Some((was_title, was)) => {
            (text_merge::title(&was_title, title, &now.title), text_merge::text(&was, description, &now.description))
        }
        None => (whole(title, &now.title), whole(description, &now.description)),
    };
    Ok(Merge { version: record.version, by, title, description })
}

/// What a task said at an earlier version.
struct Base {
    /// Title and description; nothing when that is too long ago to be looked for.
    texts: Option<(String, String)>,
    /// The name of whoever changed it last.
    by: String,
}

/// Goes back from what the task says now to the edits that came after `version`: the first of them knows what there was.
async fn base(tx: &mut OrgTx, project: ProjectId, number: i64, record: &Record, version: i64) -> Result<Base, Error> {
    if !(1..=record.version).contains(&version) {
        return Err(Error::BadRequest);
    }
    let (mut by, mut reached) = (None, record.version);
    let (mut title, mut described) = (record.facts.title.clone(), None);
    for Happened { number, event, name, .. } in events::last_of_task(tx, project, number, READ_BACK).await? {
        let Event::Changed { changes } = event else { continue };
        let is_text = |change: &FieldChange| matches!(change, FieldChange::Title(_) | FieldChange::Description(_));
        if !changes.iter().any(is_text) {
            continue;
        }
        by.get_or_insert(name);
        if reached == version {
            break;
        }
        for change in changes {
            match change {
                FieldChange::Title(swap) => title = swap.from,
                FieldChange::Description(_) => described = Some(number),
                _ => {}
            }
        }
        reached -= 1;
    }
    let by = by.unwrap_or_default();
    if reached > version {
        return Ok(Base { texts: None, by });
    }
    let mut texts = TaskFields { title, description: record.facts.description.clone(), ..TaskFields::default() };
    if let Some(number) = described
        && let Event::Changed { changes } = events::whole(tx, number).await?
    {
        let descriptions = changes.into_iter().filter(|change| matches!(change, FieldChange::Description(_)));
        descriptions.for_each(|change| change.inverted().apply(&mut texts));
    }
    Ok(Base { texts: Some((texts.title, texts.description)), by })
}
