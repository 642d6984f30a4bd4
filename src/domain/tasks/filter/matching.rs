//! Asking a filter about a task that is at hand. The database is asked the same by `server::repo::tasks`.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who};
use crate::domain::{
    projects::{Label, State},
    tasks::fields::TaskFields,
};

/// What a filter is read by.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Whoever reads it.
    pub me: Uuid,
    pub today: NaiveDate,
    /// Those of the project.
    pub states: &'a [State],
    /// Those of the project.
    pub labels: &'a [Label],
}

impl Filter {
    /// Whether a task of the project is shown.
    #[must_use]
    pub fn matches(&self, facts: &TaskFields, created_by: Uuid, around: &Surroundings<'_>) -> bool {
        self.is_where_it_is_looked_for(facts)
            && contains(&facts.title, &self.text)
            && (self.states.is_empty() || self.states.contains(&facts.place.state))
            && self.has_category(facts, around)
            && (self.priorities.is_empty() || self.priorities.contains(&facts.priority))
            && (self.assignees.is_empty() || self.assignees.iter().any(|who| is_assigned(facts, *who, around.me)))
            && (self.labels.is_empty() || self.labels.iter().any(|tag| is_tagged(facts, tag, around.labels)))
            && self.estimate.is_none_or(|presence| (presence == Presence::Some) == facts.estimate.is_some())
            && self.estimate_max.is_none_or(|most| facts.estimate.is_some_and(|points| points <= most))
            && lies(facts.start_on, &self.start, self.start_span, around.today, false)
            && lies(facts.due_on, &self.due, self.due_span, around.today, is_open(facts, around))
            && (self.parents.is_empty() || self.parents.iter().any(|parent| is_part(facts, parent)))
            && (self.creators.is_empty() || self.creators.iter().any(|who| is_person(*who, created_by, around.me)))
    }

    const fn is_where_it_is_looked_for(&self, facts: &TaskFields) -> bool {
        !facts.is_deleted
            && match self.archived {
                Archived::No => !facts.is_archived,
                Archived::Yes => facts.is_archived,
                Archived::All => true,
            }
    }

    fn has_category(&self, facts: &TaskFields, around: &Surroundings<'_>) -> bool {
        let category = around.states.iter().find(|state| state.slug == facts.place.state).map(|state| state.category);
        self.categories.is_empty() || category.is_some_and(|category| self.categories.contains(&category))
    }
}

/// Whether there is something left to do.
fn is_open(facts: &TaskFields, around: &Surroundings<'_>) -> bool {
    around.states.iter().any(|state| state.slug == facts.place.state && !state.category.is_done())
}

/// The letters A to Z alone are the same in both cases: so all databases see it.
fn contains(title: &str, text: &str) -> bool {
    text.is_empty() || title.to_ascii_lowercase().contains(&text.to_ascii_lowercase())
}

fn is_assigned(facts: &TaskFields, who: Who, me: Uuid) -> bool {
    match who {
        Who::Me => facts.assignees.contains(&me),
        Who::Nobody => facts.assignees.is_empty(),
        Who::Person(id) => facts.assignees.contains(&id),
    }
}

fn is_person(who: Who, person: Uuid, me: Uuid) -> bool {
    match who {
        Who::Me => person == me,
        Who::Nobody => false,
        Who::Person(id) => person == id,
    }
}

fn is_tagged(facts: &TaskFields, tag: &Tag, labels: &[Label]) -> bool {
    match tag {
        Tag::None => facts.labels.is_empty(),
        Tag::Named(name) => {
            labels.iter().any(|label| facts.labels.contains(&label.id) && label.name.to_lowercase() == *name)
        }
    }
}

fn is_part(facts: &TaskFields, parent: &Parent) -> bool {
    match parent {
        Parent::None => facts.parent.is_none(),
        Parent::Task(key) => facts.parent == Some(key.number),
    }
}

fn lies(
    date: Option<NaiveDate>,
    days: &std::collections::BTreeSet<Day>,
    span: Span,
    today: NaiveDate,
    is_open: bool,
) -> bool {
    let is_on = |day: &Day| match (day, date) {
        (Day::None, date) => date.is_none(),
        (Day::Overdue, Some(date)) => date < today && is_open,
        (Day::Today, Some(date)) => date == today,
        (Day::Within(within), Some(date)) => (today..=today + Days::new(u64::from(*within))).contains(&date),
        (_, None) => false,
    };
    (days.is_empty() || days.iter().any(is_on)) && (span.is_empty() || date.is_some_and(|date| span.holds(date)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        projects::StateCategory,
        query::Query,
        tasks::{fields::TaskPosition, priority::Priority},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shows(query: &str, facts: &TaskFields) -> bool {
        let state = |slug: &str, category| State {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            category,
            hue: None,
            wip_limit: None,
        };
        let around = Surroundings {
            me: Uuid::from_u128(1),
            today: day("2026-11-21"),
            states: &[state("todo", StateCategory::Unstarted), state("done", StateCategory::Completed)],
            labels: &[Label { id: Uuid::from_u128(7), name: "Bug".to_owned(), hue: 1 }],
        };
        let (query, problems) = Query::parse(query);
        assert!(problems.is_empty(), "{problems:?}");
        query.filter.matches(facts, Uuid::from_u128(2), &around)
    }

    #[test]
    fn every_condition_asks_about_its_field() {
        let facts = TaskFields {
            title: "Ship the Thing".to_owned(),
            place: TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
            priority: Priority::High,
            estimate: Some(3),
            due_on: Some(day("2026-11-20")),
            parent: Some(4),
            assignees: [Uuid::from_u128(1)].into(),
            labels: [Uuid::from_u128(7)].into(),
            ..TaskFields::default()
        };
        let two = Uuid::from_u128(2);
        for query in [
            "",
            "text=the+thing",
            "state=done,todo",
            "category=unstarted",
            "priority=high",
            "assignee=none,me",
            "label=bug",
            "estimate=some",
            "estimate-max=3",
            "start=none",
            "due=overdue",
            "due-until=2026-11-20",
            "due-from=2026-11-20",
            "parent=web-4",
            "archived=all",
            "priority=high&state=todo",
        ] {
            assert!(shows(query, &facts), "{query}");
        }
        assert!(shows(&format!("by={two}"), &facts));
        for query in [
            "text=things",
            "state=done",
            "category=completed",
            "priority=none",
            "assignee=none",
            "label=none",
            "estimate=none",
            "estimate-max=2",
            "start=today",
            "due=today",
            "due=7d",
            "due=none",
            "due-from=2026-11-21",
            "parent=none",
            "by=me",
            "archived=yes",
            "priority=high&state=done",
        ] {
            assert!(!shows(query, &facts), "{query}");
        }
    }

    #[test]
    fn what_is_done_is_not_overdue_and_what_is_deleted_is_nowhere() {
        let done = TaskFields {
            place: TaskPosition { state: "done".to_owned(), rank: "V".to_owned() },
            due_on: Some(day("2026-11-20")),
            ..TaskFields::default()
        };
        assert!(!shows("due=overdue", &done) && shows("", &done));
        assert!(!shows("archived=all", &TaskFields { is_deleted: true, ..done }));
    }
}
