//! The filter menu. Its form uses GET, so it works without scripts.

use leptos::prelude::*;

use super::{
    chips::{category_name, day, person},
    context::Toolbar,
    panel::{Panel, navigate_on_submit},
};
use crate::{
    domain::{
        dates::machine_day,
        fold::name_key,
        projects::StateCategory,
        query::item,
        saved_views::Layout,
        tasks::{
            filter::{Archived, Day, Filter, Parent, Presence, Tag, Who},
            priority::Priority,
        },
    },
    web::ui::{
        form_html::{apply, hidden, input, line, select, tick},
        icon::Glyph,
        markup::{Html, render},
    },
};

/// Query parameters that are not part of the filter.
const DISPLAY_FIELDS: [&str; 7] = ["group", "sort", "order", "columns", "lanes", "collapsed", "view"];

/// A checkbox: value, label, and whether it is ticked.
type Checkbox = (String, String, bool);

/// The button and the form of the filter.
#[component]
pub fn FilterMenu(toolbar: Toolbar) -> impl IntoView {
    let path = toolbar.path(toolbar.layout);
    let submit = navigate_on_submit(path.clone());
    let fields = render(|html| fields(html, &toolbar));
    view! {
        <Panel toolbar icon=Glyph::Filter label="Filter">
            <form
                class="drop-panel filter-form"
                method="get"
                action=path
                aria-label="Filter"
                on:submit=submit
                inner_html=fields
            ></form>
        </Panel>
    }
    .into_any()
}

/// Appends the fields of the form and its button.
fn fields(html: &mut Html, toolbar: &Toolbar) {
    let filter = &toolbar.query.filter;
    for (name, value) in toolbar.query.fields() {
        if DISPLAY_FIELDS.contains(&name.as_str()) {
            hidden(html, &name, &value);
        }
    }
    line(html, "Title contains", |html| {
        input(html, "text", &filter.text, r#" dir="auto" maxlength="200" autocomplete="off""#);
    });
    for (name, legend, ticks) in checkbox_groups(toolbar, filter) {
        if !ticks.is_empty() {
            checkbox_group(html, name, legend, &ticks);
        }
    }
    for (label, name, date) in [
        ("Due date from", "due-from", filter.due_span.from),
        ("Due date until", "due-until", filter.due_span.until),
        ("Start date from", "start-from", filter.start_span.from),
        ("Start date until", "start-until", filter.start_span.until),
    ] {
        let date = date.map_or_else(String::new, machine_day);
        line(html, label, |html| input(html, name, &date, r#" type="date""#));
    }
    let estimate = filter.estimate.map_or("", |presence| if presence == Presence::None { "none" } else { "some" });
    let estimates = [("", "Any"), ("some", "Set"), ("none", "Not set")];
    let estimates = estimates.map(|(value, label)| (value, label, value == estimate));
    line(html, "Points", |html| select(html, "estimate", estimates));
    let max = filter.estimate_max.map_or_else(String::new, |max| max.to_string());
    line(html, "Maximum points", |html| input(html, "estimate-max", &max, r#" inputmode="numeric" maxlength="3""#));
    let part_of = filter.parents.iter().find_map(|parent| match parent {
        Parent::Task(key) => Some(key.to_string()),
        Parent::None => None,
    });
    line(html, "Parent task", |html| {
        let attributes = r#" maxlength="20" autocomplete="off" placeholder="WEB-12""#;
        input(html, "parent", &part_of.unwrap_or_default(), attributes);
    });
    if toolbar.layout == Layout::List {
        let value = |one: Archived| if one == Archived::No { String::new() } else { one.to_string() };
        let options = Archived::ALL.map(|one| (value(one), one.label(), one == filter.archived));
        let options = options.iter().map(|(value, label, is_selected)| (value.as_str(), *label, *is_selected));
        line(html, "Show", |html| select(html, "archived", options));
    }
    apply(html);
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
            let tag = Tag::Named(name_key(&label.name));
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

/// Appends a group of checkboxes that can be folded. One with a ticked box is open.
fn checkbox_group(html: &mut Html, name: &'static str, legend: &'static str, ticks: &[Checkbox]) {
    let selected = ticks.iter().filter(|(.., is_ticked)| *is_ticked).count();
    html.markup(r#"<details class="choice-group" id="filter-"#).markup(name);
    html.markup(if selected > 0 { "\" open><summary>" } else { "\"><summary>" }).markup(legend);
    if selected > 0 {
        html.markup(r#" <span class="badge">"#).text(&selected.to_string()).markup("</span>");
    }
    html.markup(r#"</summary><fieldset><legend class="visually-hidden">"#).markup(legend).markup("</legend>");
    for (value, label, is_ticked) in ticks {
        tick(html, name, value, label, *is_ticked);
    }
    html.markup("</fieldset></details>");
}

/// Capitalizes the first letter.
fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect()).unwrap_or_default()
}
