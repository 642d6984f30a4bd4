//! What the address of a board or a list asks for, after its question mark: which tasks, and how they are shown.
//!
//! `?state=in-progress,todo&assignee=me,none&priority=urgent&label=bug&due=overdue&group=assignee&sort=due`. Nothing in it is
//! passed over: what cannot be understood is a [`Problem`], and the page says so.

mod address;
mod arrangement;

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use self::address::{items, pairs, put, put_all};
pub use self::{
    address::item,
    arrangement::{Column, Group, Lanes, Sort},
};
use super::{
    keys::{ProjectKey, TaskKey},
    projects::{Label, State},
    tasks::{
        TITLE_MAX,
        filter::{Archived, Filter, Parent, Span, Tag},
    },
};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub filter: Filter,
    pub group: Group,
    pub sort: Sort,
    pub is_descending: bool,
    /// Those that were chosen; none chosen: [`Column::SHOWN`].
    pub columns: Option<BTreeSet<Column>>,
    /// What a board is divided by.
    pub lanes: Lanes,
    /// The states whose columns on a board are narrow, without their cards; slugs.
    pub collapsed: BTreeSet<String>,
    /// How many rows come before the page.
    pub from: usize,
    /// The task that is being changed in the list.
    pub edit: Option<TaskKey>,
}

/// A part of an address that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// As it stands in the address, readable, for example `due=someday`.
    pub part: String,
    /// Why, and what would be.
    pub message: String,
}

impl Query {
    /// From what follows the question mark, and what in it could not be understood.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut query = Self::default();
        let mut problems = Vec::new();
        for (name, value) in pairs(text) {
            // A field of a form that was left empty says nothing.
            if value.is_empty() {
                continue;
            }
            let mut wrong = |value: &str, message: &str| {
                problems.push(Problem { part: format!("{name}={value}"), message: message.to_owned() });
            };
            query.read(&name, &value, &mut wrong);
        }
        (query, problems)
    }

    fn read(&mut self, name: &str, value: &str, wrong: &mut dyn FnMut(&str, &str)) {
        let filter = &mut self.filter;
        match name {
            "text" if value.chars().count() > TITLE_MAX => wrong("…", "No title is as long as that."),
            "text" if value.chars().any(char::is_control) => wrong("…", "No title has such signs."),
            "text" => value.trim().clone_into(&mut filter.text),
            "state" => filter.states.extend(items(value)),
            "category" => several(value, &mut filter.categories, wrong),
            "priority" => several(value, &mut filter.priorities, wrong),
            "assignee" => several(value, &mut filter.assignees, wrong),
            "label" => several(value, &mut filter.labels, wrong),
            "estimate" => one(value, &mut filter.estimate, wrong),
            "estimate-max" => match value.parse().ok().filter(|points| (0..=999).contains(points)) {
                Some(points) => filter.estimate_max = Some(points),
                None => wrong(value, "Use a whole number of points from 0 to 999."),
            },
            "start" => {
                several(value, &mut filter.start, wrong);
                if filter.start.remove(&super::tasks::filter::Day::Overdue) {
                    wrong("overdue", "A start is not overdue. Use today, a number of days such as 7d, or none.");
                }
            }
            "start-from" => date(value, &mut filter.start_span.from, wrong),
            "start-until" => date(value, &mut filter.start_span.until, wrong),
            "due" => several(value, &mut filter.due, wrong),
            "due-from" => date(value, &mut filter.due_span.from, wrong),
            "due-until" => date(value, &mut filter.due_span.until, wrong),
            "parent" => several(value, &mut filter.parents, wrong),
            "by" => {
                several(value, &mut filter.creators, wrong);
                if filter.creators.remove(&super::tasks::filter::Who::Nobody) {
                    wrong("none", "Every task was created by somebody.");
                }
            }
            "archived" => match value.parse::<Archived>() {
                Ok(archived) => filter.archived = archived,
                Err(message) => wrong(value, message),
            },
            "group" => plain(value, &mut self.group, wrong),
            "sort" => plain(value, &mut self.sort, wrong),
            "order" => match value {
                "asc" => self.is_descending = false,
                "desc" => self.is_descending = true,
                _ => wrong(value, "Use asc or desc."),
            },
            "columns" => {
                let columns = self.columns.get_or_insert_default();
                let named = items(value).filter(|item| item != "none").collect::<Vec<_>>().join(",");
                several(&named, columns, wrong);
            }
            "lanes" => plain(value, &mut self.lanes, wrong),
            "collapsed" => self.collapsed.extend(items(value)),
            "from" => match value.parse() {
                Ok(from) => self.from = from,
                Err(_) => wrong(value, "Use a number of rows."),
            },
            "edit" => match value.parse() {
                Ok(key) => self.edit = Some(key),
                Err(_) => wrong(value, "Use a task’s key, for example WEB-12."),
            },
            // What was typed before a sign-in is kept under it.
            "draft" => {}
            _ => wrong(value, "There is nothing of that name to filter or arrange by."),
        }
    }

    /// What does not fit the project whose states and labels these are.
    #[must_use]
    pub fn misfits(&self, project: &ProjectKey, states: &[State], labels: &[Label]) -> Vec<Problem> {
        let filter = &self.filter;
        let missing = |name: &'static str, slugs: &BTreeSet<String>| -> Vec<Problem> {
            let missing = slugs.iter().filter(|slug| !states.iter().any(|state| state.slug == **slug));
            let message = "This project has no such state.";
            missing.map(|slug| Problem { part: format!("{name}={slug}"), message: message.to_owned() }).collect()
        };
        let states = missing("state", &filter.states).into_iter().chain(missing("collapsed", &self.collapsed));
        let tags = filter.labels.iter().filter_map(|tag| match tag {
            Tag::Named(name) if !labels.iter().any(|label| label.name.to_lowercase() == *name) => {
                Some(Problem { part: format!("label={tag}"), message: "This project has no such label.".to_owned() })
            }
            _ => None,
        });
        let parents = filter.parents.iter().filter_map(|parent| match parent {
            Parent::Task(key) if key.project != *project => {
                let message = format!("Tasks are parts of tasks of their own project, {project}.");
                Some(Problem { part: format!("parent={key}"), message })
            }
            _ => None,
        });
        states.chain(tags).chain(parents).collect()
    }

    /// The same without what [`Query::misfits`] names.
    #[must_use]
    pub fn fitting(mut self, project: &ProjectKey, states: &[State], labels: &[Label]) -> Self {
        self.collapsed.retain(|slug| states.iter().any(|state| state.slug == *slug));
        let filter = &mut self.filter;
        filter.states.retain(|slug| states.iter().any(|state| state.slug == *slug));
        filter.labels.retain(|tag| match tag {
            Tag::None => true,
            Tag::Named(name) => labels.iter().any(|label| label.name.to_lowercase() == *name),
        });
        filter.parents.retain(|parent| !matches!(parent, Parent::Task(key) if key.project != *project));
        self
    }

    /// As it is written in an address, without the question mark. What says nothing is left out.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = String::new();
        let filter = &self.filter;
        put(&mut address, "text", &filter.text);
        put_all(&mut address, "state", &filter.states);
        put_all(&mut address, "category", filter.categories.iter().map(|category| category.slug()));
        put_all(&mut address, "priority", filter.priorities.iter().map(|priority| priority.slug()));
        put_all(&mut address, "assignee", &filter.assignees);
        put_all(&mut address, "label", &filter.labels);
        put_all(&mut address, "estimate", filter.estimate);
        put_all(&mut address, "estimate-max", filter.estimate_max);
        put_all(&mut address, "start", &filter.start);
        put_span(&mut address, ["start-from", "start-until"], filter.start_span);
        put_all(&mut address, "due", &filter.due);
        put_span(&mut address, ["due-from", "due-until"], filter.due_span);
        put_all(&mut address, "parent", &filter.parents);
        put_all(&mut address, "by", &filter.creators);
        put_all(&mut address, "archived", (filter.archived != Archived::No).then_some(filter.archived));
        put_all(&mut address, "group", (self.group != Group::default()).then_some(self.group.slug()));
        put_all(&mut address, "sort", (self.sort != Sort::default()).then_some(self.sort.slug()));
        put_all(&mut address, "order", self.is_descending.then_some("desc"));
        if let Some(columns) = &self.columns {
            put_all(&mut address, "columns", columns.iter().map(|column| column.slug()));
            if columns.is_empty() {
                put(&mut address, "columns", "none");
            }
        }
        put_all(&mut address, "lanes", (self.lanes != Lanes::default()).then_some(self.lanes.slug()));
        put_all(&mut address, "collapsed", &self.collapsed);
        put_all(&mut address, "from", (self.from > 0).then_some(self.from));
        put_all(&mut address, "edit", &self.edit);
        address
    }

    /// The address of the page at `path` that shows this.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let address = self.address();
        if address.is_empty() { path.to_owned() } else { format!("{path}?{address}") }
    }

    /// The same as fields of a form.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        pairs(&self.address()).collect()
    }

    /// The same from the first row on, with nothing being changed.
    #[must_use]
    pub fn from_the_top(self) -> Self {
        Self { from: 0, edit: None, ..self }
    }

    /// The same with another filter, from the first row on.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self { filter, from: 0, edit: None, ..self.clone() }
    }

    /// Whether the list shows the column.
    #[must_use]
    pub fn shows(&self, column: Column) -> bool {
        self.columns.as_ref().map_or_else(|| Column::SHOWN.contains(&column), |chosen| chosen.contains(&column))
    }
}

fn put_span(address: &mut String, [from, until]: [&str; 2], span: Span) {
    put_all(address, from, span.from);
    put_all(address, until, span.until);
}

/// All items of a list. A problem names only the one that is not understood.
fn several<T: FromStr<Err: Display> + Ord>(value: &str, known: &mut BTreeSet<T>, wrong: &mut dyn FnMut(&str, &str)) {
    for item in items(value) {
        match item.parse() {
            Ok(one) => _ = known.insert(one),
            Err(error) => wrong(&item, &error.to_string()),
        }
    }
}

fn one<T: FromStr<Err: Display>>(value: &str, known: &mut Option<T>, wrong: &mut dyn FnMut(&str, &str)) {
    match value.parse() {
        Ok(one) => *known = Some(one),
        Err(error) => wrong(value, &error.to_string()),
    }
}

fn plain<T: FromStr<Err: Display>>(value: &str, known: &mut T, wrong: &mut dyn FnMut(&str, &str)) {
    match value.parse() {
        Ok(one) => *known = one,
        Err(error) => wrong(value, &error.to_string()),
    }
}

/// A date as browsers send it, within what both databases can hold.
fn date(value: &str, known: &mut Option<NaiveDate>, wrong: &mut dyn FnMut(&str, &str)) {
    let date = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().filter(|date| (1970..=9999).contains(&date.year()));
    match date {
        Some(date) => *known = Some(date),
        None => wrong(value, "Use a date that exists, for example 2026-11-21."),
    }
}

#[cfg(test)]
#[path = "query/tests.rs"]
mod tests;
