//! Reads and changes the settings of a project: description, members, labels and workflow.

use uuid::Uuid;

use super::{emoji::is_emoji, saved_views, tasks::ProjectWriter, text, unit_of_work::UnitOfWork};
use crate::{
    domain::{
        errors::FieldError,
        fold::name_key,
        ids::PersonId,
        isolate::isolated,
        keys::ProjectKey,
        permissions::Permission,
        projects::{
            Label, NAME_MAX, State, StateCategory,
            settings::{DESCRIPTION_MAX, LABEL_MAX, MAX_PER_PROJECT, ProjectRole, ProjectSettings, WorkflowState},
        },
        tasks::event::Event,
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            audit::Outcome,
            projects::{self, About, Project},
            tasks,
        },
    },
};

/// Returns the settings of the project `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<ProjectSettings, Error> {
    let mut tx = ctx.read(Permission::WriteProjects).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let About { description, icon, hue } = projects::about(&mut tx, project.id).await?;
    let counts = projects::counts(&mut tx, project.id).await?;
    let people = projects::people(&mut tx, project.id).await?;
    let labels = projects::labels(&mut tx, project.id).await?;
    let Project { name, is_private, is_archived, states, .. } = project;
    let states = states.into_iter().map(|state| {
        let tasks = counts.iter().find(|(slug, _)| *slug == state.slug).map_or(0, |(_, tasks)| *tasks);
        WorkflowState { state, tasks }
    });
    let (key, states, as_of) = (key.clone(), states.collect(), ctx.as_of);
    Ok(ProjectSettings { key, name, description, icon, hue, is_private, is_archived, people, labels, states, as_of })
}

/// Begins a change of the settings, with the project locked.
pub(super) async fn begin<'a>(
    ctx: &'a OrgContext,
    key: &ProjectKey,
    action: &'static str,
) -> Result<(UnitOfWork<'a>, Project), Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteProjects, action, key.as_str()).await?;
    let project = projects::locked(work.tx(), ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    Ok((work, project))
}

/// Writes the audit entry, emits the event and commits.
pub(super) async fn finish(
    mut work: UnitOfWork<'_>,
    project: &Project,
    key: &ProjectKey,
    action: &'static str,
) -> Result<(), Error> {
    let ctx = work.ctx();
    ctx.record(work.tx(), action, key.as_str(), Outcome::Done).await?;
    work.emit(project.id, None, Event::ProjectChanged);
    work.commit().await?;
    Ok(())
}

/// The form with name, description, icon and colour of a project.
#[derive(Clone, Copy, Debug)]
pub struct AboutForm<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub icon: &'a str,
    /// The hue as a number, or empty.
    pub hue: &'a str,
}

/// Updates name, description, icon and hue of a project.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`]; [`Error::Invalid`] for the fields.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn describe(ctx: &OrgContext, key: &ProjectKey, typed: AboutForm<'_>) -> Result<(), Error> {
    const ACTION: &str = "project.update";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let (name, description) = text::both(
        text::line("name", "a name for the project", typed.name, NAME_MAX),
        text::lines("description", typed.description, DESCRIPTION_MAX),
    )?;
    let (icon, hue) = text::both(icon(typed.icon), hue(typed.hue))?;
    projects::update_about(work.tx(), project.id, &name, &About { description, icon, hue }).await?;
    finish(work, &project, key, ACTION).await
}

/// Parses an icon: one emoji, which may consist of several characters.
fn icon(typed: &str) -> Result<String, FieldError> {
    let icon = typed.trim();
    if icon.is_empty() || is_emoji(icon) {
        return Ok(icon.to_owned());
    }
    Err(FieldError { field: "icon".to_owned(), message: "Use one emoji, or leave it empty.".to_owned() })
}

/// Parses a hue from 1 to 12, or none.
fn hue(typed: &str) -> Result<Option<u8>, FieldError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let hue = typed.parse().ok().filter(|hue| (1..=12).contains(hue));
    hue.map(Some)
        .ok_or_else(|| FieldError { field: "hue".to_owned(), message: "Choose one of the colours.".to_owned() })
}

/// Makes a project private to its members and the owners of the organization, or visible to everyone in it. The person
/// who makes it private becomes a member.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set_private(ctx: &OrgContext, key: &ProjectKey, is_private: bool) -> Result<(), Error> {
    let action = if is_private { "project.close" } else { "project.open" };
    let (mut work, project) = begin(ctx, key, action).await?;
    if is_private && role_of(&mut work, &project, ctx.person).await? == ProjectRole::None {
        projects::upsert_member(work.tx(), project.id, ctx.person, false, ctx.now()).await?;
    }
    projects::update_private(work.tx(), project.id, is_private).await?;
    finish(work, &project, key, action).await
}

/// Sets the role of `person` in a project: lead, member or none.
///
/// # Errors
/// [`Error::NotFound`] also if the person is not in the organization; [`Error::Conflict`] if a private project would be
/// left without members.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set_role(ctx: &OrgContext, key: &ProjectKey, person: PersonId, role: ProjectRole) -> Result<(), Error> {
    const ACTION: &str = "project.set_member";
    const LAST: &str = "A private project needs at least one member. Add someone else first.";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let people = projects::people(work.tx(), project.id).await?;
    if !people.iter().any(|member| member.id == person.0) {
        return Err(Error::NotFound);
    }
    let others = people.iter().filter(|member| member.role != ProjectRole::None && member.id != person.0).count();
    if project.is_private && role == ProjectRole::None && others == 0 {
        return Err(Error::Conflict(LAST));
    }
    projects::update_role(work.tx(), project.id, person, role, ctx.now()).await?;
    finish(work, &project, key, ACTION).await
}

async fn role_of(work: &mut UnitOfWork<'_>, project: &Project, person: PersonId) -> Result<ProjectRole, Error> {
    let people = projects::people(work.tx(), project.id).await?;
    Ok(people.iter().find(|member| member.id == person.0).map_or(ProjectRole::None, |member| member.role))
}

/// Archives a project with its tasks, or restores it.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set_archived(ctx: &OrgContext, key: &ProjectKey, is_archived: bool) -> Result<(), Error> {
    let action = if is_archived { "project.archive" } else { "project.restore" };
    let (mut work, project) = begin(ctx, key, action).await?;
    projects::update_archived(work.tx(), project.id, is_archived.then(|| ctx.now())).await?;
    finish(work, &project, key, action).await
}

/// Adds a project to the favourites of the person in `ctx`, or removes it.
///
/// # Errors
/// [`Error::Forbidden`] without `read:projects`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set_favourite(ctx: &OrgContext, key: &ProjectKey, is_favourite: bool) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadProjects, "project.mark", key.as_str()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    projects::update_favourite(&mut tx, project.id, ctx.person, is_favourite.then(|| ctx.now())).await?;
    tx.commit().await
}

/// Adds a label, or updates the label with this id.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn save_label(
    ctx: &OrgContext,
    key: &ProjectKey,
    label: Option<Uuid>,
    name: &str,
    typed_hue: &str,
) -> Result<(), Error> {
    const ACTION: &str = "project.label";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let (name, hue) = text::both(text::line("name", "a name for the label", name, LABEL_MAX), hue(typed_hue))?;
    let hue = hue.unwrap_or(1);
    let taken = |error: Error| {
        error.replace_duplicate(|| {
            Error::invalid("name", format!("A label called “{}” already exists.", isolated(&name)))
        })
    };
    if let Some(id) = label {
        let before = projects::labels(work.tx(), project.id).await?.into_iter().find(|label| label.id == id);
        let before = before.ok_or(Error::NotFound)?;
        saved_views::follow_label(work.tx(), project.id, [&before.name, &name]).await?;
        let label = Label { id, name: name.clone(), hue };
        projects::update_label(work.tx(), project.id, &label).await.map_err(taken)?;
    } else {
        if projects::labels(work.tx(), project.id).await?.len() >= MAX_PER_PROJECT {
            return Err(Error::invalid("name", format!("A project has at most {MAX_PER_PROJECT} labels.")));
        }
        let label = Label { id: ctx.new_id(), name: name.clone(), hue };
        projects::insert_label(work.tx(), project.id, &label).await.map_err(taken)?;
    }
    finish(work, &project, key, ACTION).await
}

/// Removes a label, also from its tasks.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn remove_label(ctx: &OrgContext, key: &ProjectKey, label: Uuid) -> Result<(), Error> {
    const ACTION: &str = "project.remove_label";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let numbers = projects::labelled(work.tx(), project.id, label).await?;
    let mut records = tasks::records(work.tx(), project.id, &numbers).await?;
    let mut writer = ProjectWriter::open(&mut work, key).await?;
    for number in numbers {
        let Some(record) = records.remove(&number) else { continue };
        let mut fields = record.fields.clone();
        fields.labels.remove(&label);
        writer.write(number, record, fields).await?;
    }
    if !projects::delete_label(work.tx(), project.id, label).await? {
        return Err(Error::NotFound);
    }
    finish(work, &project, key, ACTION).await
}

/// The form of a state.
#[derive(Clone, Copy, Debug)]
pub struct StateForm<'a> {
    pub name: &'a str,
    pub category: &'a str,
    /// The hue as a number, or empty.
    pub hue: &'a str,
    /// The limit of the column as a number, or empty.
    pub limit: &'a str,
}

/// Appends a state, or updates the state `slug`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn save_state(
    ctx: &OrgContext,
    key: &ProjectKey,
    slug: Option<&str>,
    typed: StateForm<'_>,
) -> Result<(), Error> {
    const ACTION: &str = "project.state";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let category: StateCategory = typed.category.parse().map_err(|_| Error::BadRequest)?;
    let (name, hue) = text::both(text::line("name", "a name for the state", typed.name, LABEL_MAX), hue(typed.hue))?;
    let wip_limit = limit(typed.limit).map_err(|field| Error::Invalid(vec![field]))?;
    let mut states = project.states.clone();
    let is_taken = |state: &State| Some(state.slug.as_str()) != slug && name_key(&state.name) == name_key(&name);
    if states.iter().any(is_taken) {
        return Err(Error::invalid("name", format!("A state called “{}” already exists.", isolated(&name))));
    }
    if let Some(slug) = slug {
        let state = states.iter_mut().find(|state| state.slug == slug).ok_or(Error::NotFound)?;
        let is_done = category.is_done();
        if state.category.is_done() != is_done {
            projects::update_done_at(work.tx(), project.id, slug, is_done.then(|| ctx.now())).await?;
        }
        *state = State { slug: slug.to_owned(), name, category, hue, wip_limit };
    } else {
        if states.len() >= MAX_PER_PROJECT {
            return Err(Error::invalid("name", format!("A project has at most {MAX_PER_PROJECT} states.")));
        }
        let slug = new_slug(&name, &states);
        states.push(State { slug, name, category, hue, wip_limit });
    }
    check_workflow(&states)?;
    projects::upsert_states(work.tx(), project.id, &states).await?;
    finish(work, &project, key, ACTION).await
}

/// Parses the limit of a column, or none.
fn limit(typed: &str) -> Result<Option<i64>, FieldError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let limit = typed.parse().ok().filter(|limit| (1..=999).contains(limit));
    let message = "Enter a whole number from 1 to 999, or leave it blank.".to_owned();
    limit.map(Some).ok_or_else(|| FieldError { field: "limit".to_owned(), message })
}

/// Checks that the workflow has a state for open tasks: a new task begins there.
fn check_workflow(states: &[State]) -> Result<(), Error> {
    if states.iter().any(|state| !state.category.is_done()) {
        return Ok(());
    }
    Err(Error::invalid("category", "Keep at least one state for open tasks."))
}

/// Derives a slug from `name` that no other state has.
fn new_slug(name: &str, states: &[State]) -> String {
    let words = name.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let base = words.collect::<Vec<_>>().join("-");
    let base = if base.is_empty() { "state".to_owned() } else { base };
    let is_free = |slug: &String| states.iter().all(|state| state.slug != *slug);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

/// Moves a state one place up or down in the workflow.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn move_state(ctx: &OrgContext, key: &ProjectKey, slug: &str, up: bool) -> Result<(), Error> {
    const ACTION: &str = "project.move_state";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let mut states = project.states.clone();
    let at = states.iter().position(|state| state.slug == slug).ok_or(Error::NotFound)?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < states.len()) };
    // Already first or last: nothing to do.
    let Some(to) = to else { return Ok(()) };
    states.swap(at, to);
    projects::upsert_states(work.tx(), project.id, &states).await?;
    finish(work, &project, key, ACTION).await
}

/// Removes a state without tasks.
///
/// # Errors
/// [`Error::Conflict`] if there are tasks in the state.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn remove_state(ctx: &OrgContext, key: &ProjectKey, slug: &str) -> Result<(), Error> {
    const ACTION: &str = "project.remove_state";
    const IN_USE: &str =
        "This state still has tasks, perhaps in the archive or the bin. Move them to another state first.";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let states: Vec<_> = project.states.iter().filter(|state| state.slug != slug).cloned().collect();
    if states.len() == project.states.len() {
        return Err(Error::NotFound);
    }
    if projects::counts(work.tx(), project.id).await?.iter().any(|(state, _)| state == slug) {
        return Err(Error::Conflict(IN_USE));
    }
    check_workflow(&states)?;
    projects::delete_state(work.tx(), project.id, slug).await?;
    projects::upsert_states(work.tx(), project.id, &states).await?;
    finish(work, &project, key, ACTION).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_slugs_are_unique() {
        let state = |slug: &str| State {
            slug: slug.to_owned(),
            name: String::new(),
            category: StateCategory::Started,
            hue: None,
            wip_limit: None,
        };
        let states = [state("in-review"), state("in-review-2"), state("state")];
        assert_eq!(new_slug("In review!", &states), "in-review-3");
        assert_eq!(new_slug("Überprüfung", &states), "berpr-fung");
        assert_eq!(new_slug("検討", &states), "state-2");
    }

    #[test]
    fn an_icon_is_one_emoji() {
        assert_eq!(icon(" 🚀 ").unwrap(), "🚀");
        assert_eq!(icon("👩‍💻").unwrap(), "👩‍💻");
        assert!(icon("a b").is_err() && icon("too much of it").is_err());
    }
}
