//! The filter menu. Its form uses GET, so it works without scripts.

use leptos::prelude::*;

use super::{
    chips::{category_name, day, person},
    context::Toolbar,
    panel::{Panel, navigate_on_submit},
};
use crate::domain::dates::machine_day;
use crate::{
    domain::{
        projects::StateCategory,
        query::item,
        saved_views::Layout,
        tasks::{
            filter::{Archived, Day, Filter, Parent, Presence, Tag, Who},
            priority::Priority,
        },
    },
    web::ui::icon::Glyph,
};

/// Query parameters that are not part of the filter.
const DISPLAY_FIELDS: [&str; 6] = ["group", "sort", "order", "columns", "lanes", "collapsed"];

/// A checkbox: value, label, and whether it is ticked.
type Checkbox = (String, String, bool);

/// The button and the form of the filter.
#[component]
pub fn FilterMenu(toolbar: Toolbar) -> impl IntoView {
    let path = toolbar.path(toolbar.layout);
    let submit = navigate_on_submit(path.clone());
    let filter = toolbar.query.filter.clone();
    let kept = toolbar.query.fields().into_iter().filter(|(name, _)| DISPLAY_FIELDS.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let groups = checkbox_groups(&toolbar, &filter)
        .into_iter()
        .filter(|(_, _, ticks)| !ticks.is_empty())
        .map(|(name, legend, ticks)| view! { <CheckboxGroup name legend ticks/> })
        .collect_view();
    let archived = (toolbar.layout == Layout::List).then(|| {
        let options = Archived::ALL.map(|one| {
            let is_selected = one == filter.archived;
            let value = if one == Archived::No { String::new() } else { one.to_string() };
            view! { <option value=value selected=is_selected>{one.label()}</option> }
        });
        view! {
            <label class="line">
                <span>"Show"</span>
                <select class="input" name="archived">{options.collect_view()}</select>
            </label>
        }
    });
    let part_of = filter.parents.iter().find_map(|parent| match parent {
        Parent::Task(key) => Some(key.to_string()),
        Parent::None => None,
    });
    let estimate = [("", "Any"), ("some", "Set"), ("none", "Not set")].map(|(value, label)| {
        let selected = filter.estimate.map_or("", |presence| if presence == Presence::None { "none" } else { "some" });
        view! { <option value=value selected=value == selected>{label}</option> }
    });
    let day = |date: Option<chrono::NaiveDate>| date.map_or_else(String::new, machine_day);
    view! {
        <Panel toolbar icon=Glyph::Filter label="Filter">
            <form class="drop-panel filter-form" method="get" action=path aria-label="Filter" on:submit=submit>
                {kept}
                <label class="line">
                    <span>"Title contains"</span>
                    <input class="input" name="text" value=filter.text.clone() maxlength="200" autocomplete="off"/>
                </label>
                {groups}
                <label class="line">
                    <span>"Due date from"</span>
                    <input class="input" type="date" name="due-from" value=day(filter.due_span.from)/>
                </label>
                <label class="line">
                    <span>"Due date until"</span>
                    <input class="input" type="date" name="due-until" value=day(filter.due_span.until)/>
                </label>
                <label class="line">
                    <span>"Start date from"</span>
                    <input class="input" type="date" name="start-from" value=day(filter.start_span.from)/>
                </label>
                <label class="line">
                    <span>"Start date until"</span>
                    <input class="input" type="date" name="start-until" value=day(filter.start_span.until)/>
                </label>
                <label class="line">
                    <span>"Points"</span>
                    <select class="input" name="estimate">{estimate.collect_view()}</select>
                </label>
                <label class="line">
                    <span>"Maximum points"</span>
                    <input
                        class="input"
                        name="estimate-max"
                        inputmode="numeric"
                        maxlength="3"
                        value=filter.estimate_max.map(|max| max.to_string())
                    />
                </label>
                <label class="line">
                    <span>"Parent task"</span>
                    <input class="input" name="parent" maxlength="20" autocomplete="off" value=part_of placeholder="WEB-12"/>
                </label>
                {archived}
                <div class="buttons">
                    <button class="button primary" type="submit">
                        "Apply"
                    </button>
                </div>
            </form>
        </Panel>
    }
    .into_any()
}

/// Parameter name, legend and checkboxes of each group.
fn checkbox_groups(toolbar: &Toolbar, filter: &Filter) -> Vec<(&'static str, &'static str, Vec<Checkbox>)> {
    let project = &toolbar.project;
    let states =
        project.states.iter().map(|state| (item(&state.slug), state.name.clone(), filter.states.contains(&state.slug)));
    let categories = StateCategory::ALL
        .map(|one| (one.slug().to_owned(), category_name(one.label()), filter.categories.contains(&one)));
    let priorities =
        Priority::ALL.map(|one| (one.slug().to_owned(), one.label().to_owned(), filter.priorities.contains(&one)));
    let people = |selected: &std::collections::BTreeSet<Who>, has_nobody: bool| {
        let mut ticks = vec![(Who::Me.to_string(), "Me".to_owned(), selected.contains(&Who::Me))];
        if has_nobody {
            ticks.push((Who::Nobody.to_string(), "No assignee".to_owned(), selected.contains(&Who::Nobody)));
        }
        let assignable = project.people.iter().map(|person| person.id);
        // People named by the address stay in the form even if tasks can no longer be assigned to them.
        let others = selected.iter().filter_map(|who| match who {
            Who::Person(id) if !project.people.iter().any(|person| person.id == *id) => Some(*id),
            _ => None,
        });
        ticks.extend(
            assignable
                .chain(others)
                .map(|id| (id.to_string(), person(id, project), selected.contains(&Who::Person(id)))),
        );
        ticks
    };
    let mut labels: Vec<_> = project
        .labels
        .iter()
        .map(|label| {
            let tag = Tag::Named(label.name.to_lowercase());
            (item(&tag.to_string()), label.name.clone(), filter.labels.contains(&tag))
        })
        .collect();
    if !labels.is_empty() {
        labels.insert(0, (Tag::None.to_string(), "No label".to_owned(), filter.labels.contains(&Tag::None)));
    }
    let days = |selected: &std::collections::BTreeSet<Day>, offered: &[Day]| {
        let others = selected.iter().filter(|day| !offered.contains(day));
        let days = offered.iter().chain(others);
        days.map(|one| (one.to_string(), capitalize(&day(*one)), selected.contains(one))).collect::<Vec<_>>()
    };
    let due = [Day::Overdue, Day::Today, Day::Within(7), Day::Within(30), Day::None];
    let parents = vec![("none".to_owned(), "No parent task".to_owned(), filter.parents.contains(&Parent::None))];
    vec![
        ("state", "State", states.collect()),
        ("category", "Category", categories.into()),
        ("priority", "Priority", priorities.into()),
        ("assignee", "Assigned to", people(&filter.assignees, true)),
        ("label", "Label", labels),
        ("due", "Due date", days(&filter.due, &due)),
        ("start", "Start date", days(&filter.start, &due[1..])),
        ("by", "Created by", people(&filter.creators, false)),
        ("parent", "Subtasks", parents),
    ]
}

#[component]
fn CheckboxGroup(name: &'static str, legend: &'static str, ticks: Vec<Checkbox>) -> impl IntoView {
    let selected = ticks.iter().filter(|(.., is_ticked)| *is_ticked).count();
    let is_open = selected > 0;
    let ticks = ticks.into_iter().map(|(value, label, is_ticked)| {
        view! {
            <label class="tick">
                <input type="checkbox" name=name value=value checked=is_ticked/>
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <details class="choice-group" id=format!("filter-{name}") open=is_open>
            <summary>
                {legend}
                {is_open.then(|| view! { <span class="badge">{selected}</span> })}
            </summary>
            <fieldset>
                <legend class="visually-hidden">{legend}</legend>
                {ticks.collect_view()}
            </fieldset>
        </details>
    }
}

/// Capitalizes the first letter.
fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
