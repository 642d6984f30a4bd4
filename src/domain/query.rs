//! The query string of a board or a list: filter and display options.
//!
//! `?state=in-progress,todo&assignee=me,none&priority=urgent&label=bug&due=overdue&group=assignee&sort=due`. A value that
//! cannot be used becomes a [`Problem`], which the page shows. An empty value sets nothing, because forms without scripts send
//! all of their fields. A parameter with another name is not ours, for example `utm_source`, and is ignored.

mod address;
mod arrangement;
mod parsing;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    address::item,
    arrangement::{Column, Group, Lanes, Sort},
};
use self::{
    address::{has_empty_item, items, pairs, put, put_list},
    parsing::{parse_date, parse_list, parse_optional, parse_value},
};
use super::{
    dates::machine_day,
    fold::name_key,
    keys::{ProjectKey, TaskKey},
    length::length,
    projects::{Label, State},
    tasks::{
        TITLE_MAX,
        filter::{Archived, Filter, Parent, Span, Tag},
    },
};

/// Parameters with several values.
const LISTS: [&str; 11] =
    ["state", "category", "priority", "assignee", "label", "start", "due", "parent", "by", "columns", "collapsed"];

/// A parsed query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub filter: Filter,
    pub group: Group,
    pub sort: Sort,
    pub is_descending: bool,
    /// Chosen columns; [`Column::SHOWN`] if `None`.
    pub columns: Option<BTreeSet<Column>>,
    /// Swimlanes of the board.
    pub lanes: Lanes,
    /// Slugs of the states whose columns are collapsed on the board.
    pub collapsed: BTreeSet<String>,
    /// Number of rows before the page.
    pub from: usize,
    /// The task being edited in the list.
    pub edit: Option<TaskKey>,
    /// The saved view that is open. It stays open while the filter differs from the saved one.
    pub view: Option<Uuid>,
}

/// A part of a query string that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The part as decoded text, for example `due=someday`.
    pub part: String,
    /// The reason why the part cannot be used, and the values that can.
    pub message: String,
}

impl Query {
    /// Parses a query string, without the question mark, and returns the problems found.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut query = Self::default();
        let mut problems = Vec::new();
        for (name, value) in pairs(text) {
            // An empty form field sets nothing.
            if value.is_empty() {
                continue;
            }
            let mut report = |value: &str, message: &str| {
                problems.push(Problem { part: format!("{name}={value}"), message: message.to_owned() });
            };
            query.set(&name, &value, &mut report);
        }
        (query, problems)
    }

    fn set(&mut self, name: &str, value: &str, report: &mut dyn FnMut(&str, &str)) {
        let filter = &mut self.filter;
        if LISTS.contains(&name) && has_empty_item(value) {
            report(value, "A value is missing beside a comma. Add it, or remove the comma.");
        }
        match name {
            "text" if length(value) > TITLE_MAX => report("…", "This text is longer than any title."),
            "text" if value.chars().any(char::is_control) => {
                report("…", "This text contains characters that titles can’t have.");
            }
            "text" => value.trim().clone_into(&mut filter.text),
            "state" => filter.states.extend(items(value)),
            "category" => parse_list(value, &mut filter.categories, report),
            "priority" => parse_list(value, &mut filter.priorities, report),
            "assignee" => parse_list(value, &mut filter.assignees, report),
            "label" => parse_list(value, &mut filter.labels, report),
            "estimate" => parse_optional(value, &mut filter.estimate, report),
            "estimate-max" => match value.parse().ok().filter(|points| (0..=999).contains(points)) {
                Some(points) => filter.estimate_max = Some(points),
                None => report(value, "Use a whole number of points from 0 to 999."),
            },
            "start" => {
                parse_list(value, &mut filter.start, report);
                if filter.start.remove(&super::tasks::filter::Day::Overdue) {
                    report("overdue", "Start dates can’t be overdue. Use today, a number of days such as 7d, or none.");
                }
            }
            "start-from" => parse_date(value, &mut filter.start_span.from, report),
            "start-until" => parse_date(value, &mut filter.start_span.until, report),
            "due" => parse_list(value, &mut filter.due, report),
            "due-from" => parse_date(value, &mut filter.due_span.from, report),
            "due-until" => parse_date(value, &mut filter.due_span.until, report),
            "parent" => parse_list(value, &mut filter.parents, report),
            "by" => {
                parse_list(value, &mut filter.creators, report);
                if filter.creators.remove(&super::tasks::filter::Who::Nobody) {
                    report("none", "Every task has a creator. Choose from the list.");
                }
            }
            "archived" => match value.parse::<Archived>() {
                Ok(archived) => filter.archived = archived,
                Err(message) => report(value, message),
            },
            "group" => parse_value(value, &mut self.group, report),
            "sort" => parse_value(value, &mut self.sort, report),
            "order" => match value {
                "asc" => self.is_descending = false,
                "desc" => self.is_descending = true,
                _ => report(value, "Use asc or desc."),
            },
            "columns" => {
                let columns = self.columns.get_or_insert_default();
                let named = items(value).filter(|item| item != "none").collect::<Vec<_>>().join(",");
                parse_list(&named, columns, report);
            }
            "lanes" => parse_value(value, &mut self.lanes, report),
            "collapsed" => self.collapsed.extend(items(value)),
            "from" => match value.parse() {
                Ok(from) => self.from = from,
                Err(_) => report(value, "Use a number of rows."),
            },
            "edit" => match value.parse() {
                Ok(key) => self.edit = Some(key),
                Err(_) => report(value, "Use a task’s key, for example WEB-12."),
            },
            "view" => match value.parse() {
                Ok(view) => self.view = Some(view),
                Err(_) => report(value, "This is not the id of a saved view."),
            },
            _ => {}
        }
    }

    /// Returns the parts of the query that refer to another project, or to states and labels that the project does not
    /// have.
    #[cfg(feature = "ssr")]
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
            Tag::Named(name) if !labels.iter().any(|label| name_key(&label.name) == *name) => {
                Some(Problem { part: format!("label={tag}"), message: "This project has no such label.".to_owned() })
            }
            _ => None,
        });
        let parents = filter.parents.iter().filter_map(|parent| match parent {
            Parent::Task(key) if key.project != *project => {
                let message = format!("Choose a parent task of the same project, {project}.");
                Some(Problem { part: format!("parent={key}"), message })
            }
            _ => None,
        });
        states.chain(tags).chain(parents).collect()
    }

    /// Removes the parts that [`Query::misfits`] reports.
    #[must_use]
    pub fn fitting(mut self, project: &ProjectKey, states: &[State], labels: &[Label]) -> Self {
        self.collapsed.retain(|slug| states.iter().any(|state| state.slug == *slug));
        let filter = &mut self.filter;
        filter.states.retain(|slug| states.iter().any(|state| state.slug == *slug));
        filter.labels.retain(|tag| match tag {
            Tag::None => true,
            Tag::Named(name) => labels.iter().any(|label| name_key(&label.name) == *name),
        });
        filter.parents.retain(|parent| !matches!(parent, Parent::Task(key) if key.project != *project));
        self
    }

    /// Formats the query string, without the question mark. Defaults are left out.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = String::new();
        let filter = &self.filter;
        put(&mut address, "text", &filter.text);
        put_list(&mut address, "state", &filter.states);
        put_list(&mut address, "category", filter.categories.iter().map(|category| category.slug()));
        put_list(&mut address, "priority", filter.priorities.iter().map(|priority| priority.slug()));
        put_list(&mut address, "assignee", &filter.assignees);
        put_list(&mut address, "label", &filter.labels);
        put_list(&mut address, "estimate", filter.estimate);
        put_list(&mut address, "estimate-max", filter.estimate_max);
        put_list(&mut address, "start", &filter.start);
        put_span(&mut address, ["start-from", "start-until"], filter.start_span);
        put_list(&mut address, "due", &filter.due);
        put_span(&mut address, ["due-from", "due-until"], filter.due_span);
        put_list(&mut address, "parent", &filter.parents);
        put_list(&mut address, "by", &filter.creators);
        put_list(&mut address, "archived", (filter.archived != Archived::No).then_some(filter.archived));
        put_list(&mut address, "group", (self.group != Group::default()).then_some(self.group.slug()));
        put_list(&mut address, "sort", (self.sort != Sort::default()).then_some(self.sort.slug()));
        put_list(&mut address, "order", self.is_descending.then_some("desc"));
        if let Some(columns) = &self.columns {
            put_list(&mut address, "columns", columns.iter().map(|column| column.slug()));
            if columns.is_empty() {
                put(&mut address, "columns", "none");
            }
        }
        put_list(&mut address, "lanes", (self.lanes != Lanes::default()).then_some(self.lanes.slug()));
        put_list(&mut address, "collapsed", &self.collapsed);
        put_list(&mut address, "from", (self.from > 0).then_some(self.from));
        put_list(&mut address, "edit", &self.edit);
        put_list(&mut address, "view", self.view);
        address
    }

    /// URL of the page at `path` with this query.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let address = self.address();
        if address.is_empty() { path.to_owned() } else { format!("{path}?{address}") }
    }

    /// The query as form fields.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        pairs(&self.address()).collect()
    }

    /// The query from the first row, without an edited task.
    #[must_use]
    pub fn first_page(self) -> Self {
        Self { from: 0, edit: None, ..self }
    }

    /// The query as a saved view stores it: without a page, an edited task and an open view.
    #[must_use]
    pub fn saved(self) -> Self {
        Self { view: None, ..self.first_page() }
    }

    /// The query with another filter, from the first row.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self { filter, from: 0, edit: None, ..self.clone() }
    }

    /// Whether the list shows `column`.
    #[must_use]
    pub fn shows(&self, column: Column) -> bool {
        self.columns.as_ref().map_or_else(|| Column::SHOWN.contains(&column), |chosen| chosen.contains(&column))
    }
}

fn put_span(address: &mut String, [from, until]: [&str; 2], span: Span) {
    put_list(address, from, span.from.map(machine_day));
    put_list(address, until, span.until.map(machine_day));
}

#[cfg(test)]
#[path = "query/tests.rs"]
mod tests;
