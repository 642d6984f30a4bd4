//! The page of the member's own tasks.

use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};

use super::functions::get_my_work;
use crate::{
    domain::{
        live::LiveEvent,
        my_work::{MyTask, MyTasksFilter, MyWork, When},
        tasks::{event::Event, fields::FieldChange},
    },
    web::{
        live::feed::Feed,
        organization::current::CurrentOrganization,
        tasks::summary::{
            details::{Details, Due},
            task_line::task_line,
        },
        ui::{
            empty_state::EmptyState,
            page::{Crumb, Page},
            page_resource::PageResource,
            pager::{Pager, page_links},
            params::{path_params, query_params},
        },
    },
};

/// `/o/{org}/my-work`: `?show=` selects assigned, created or watched tasks, `?page=` a page of the list.
#[component]
pub fn MyWorkPage() -> impl IntoView {
    let (path, query) = (path_params(["org"]), query_params(["show", "page"]));
    let address = move || {
        let ([org], [show, page]) = (path(), query());
        (org, MyTasksFilter::from_slug(&show), page.parse().unwrap_or(1))
    };
    let work = PageResource::new(address, |(org, filter, page)| get_my_work(org, filter, page));
    let as_of = CurrentOrganization::expect().with_untracked(|shell| shell.as_of);
    Feed::expect().refresh_on(as_of, may_affect, move || work.refetch());
    work.render_page(|work| view! { <WorkView work/> })
}

/// Whether `event` may change the list.
fn may_affect(event: &LiveEvent) -> bool {
    match &event.event {
        Event::Created { .. } | Event::ProjectChanged => true,
        Event::Changed { changes, .. } => changes.iter().any(|change| match change {
            FieldChange::Position(value) => value.from.state != value.to.state,
            FieldChange::Title(_)
            | FieldChange::Priority(_)
            | FieldChange::DueOn(_)
            | FieldChange::Assignees(_)
            | FieldChange::Archived(_)
            | FieldChange::Deleted(_) => true,
            _ => false,
        }),
        _ => event.tells_you,
    }
}

#[component]
fn WorkView(work: MyWork) -> impl IntoView {
    let org = CurrentOrganization::expect().with_untracked(|shell| shell.organization.clone());
    let base = format!("/o/{}/my-work", org.slug);
    let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
    let MyWork { filter, tasks, page, has_more, today, .. } = work;
    let tabs = MyTasksFilter::ALL.map(|one| {
        let href = if one == MyTasksFilter::default() { base.clone() } else { format!("{base}?show={}", one.slug()) };
        view! {
            <li>
                <a class="tab" href=href aria-current=(one == filter).then_some("page")>
                    {one.label()}
                </a>
            </li>
        }
    });
    let list = if tasks.is_empty() {
        Either::Left(view! { <NoTasks filter/> })
    } else {
        let groups = grouped(tasks, filter, today).into_iter().map(|(heading, tasks)| {
            let lines = tasks.iter().map(|task| task_row(&org.slug, task, today));
            view! {
                <section class="work-group">
                    <h2>{heading}</h2>
                    <ul class="card task-lines">{lines.collect_view()}</ul>
                </section>
            }
        });
        Either::Right(groups.collect_view())
    };
    let (before, after, shown) =
        page_links(page, has_more, |page| format!("{base}?show={}&page={page}", filter.slug()));
    view! {
        <Page heading="My work" crumbs>
            <nav aria-label="My work">
                <ul class="tabs">{tabs.collect_view()}</ul>
            </nav>
            {list}
            <Pager before after shown/>
        </Page>
    }
    .into_any()
}

/// Groups the tasks under headings, in order: assigned tasks by due date, others into open and done ones.
fn grouped(tasks: Vec<MyTask>, filter: MyTasksFilter, today: NaiveDate) -> Vec<(&'static str, Vec<MyTask>)> {
    let mut groups: Vec<(&'static str, Vec<MyTask>)> = Vec::new();
    for task in tasks {
        let heading = match (filter, task.when(today)) {
            (MyTasksFilter::Assigned, when) | (_, when @ When::Done) => when.label(),
            _ => "Open",
        };
        match groups.last_mut().filter(|(last, _)| *last == heading) {
            Some((_, tasks)) => tasks.push(task),
            None => groups.push((heading, vec![task])),
        }
    }
    groups
}

/// Renders a task as an item of the list.
fn task_row(org: &str, task: &MyTask, today: NaiveDate) -> impl IntoView + use<> {
    let MyTask { key, title, state, category, priority, due_on, is_done } = task;
    let due = due_on.map(|on| Due { on, is_done: *is_done, today });
    let details = Details { priority: *priority, due, ..Details::default() };
    view! { <li>{task_line(org, key, (*category, state), title, &details)}</li> }
}

/// Explains an empty list.
#[component]
fn NoTasks(filter: MyTasksFilter) -> impl IntoView {
    let (title, text) = match filter {
        MyTasksFilter::Assigned => ("No tasks assigned to you", "Tasks assigned to you appear here."),
        MyTasksFilter::Created => ("You haven’t created any tasks", "Tasks you create appear here."),
        MyTasksFilter::Watching => {
            ("You aren’t watching any tasks", "Choose “Watch” on a task, or comment on it, to be notified of changes.")
        }
    };
    view! { <EmptyState title text/> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{projects::StateCategory, tasks::priority::Priority};

    #[test]
    fn tasks_keep_their_order_within_groups() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap();
        let task = |number: i64, days: Option<i64>, is_done| MyTask {
            key: format!("WEB-{number}").parse().unwrap(),
            title: String::new(),
            state: String::new(),
            category: StateCategory::Started,
            priority: Priority::None,
            due_on: days.map(|days| today + chrono::TimeDelta::days(days)),
            is_done,
        };
        let tasks =
            vec![task(1, Some(-1), false), task(2, Some(0), false), task(3, Some(0), false), task(4, None, true)];
        let headings = |filter| {
            let groups = grouped(tasks.clone(), filter, today).into_iter();
            groups.map(|(heading, tasks)| (heading, tasks.len())).collect::<Vec<_>>()
        };
        assert_eq!(headings(MyTasksFilter::Assigned), [("Overdue", 1), ("Today", 2), ("Done", 1)]);
        assert_eq!(headings(MyTasksFilter::Created), [("Open", 3), ("Done", 1)]);
    }
}
