//! Describes the parts of a filter in words.

use uuid::Uuid;

use crate::domain::{
    board::ProjectContext,
    dates,
    fold::name_key,
    query::Query,
    tasks::filter::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who},
};

/// One part of a filter, as displayed.
pub struct Chip {
    pub name: &'static str,
    pub value: String,
    /// The filter without this part.
    pub without: Filter,
}

/// The parts of the filter of `query`, in the order of the filter form.
#[must_use]
pub fn chips(query: &Query, project: &ProjectContext) -> Vec<Chip> {
    let filter = &query.filter;
    let mut chips = Vec::new();
    let mut add = |name: &'static str, value: Option<String>, clear: fn(&mut Filter)| {
        if let Some(value) = value {
            let mut without = filter.clone();
            clear(&mut without);
            chips.push(Chip { name, value, without });
        }
    };
    let text = (!filter.text.is_empty()).then(|| format!("“{}”", filter.text));
    add("Title contains", text, |filter| filter.text.clear());
    add("State is", any(filter.states.iter().map(|slug| state(slug, project))), |filter| filter.states.clear());
    let categories = filter.categories.iter().map(|category| category_name(category.label()));
    add("Category is", any(categories), |filter| filter.categories.clear());
    let priorities = filter.priorities.iter().map(|priority| priority.label().to_owned());
    add("Priority is", any(priorities), |filter| filter.priorities.clear());
    add("Assigned to", any(filter.assignees.iter().map(|person| who(*person, project))), |filter| {
        filter.assignees.clear();
    });
    add("Label is", any(filter.labels.iter().map(|tag| label(tag, project))), |filter| filter.labels.clear());
    let points =
        filter.estimate.map(|presence| if presence == Presence::None { "none" } else { "estimated" }.to_owned());
    add("Points", points, |filter| filter.estimate = None);
    add("Maximum points", filter.estimate_max.map(|max| max.to_string()), |filter| filter.estimate_max = None);
    add("Due", any(filter.due.iter().map(|due| day(*due))), |filter| filter.due.clear());
    add("Due", span(filter.due_span), |filter| filter.due_span = Span::default());
    add("Start date", any(filter.start.iter().map(|start| day(*start))), |filter| filter.start.clear());
    add("Start date", span(filter.start_span), |filter| filter.start_span = Span::default());
    add("Parent task", any(filter.parents.iter().map(parent)), |filter| filter.parents.clear());
    add("Created by", any(filter.creators.iter().map(|person| who(*person, project))), |filter| {
        filter.creators.clear();
    });
    let archived = (filter.archived != Archived::No).then(|| filter.archived.label().to_ascii_lowercase());
    add("Shows", archived, |filter| filter.archived = Archived::No);
    chips
}

/// The name of the state with the slug `slug`.
fn state(slug: &str, project: &ProjectContext) -> String {
    project.states.iter().find(|state| state.slug == slug).map_or_else(|| slug.to_owned(), |state| state.name.clone())
}

/// The name of a category: its label without the explanation in parentheses.
#[must_use]
pub fn category_name(label: &str) -> String {
    label.split(" (").next().unwrap_or_default().to_owned()
}

/// The name of an assignee or creator.
fn who(who: Who, project: &ProjectContext) -> String {
    match who {
        Who::Me => "me".to_owned(),
        Who::Nobody => "no one".to_owned(),
        Who::Person(id) => person(id, project),
    }
}

/// The name of a person, if tasks can be assigned to them.
#[must_use]
pub fn person(id: Uuid, project: &ProjectContext) -> String {
    let found = project.people.iter().find(|person| person.id == id);
    found.map_or_else(|| "a former member".to_owned(), |person| person.name.clone())
}

fn label(tag: &Tag, project: &ProjectContext) -> String {
    match tag {
        Tag::None => "none".to_owned(),
        Tag::Named(name) => {
            let found = project.labels.iter().find(|label| name_key(&label.name) == *name);
            found.map_or_else(|| name.clone(), |label| label.name.clone())
        }
    }
}

/// The displayed name of a date condition.
#[must_use]
pub fn day(day: Day) -> String {
    match day {
        Day::Overdue => "overdue".to_owned(),
        Day::Today => "today".to_owned(),
        Day::Within(1) => "within a day".to_owned(),
        Day::Within(days) => format!("within {days} days"),
        Day::None => "not set".to_owned(),
    }
}

fn span(span: Span) -> Option<String> {
    match (span.from, span.until) {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {}", dates::day(from))),
        (None, Some(until)) => Some(format!("until {}", dates::day(until))),
        (Some(from), Some(until)) => Some(format!("{} to {}", dates::day(from), dates::day(until))),
    }
}

fn parent(parent: &Parent) -> String {
    match parent {
        Parent::None => "none".to_owned(),
        Parent::Task(key) => key.to_string(),
    }
}

fn any(values: impl Iterator<Item = String>) -> Option<String> {
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then(|| values.join(" or "))
}
