//! The form of the filter. Without scripts it is sent as it is, and the page reads it.

use leptos::prelude::*;

use super::{
    Panel, Toolbar,
    chips::{category_word, day, person},
    follow,
};
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
    web::ui::{date::machine_day, icon::Icon as Glyph},
};

/// What of an address is not the filter.
const ARRANGED: [&str; 6] = ["group", "sort", "order", "columns", "lanes", "collapsed"];

/// A box to tick: what is sent, what is read, and whether it is ticked.
type Tick = (String, String, bool);

/// Opens the form.
#[component]
pub fn FilterMenu(bar: Toolbar) -> impl IntoView {
    let path = bar.path(bar.layout);
    let submit = follow(path.clone());
    let filter = bar.query.filter.clone();
    let kept = bar.query.fields().into_iter().filter(|(name, _)| ARRANGED.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let choices = choices(&bar, &filter)
        .into_iter()
        .filter(|(_, _, ticks)| !ticks.is_empty())
        .map(|(name, legend, ticks)| view! { <Choice name legend ticks/> })
        .collect_view();
    let archived = (bar.layout == Layout::List).then(|| {
        let options = Archived::ALL.map(|one| {
            let chosen = one == filter.archived;
            let value = if one == Archived::No { String::new() } else { one.to_string() };
            view! { <option value=value selected=chosen>{one.label()}</option> }
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
    let estimate = [("", "Any or none"), ("some", "Some"), ("none", "None")].map(|(value, label)| {
        let chosen = filter.estimate.map_or("", |presence| if presence == Presence::None { "none" } else { "some" });
        view! { <option value=value selected=value == chosen>{label}</option> }
    });
    let day = |date: Option<chrono::NaiveDate>| date.map_or_else(String::new, machine_day);
    view! {
        <Panel bar icon=Glyph::Filter label="Filter">
            <form class="drop-panel filter-form" method="get" action=path aria-label="Filter" on:submit=submit>
                {kept}
                <label class="line">
                    <span>"Title contains"</span>
                    <input class="input" name="text" value=filter.text.clone() maxlength="200" autocomplete="off"/>
                </label>
                {choices}
                <label class="line">
                    <span>"Due from"</span>
                    <input class="input" type="date" name="due-from" value=day(filter.due_span.from)/>
                </label>
                <label class="line">
                    <span>"Due until"</span>
                    <input class="input" type="date" name="due-until" value=day(filter.due_span.until)/>
                </label>
                <label class="line">
                    <span>"Starts from"</span>
                    <input class="input" type="date" name="start-from" value=day(filter.start_span.from)/>
                </label>
                <label class="line">
                    <span>"Starts until"</span>
                    <input class="input" type="date" name="start-until" value=day(filter.start_span.until)/>
                </label>
                <label class="line">
                    <span>"Points"</span>
                    <select class="input" name="estimate">{estimate.collect_view()}</select>
                </label>
                <label class="line">
                    <span>"Points at most"</span>
                    <input
                        class="input"
                        name="estimate-max"
                        inputmode="numeric"
                        maxlength="3"
                        value=filter.estimate_max.map(|most| most.to_string())
                    />
                </label>
                <label class="line">
                    <span>"Part of"</span>
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

/// Name in the address, legend and boxes of everything that one ticks.
fn choices(bar: &Toolbar, filter: &Filter) -> Vec<(&'static str, &'static str, Vec<Tick>)> {
    let parts = &bar.parts;
    let states =
        parts.states.iter().map(|state| (item(&state.slug), state.name.clone(), filter.states.contains(&state.slug)));
    let categories = StateCategory::ALL
        .map(|one| (one.slug().to_owned(), category_word(one.label()), filter.categories.contains(&one)));
    let priorities =
        Priority::ALL.map(|one| (one.slug().to_owned(), one.label().to_owned(), filter.priorities.contains(&one)));
    let people = |chosen: &std::collections::BTreeSet<Who>, nobody: bool| {
        let mut ticks = vec![(Who::Me.to_string(), "Me".to_owned(), chosen.contains(&Who::Me))];
        if nobody {
            ticks.push((Who::Nobody.to_string(), "Nobody".to_owned(), chosen.contains(&Who::Nobody)));
        }
        let known = parts.people.iter().map(|person| person.id);
        // Who was chosen by an address and cannot be given tasks stays chosen.
        let others = chosen.iter().filter_map(|who| match who {
            Who::Person(id) if !parts.people.iter().any(|person| person.id == *id) => Some(*id),
            _ => None,
        });
        ticks.extend(
            known.chain(others).map(|id| (id.to_string(), person(id, parts), chosen.contains(&Who::Person(id)))),
        );
        ticks
    };
    let mut labels: Vec<_> = parts
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
    let days = |chosen: &std::collections::BTreeSet<Day>, offered: &[Day]| {
        let others = chosen.iter().filter(|day| !offered.contains(day));
        let days = offered.iter().chain(others);
        days.map(|one| (one.to_string(), capital(&day(*one)), chosen.contains(one))).collect::<Vec<_>>()
    };
    let due = [Day::Overdue, Day::Today, Day::Within(7), Day::Within(30), Day::None];
    let parents =
        vec![("none".to_owned(), "Not a part of another task".to_owned(), filter.parents.contains(&Parent::None))];
    vec![
        ("state", "State", states.collect()),
        ("category", "Stage", categories.into()),
        ("priority", "Priority", priorities.into()),
        ("assignee", "Assigned to", people(&filter.assignees, true)),
        ("label", "Label", labels),
        ("due", "Due", days(&filter.due, &due)),
        ("start", "Starts", days(&filter.start, &due[1..])),
        ("by", "Created by", people(&filter.creators, false)),
        ("parent", "Sub-tasks", parents),
    ]
}

#[component]
fn Choice(name: &'static str, legend: &'static str, ticks: Vec<Tick>) -> impl IntoView {
    let chosen = ticks.iter().filter(|(.., is_ticked)| *is_ticked).count();
    let is_open = chosen > 0;
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
                {is_open.then(|| view! { <span class="badge">{chosen}</span> })}
            </summary>
            <fieldset>
                <legend class="unseen">{legend}</legend>
                {ticks.collect_view()}
            </fieldset>
        </details>
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
