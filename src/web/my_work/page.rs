//! The page of the tasks that concern the reader.

use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};
use leptos_router::{
    components::A,
    hooks::{use_params_map, use_query_map},
};

use super::functions::get_my_work;
use crate::{
    domain::{
        live::LiveEvent,
        my_work::{MyTask, MyTasksFilter, MyWork, When},
        tasks::{event::Event, fields::FieldChange, priority::Priority},
    },
    web::{
        live::feed::{Feed, Heard},
        organization::current::CurrentOrganization,
        projects::state_mark::StateMark,
        tasks::priority_mark::PriorityMark,
        ui::{
            await_resource::await_resource,
            date,
            empty_state::EmptyState,
            error_page::ErrorPage,
            page::{Crumb, Page},
            pager::{Pager, around},
        },
    },
};

/// `/o/{org}/my-work`: `?show=` names what makes tasks concern the reader, `?page=` a page of the list.
#[component]
pub fn MyWorkPage() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let org = params.with(|params| params.get("org")).unwrap_or_default();
        let named = |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
        (org, MyTasksFilter::named(&named("show")), named("page").parse().unwrap_or(1))
    });
    let work = Resource::new_blocking(move || asked.get(), |(org, concern, page)| get_my_work(org, concern, page));
    Feed::expect().listen(current.with_untracked(|workspace| workspace.as_of), move |heard| {
        let is_news = match heard {
            Heard::Event(event) => concerns(event),
            Heard::Reset => true,
        };
        if is_news {
            work.refetch();
        }
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(work).await {
                    Ok(work) => view! { <WorkView work/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Whether the list may read otherwise after `event`.
fn concerns(event: &LiveEvent) -> bool {
    match &event.event {
        Event::Created { .. } | Event::ProjectChanged => true,
        Event::Changed { changes } => changes.iter().any(|change| match change {
            FieldChange::Place(swap) => swap.from.state != swap.to.state,
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
    let org = CurrentOrganization::expect().with_untracked(|workspace| workspace.organization.clone());
    let base = format!("/o/{}/my-work", org.slug);
    let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
    let MyWork { concern, tasks, page, has_more, today, .. } = work;
    let tabs = MyTasksFilter::ALL.map(|one| {
        let href = if one == MyTasksFilter::default() { base.clone() } else { format!("{base}?show={}", one.slug()) };
        view! {
            <li>
                <a class="tab" href=href aria-current=(one == concern).then_some("page")>
                    {one.label()}
                </a>
            </li>
        }
    });
    let list = if tasks.is_empty() {
        Either::Left(view! { <Nothing concern/> })
    } else {
        let groups = grouped(tasks, concern, today).into_iter().map(|(heading, tasks)| {
            let lines = tasks.into_iter().map(|task| view! { <Line org=org.slug.clone() task today/> });
            view! {
                <section class="work-group">
                    <h2>{heading}</h2>
                    <ul class="card task-lines">{lines.collect_view()}</ul>
                </section>
            }
        });
        Either::Right(groups.collect_view())
    };
    let (before, after, shown) = around(page, has_more, |page| format!("{base}?show={}&page={page}", concern.slug()));
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

/// The tasks under headings, in their order: by when they are to be done, or by whether they are.
fn grouped(tasks: Vec<MyTask>, concern: MyTasksFilter, today: NaiveDate) -> Vec<(&'static str, Vec<MyTask>)> {
    let mut groups: Vec<(&'static str, Vec<MyTask>)> = Vec::new();
    for task in tasks {
        let heading = match (concern, task.when(today)) {
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

#[component]
fn Line(org: String, task: MyTask, today: NaiveDate) -> impl IntoView {
    let MyTask { key, title, state, category, priority, due_on, is_done } = task;
    let key = key.to_string();
    let urgency = (priority != Priority::None).then(|| {
        view! {
            <PriorityMark priority/>
            <span class="unseen">", priority " {priority.label()}</span>
        }
    });
    let due = due_on.map(|day| {
        let is_late = !is_done && day < today;
        let label = if is_late { ", overdue since " } else { ", due on " };
        view! {
            <span class="due" class:late=is_late>
                <span class="unseen">{label}</span>
                {date::day(day)}
            </span>
        }
    });
    view! {
        <li>
            <A href=format!("/o/{org}/tasks/{key}") attr:class="task-line">
                <StateMark category/>
                <span class="unseen">{state} ", "</span>
                <span class="key">{key}</span>
                <span class="title" class:closed=is_done>
                    {title}
                </span>
                {urgency}
                {due}
            </A>
        </li>
    }
    .into_any()
}

/// What belongs in the list, told where there is nothing in it.
#[component]
fn Nothing(concern: MyTasksFilter) -> impl IntoView {
    let (title, text) = match concern {
        MyTasksFilter::Assigned => {
            ("Nothing is assigned to you", "Open a task and choose yourself under “Assigned to”, and it appears here.")
        }
        MyTasksFilter::Created => ("You have created no task yet", "Every task that you write down is listed here."),
        MyTasksFilter::Watching => (
            "You are watching nothing",
            "Press “Watch” on a task, or comment on it, and you are told what happens to it.",
        ),
    };
    view! { <EmptyState title text/> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::projects::StateCategory;

    #[test]
    fn tasks_keep_their_order_under_headings() {
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
        let headings = |concern| {
            let groups = grouped(tasks.clone(), concern, today).into_iter();
            groups.map(|(heading, tasks)| (heading, tasks.len())).collect::<Vec<_>>()
        };
        assert_eq!(headings(MyTasksFilter::Assigned), [("Overdue", 1), ("Today", 2), ("Done", 1)]);
        assert_eq!(headings(MyTasksFilter::Created), [("Open", 3), ("Done", 1)]);
    }
}
