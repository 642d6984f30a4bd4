//! Loads the overview page of a project.

use chrono::Days;

use super::{activity, markdown};
use crate::{
    domain::{
        keys::ProjectKey,
        permissions::Permission,
        projects::{
            StateCategory,
            overview::{Overview, Progress},
            settings::ProjectRole,
        },
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            projects::{self, Project},
            tasks::{self, Tally},
        },
    },
};

/// Number of activity entries.
const MAX_ACTIVITY: usize = 20;

/// Returns the overview of the project `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<Overview, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let about = projects::about(&mut tx, project.id).await?;
    let people = projects::people(&mut tx, project.id).await?;
    let today = ctx.today();
    let due_soon_until = today.checked_add_days(Days::new(6)).unwrap_or(today);
    let tallies = tasks::tallies(&mut tx, project.id, today, due_soon_until).await?;
    let activity = activity::of_project(ctx, &mut tx, key, &project, MAX_ACTIVITY).await?;
    drop(tx);
    let html = markdown::render(ctx, about.description).await?;
    let with_role = |role| people.iter().filter(move |person| person.role == role).map(|person| person.name.clone());
    Ok(Overview {
        key: key.clone(),
        html,
        is_private: project.is_private,
        is_archived: project.is_archived,
        lead: with_role(ProjectRole::Lead).next(),
        members: with_role(ProjectRole::Member).collect(),
        progress: progress(&project, &tallies),
        name: project.name,
        activity,
        as_of: ctx.as_of,
    })
}

fn progress(project: &Project, tallies: &[Tally]) -> Progress {
    let in_category = |category: StateCategory| {
        let is_in = |tally: &&Tally| project.state(&tally.state).is_some_and(|state| state.category == category);
        tallies.iter().filter(is_in).map(|tally| tally.tasks).sum::<i64>()
    };
    let counts = StateCategory::ALL.map(|category| (category, in_category(category)));
    Progress {
        counts: counts.into_iter().filter(|(_, tasks)| *tasks > 0).collect(),
        overdue: tallies.iter().map(|tally| tally.overdue).sum(),
        due_soon: tallies.iter().map(|tally| tally.due_soon).sum(),
    }
}
