//! Evaluates a filter in memory. `server::repo::tasks` has the same conditions in SQL.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::conditions::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who};
use crate::domain::{
    fold::{fold, name_key},
    projects::{Label, State},
    tasks::{due::is_late, fields::TaskFields},
};

/// Context of an evaluation.
#[derive(Clone, Copy, Debug)]
pub struct MatchContext<'a> {
    /// Id of the reader.
    pub me: Uuid,
    pub today: NaiveDate,
    /// States of the project.
    pub states: &'a [State],
    /// Labels of the project.
    pub labels: &'a [Label],
}

impl Filter {
    /// Whether the filter matches a task of the project.
    #[must_use]
    pub fn matches(&self, fields: &TaskFields, created_by: Uuid, context: &MatchContext<'_>) -> bool {
        self.matches_archive(fields)
            && contains(&fields.title, &self.text)
            && (self.states.is_empty() || self.states.contains(&fields.position.state))
            && self.has_category(fields, context)
            && (self.priorities.is_empty() || self.priorities.contains(&fields.priority))
            && (self.assignees.is_empty() || self.assignees.iter().any(|who| is_assigned(fields, *who, context.me)))
            && (self.labels.is_empty() || self.labels.iter().any(|tag| is_tagged(fields, tag, context.labels)))
            && self.estimate.is_none_or(|presence| (presence == Presence::Some) == fields.estimate.is_some())
            && self.estimate_max.is_none_or(|most| fields.estimate.is_some_and(|points| points <= most))
            && is_in_range(fields.start_on, &self.start, self.start_span, context.today, false)
            && is_in_range(fields.due_on, &self.due, self.due_span, context.today, is_open(fields, context))
            && (self.parents.is_empty() || self.parents.iter().any(|parent| is_part(fields, parent)))
            && (self.creators.is_empty() || self.creators.iter().any(|who| is_person(*who, created_by, context.me)))
    }

    const fn matches_archive(&self, fields: &TaskFields) -> bool {
        !fields.is_deleted
            && match self.archived {
                Archived::No => !fields.is_archived,
                Archived::Yes => fields.is_archived,
                Archived::All => true,
            }
    }

    fn has_category(&self, fields: &TaskFields, context: &MatchContext<'_>) -> bool {
        let category =
            context.states.iter().find(|state| state.slug == fields.position.state).map(|state| state.category);
        self.categories.is_empty() || category.is_some_and(|category| self.categories.contains(&category))
    }
}

/// Whether the task is not done.
fn is_open(fields: &TaskFields, context: &MatchContext<'_>) -> bool {
    context.states.iter().any(|state| state.slug == fields.position.state && !state.category.is_done())
}

fn contains(title: &str, text: &str) -> bool {
    text.is_empty() || fold(title).contains(&fold(text))
}

fn is_assigned(fields: &TaskFields, who: Who, me: Uuid) -> bool {
    match who {
        Who::Me => fields.assignees.contains(&me),
        Who::Nobody => fields.assignees.is_empty(),
        Who::Person(id) => fields.assignees.contains(&id),
    }
}

fn is_person(who: Who, person: Uuid, me: Uuid) -> bool {
    match who {
        Who::Me => person == me,
        Who::Nobody => false,
        Who::Person(id) => person == id,
    }
}

fn is_tagged(fields: &TaskFields, tag: &Tag, labels: &[Label]) -> bool {
    match tag {
        Tag::None => fields.labels.is_empty(),
        Tag::Named(name) => {
            labels.iter().any(|label| fields.labels.contains(&label.id) && name_key(&label.name) == *name)
        }
    }
}

fn is_part(fields: &TaskFields, parent: &Parent) -> bool {
    match parent {
        Parent::None => fields.parent.is_none(),
        Parent::Task(key) => fields.parent == Some(key.number),
    }
}

fn is_in_range(
    date: Option<NaiveDate>,
    days: &std::collections::BTreeSet<Day>,
    span: Span,
    today: NaiveDate,
    is_open: bool,
) -> bool {
    let matches_day = |day: &Day| match (day, date) {
        (Day::None, date) => date.is_none(),
        (Day::Overdue, date) => is_late(date, !is_open, today),
        (Day::Today, Some(date)) => date == today,
        (Day::Within(within), Some(date)) => (today..=today + Days::new(u64::from(*within))).contains(&date),
        (_, None) => false,
    };
    (days.is_empty() || days.iter().any(matches_day)) && (span.is_empty() || date.is_some_and(|date| span.holds(date)))
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

    fn matches(query: &str, fields: &TaskFields) -> bool {
        let state = |slug: &str, category| State {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            category,
            hue: None,
            wip_limit: None,
        };
        let context = MatchContext {
            me: Uuid::from_u128(1),
            today: day("2026-11-21"),
            states: &[state("todo", StateCategory::Unstarted), state("done", StateCategory::Completed)],
            labels: &[Label { id: Uuid::from_u128(7), name: "Bug".to_owned(), hue: 1 }],
        };
        let (query, problems) = Query::parse(query);
        assert!(problems.is_empty(), "{problems:?}");
        query.filter.matches(fields, Uuid::from_u128(2), &context)
    }

    #[test]
    fn every_condition_tests_its_field() {
        let fields = TaskFields {
            title: "Ship the Thing".to_owned(),
            position: TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
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
            assert!(matches(query, &fields), "{query}");
        }
        assert!(matches(&format!("by={two}"), &fields));
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
            assert!(!matches(query, &fields), "{query}");
        }
    }

    #[test]
    fn done_tasks_are_not_overdue_and_deleted_tasks_never_match() {
        let done = TaskFields {
            position: TaskPosition { state: "done".to_owned(), rank: "V".to_owned() },
            due_on: Some(day("2026-11-20")),
            ..TaskFields::default()
        };
        assert!(!matches("due=overdue", &done) && matches("", &done));
        assert!(!matches("archived=all", &TaskFields { is_deleted: true, ..done }));
    }
}
