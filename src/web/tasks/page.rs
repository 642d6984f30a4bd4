//! The page of a task.

mod add_line;
mod comment_history;
mod comments;
mod conflict;
mod edit;
mod merge;
mod more;
mod properties;
mod refresh;
mod relations;
mod state;
mod subtasks;
mod texts;
mod watching;

use leptos::{either::Either, prelude::*};

use self::{
    comments::Activity,
    more::{More, RemovedNotice},
    properties::Properties,
    refresh::follow,
    relations::Relations,
    state::StateForm,
    subtasks::{PartOf, Subtasks},
    texts::Texts,
    watching::Watching,
};
use super::functions::get_task;
use crate::{
    domain::{permissions::Permission, tasks::TaskDetail},
    web::{
        live::presence::Presence,
        organization::current::CurrentOrganization,
        palette::{Palette, RecentPage},
        projects::state_mark::StateMark,
        ui::{
            date::Date,
            mention::Mentionable,
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/o/{org}/tasks/{KEY-12}`.
#[component]
pub fn TaskPage() -> impl IntoView {
    let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
    let task = PageResource::new(path_params(["org", "task"]), |[org, key]| get_task(org, key));
    task.render_page(move |task| {
        let org = current.with_untracked(|shell| shell.organization.clone());
        let home = format!("/o/{}", org.slug);
        let board = format!("{home}/projects/{}/board", task.key.project);
        let (key, project) = (task.key.to_string(), task.project_name.clone());
        let (href, label) = (format!("{home}/tasks/{key}"), task.fields.title.clone());
        palette.visit(RecentPage { href, label, detail: key.clone() });
        let crumbs = vec![Crumb::new(org.display_name, home), Crumb::new(project, board)];
        let task = RwSignal::new(task);
        follow(&org.slug, task);
        let title = Signal::derive(move || task.with(|task| format!("{} {}", task.key, task.fields.title)));
        let may_write = current.may(Permission::WriteTasks);
        let more = may_write.then(|| view! { <More org=org.slug.clone() task/> });
        let action = view! {
            <div class="actions">
                <Presence page=key.clone()/>
                {more}
            </div>
        };
        let action = Some(action.into_any());
        let is_deleted = Memo::new(move |_| task.with(|task| task.fields.is_deleted));
        let view_org = org.slug.clone();
        let view = move || {
            // A deleted task can only be read.
            let may_write = may_write && !is_deleted.get();
            view! { <TaskView org=view_org.clone() task may_write/> }
        };
        view! {
            <Page heading=key title crumbs action>
                <RemovedNotice org=org.slug task/>
                {view}
            </Page>
        }
    })
}

/// The content of the page of a task in the organization `org`.
#[component]
fn TaskView(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the member may change tasks.
    may_write: bool,
) -> impl IntoView {
    provide_context(Mentionable(Signal::derive(move || {
        task.with(|task| task.people.iter().map(|person| person.name.clone()).collect())
    })));
    let (created_by, created_at) = task.with_untracked(|task| (task.created_by.clone(), task.created_at));
    let mark = move || task.with(TaskDetail::state_category).map(|category| view! { <StateMark category/> });
    let state = if may_write {
        Either::Left(view! { <StateForm org=org.clone() task mark/> })
    } else {
        Either::Right(view! {
            <p class="state">{mark} <span>{move || task.with(|task| task.state_name().to_owned())}</span></p>
        })
    };
    let part_of = view! { <PartOf org=org.clone() task/> };
    let subtasks = view! { <Subtasks org=org.clone() task may_write/> };
    let relations = view! { <Relations org=org.clone() task may_write/> };
    let watching = view! { <Watching org=org.clone() task/> };
    let properties = may_write.then(|| view! { <Properties org=org.clone() task/> });
    let activity = view! { <Activity org=org.clone() task may_write/> };
    let texts = view! { <Texts org task may_write/> };

    view! {
        <article class="task-page">
            <div class="task-main">{part_of} {texts} {subtasks} {relations} {activity}</div>
            <aside class="task-properties" aria-label="About this task">
                {state}
                {properties}
                {watching}
                <dl>
                    <dt>"Created by"</dt>
                    <dd>{created_by}</dd>
                    <dt>"Created"</dt>
                    <dd>
                        <Date at=created_at/>
                    </dd>
                    <dt>"Updated"</dt>
                    <dd>{move || view! { <Date at=task.with(|task| task.updated_at)/> }}</dd>
                </dl>
            </aside>
        </article>
    }
}
