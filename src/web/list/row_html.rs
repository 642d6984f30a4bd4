//! Renders the lines of a list as one HTML string, for the same reason as the cards of a board.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::domain::dates;
use crate::{
    domain::{
        list::{GroupCount, Listing, Row},
        projects::{Assignable, Label, State, StateCategory},
        query::{Column, Group, Query},
        tasks::{due::is_late, fields::TaskFields, priority::Priority},
    },
    web::{
        projects::state_mark,
        tasks::priority_mark,
        ui::{
            avatar::{hue, initials},
            markup::{escape, push, visually_hidden},
        },
    },
};

/// Renders lines; holds the data that all lines of a list share.
#[derive(Clone, Debug)]
pub struct LineRenderer {
    /// Address of a task up to its number, for example `/o/acme/tasks/WEB-`.
    address: String,
    /// Key of a task up to its number, for example `WEB-`.
    key_prefix: String,
    /// Address of the list with the editor of one row open, up to the task number; `None` for members who may only read.
    edit: Option<String>,
    group: Group,
    columns: Vec<Column>,
    states: Vec<State>,
    labels: HashMap<Uuid, Label>,
    people: HashMap<Uuid, Assignable>,
    today: NaiveDate,
}

impl LineRenderer {
    /// Creates the renderer of a list in the organization with the slug `org`.
    #[must_use]
    pub fn new(org: &str, listing: &Listing, query: &Query, may_write: bool) -> Self {
        let project = &listing.project;
        let list = format!("/o/{org}/projects/{}/list", project.key);
        let href = Query { edit: None, ..query.clone() }.href(&list);
        let separator = if href.contains('?') { '&' } else { '?' };
        let escaped = |text: &str| {
            let mut html = String::new();
            escape(text, &mut html);
            html
        };
        Self {
            address: escaped(&format!("/o/{org}/tasks/{}-", project.key)),
            key_prefix: format!("{}-", project.key),
            edit: may_write.then(|| escaped(&format!("{href}{separator}edit={}-", project.key))),
            group: query.group,
            columns: Column::ALL.into_iter().filter(|column| query.shows(*column)).collect(),
            states: project.states.clone(),
            labels: project.labels.iter().map(|label| (label.id, label.clone())).collect(),
            people: project.people.iter().map(|person| (person.id, person.clone())).collect(),
            today: listing.today,
        }
    }

    /// The displayed columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Appends the heading of a group.
    pub fn heading(&self, group: &GroupCount, html: &mut String) {
        html.push_str(r#"<li class="group"><h2>"#);
        match self.group {
            Group::State => self.state(&group.slug, html),
            Group::Priority => {
                let priority = group.slug.parse().ok().and_then(|number: i64| Priority::try_from(number).ok());
                let priority = priority.unwrap_or_default();
                html.push_str(priority_mark::svg(priority));
                html.push_str(priority.label());
            }
            Group::Assignee if group.slug.is_empty() => html.push_str("Nobody"),
            Group::Assignee => {
                face(&group.name, html);
                escape(&group.name, html);
            }
            Group::Label if group.slug.is_empty() => html.push_str("No label"),
            Group::Label => escape(&group.name, html),
            Group::Due => html.push_str(match group.slug.as_str() {
                "1" => "In the past",
                "2" => "Today",
                "3" => "In the next 7 days",
                "4" => "Later",
                _ => "No due date",
            }),
            Group::None => {}
        }
        push(html, &[r#"</h2> <span class="count">"#, &group.tasks.to_string(), "</span></li>"]);
    }

    /// Appends a row; `at` is its index in the list.
    pub fn row(&self, row: &Row, at: usize, is_selected: bool, html: &mut String) {
        let (number, at) = (row.number.to_string(), at.to_string());
        let class = if is_selected { "list-row selected" } else { "list-row" };
        push(html, &[r#"<li class=""#, class, r#"" data-task=""#, &number, r#"" data-at=""#, &at, "\">"]);
        if self.edit.is_some() {
            let ticked = if is_selected { " checked" } else { "" };
            let parts = [
                r#"<input type="checkbox" name="keys[]" value=""#,
                &self.key_prefix,
                &number,
                r#"" tabindex="-1" aria-label="Select "#,
                &self.key_prefix,
                &number,
                "\"",
                ticked,
                ">",
            ];
            push(html, &parts);
        }
        let parts = [
            r#"<a class="open" href=""#,
            &self.address,
            &number,
            r#""><span class="key">"#,
            &self.key_prefix,
            &number,
            r#"</span> <span class="title">"#,
        ];
        push(html, &parts);
        escape(&row.fields.title, html);
        html.push_str("</span></a>");
        if row.fields.is_archived {
            html.push_str(r#" <span class="badge">Archived</span>"#);
        }
        html.push_str(r#" <span class="cells">"#);
        for column in &self.columns {
            self.cell(*column, row, &number, html);
        }
        html.push_str("</span></li>");
    }

    /// Appends a placeholder for a row that is not loaded yet.
    pub fn placeholder(html: &mut String) {
        html.push_str(r#"<li class="list-row waiting" aria-hidden="true"></li>"#);
    }

    /// Appends the cell of a column: a link to the editor, or plain text.
    fn cell(&self, column: Column, row: &Row, number: &str, html: &mut String) {
        let editable = self.edit.as_deref().filter(|_| !matches!(column, Column::Created | Column::Changed));
        let slug = column.slug();
        match editable {
            Some(edit) => {
                let parts =
                    [r#"<a class="cell "#, slug, r#"" data-edit=""#, slug, r#"" href=""#, edit, number, r#"#edit">"#];
                push(html, &parts);
            }
            None => push(html, &[r#"<span class="cell "#, slug, "\">"]),
        }
        visually_hidden(&format!("{}:", column.label()), html);
        self.value(column, row, html);
        html.push_str(if editable.is_some() { "</a>" } else { "</span>" });
    }

    fn value(&self, column: Column, row: &Row, html: &mut String) {
        let task = &row.fields;
        match column {
            Column::State => self.state(&task.position.state, html),
            Column::Priority => {
                html.push_str(priority_mark::svg(task.priority));
                match task.priority {
                    Priority::None => no_value(html),
                    priority => push(html, &[r#"<span class="word">"#, priority.label(), "</span>"]),
                }
            }
            Column::Labels => self.labels(task, html),
            Column::Assignee => self.faces(task, html),
            Column::Start => day(task.start_on, "", html),
            Column::Due => day(task.due_on, self.due_class(task), html),
            Column::Estimate => match task.estimate {
                Some(points) => push(html, &[&points.to_string()]),
                None => no_value(html),
            },
            Column::Parent => match task.parent {
                Some(parent) => push(html, &[&self.key_prefix, &parent.to_string()]),
                None => no_value(html),
            },
            Column::Created => moment(row.created_at, html),
            Column::Changed => moment(row.updated_at, html),
        }
    }

    fn state(&self, slug: &str, html: &mut String) {
        let state = self.states.iter().find(|state| state.slug == slug);
        let (class, shape) = state_mark::shape(state.map_or(StateCategory::Backlog, |state| state.category));
        let parts = [
            r#"<svg class=""#,
            class,
            r#"" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">"#,
            shape,
            r#"</svg><span class="word">"#,
        ];
        push(html, &parts);
        escape(state.map_or(slug, |state| &state.name), html);
        html.push_str("</span>");
    }

    fn labels(&self, task: &TaskFields, html: &mut String) {
        let mut labels: Vec<_> = task.labels.iter().filter_map(|id| self.labels.get(id)).collect();
        labels.sort_by_key(|label| label.name.to_lowercase());
        if labels.is_empty() {
            no_value(html);
        }
        for label in labels {
            push(html, &[r#"<span class="label hue-"#, &label.hue.to_string(), "\">"]);
            escape(&label.name, html);
            html.push_str("</span> ");
        }
    }

    fn faces(&self, task: &TaskFields, html: &mut String) {
        let people: BTreeSet<_> =
            task.assignees.iter().filter_map(|id| self.people.get(id)).map(|person| &person.name).collect();
        if people.is_empty() {
            no_value(html);
        }
        for name in people {
            face(name, html);
            visually_hidden(name, html);
        }
    }

    /// The class of a due date. A task whose state was removed counts as done.
    fn due_class(&self, task: &TaskFields) -> &'static str {
        let state = self.states.iter().find(|state| state.slug == task.position.state);
        let is_done = state.is_none_or(|state| state.category.is_done());
        if is_late(task.due_on, is_done, self.today) { "due late" } else { "due" }
    }
}

/// Appends the avatar of a person.
fn face(name: &str, html: &mut String) {
    push(html, &[r#"<span class="avatar hue-"#, &hue(name).to_string(), r#"" aria-hidden="true" title=""#]);
    escape(name, html);
    html.push_str("\">");
    escape(&initials(name), html);
    html.push_str("</span>");
}

fn day(day: Option<NaiveDate>, class: &str, html: &mut String) {
    match day {
        Some(day) => push(html, &[r#"<span class=""#, class, "\">", &dates::day(day), "</span>"]),
        None => no_value(html),
    }
}

fn moment(at: DateTime<Utc>, html: &mut String) {
    html.push_str(&dates::day(at.date_naive()));
}

/// Appends a dash, with "none" for screen readers.
fn no_value(html: &mut String) {
    html.push_str(r#"<span class="visually-hidden">none</span><span class="none" aria-hidden="true">–</span>"#);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board::ProjectContext;

    fn listing() -> Listing {
        let state = State {
            slug: "todo".to_owned(),
            name: "To <do>".to_owned(),
            category: StateCategory::Unstarted,
            hue: None,
            wip_limit: None,
        };
        let project = ProjectContext {
            key: "WEB".parse().unwrap(),
            name: "Web".to_owned(),
            states: vec![state],
            labels: vec![Label { id: Uuid::from_u128(1), name: "Bug <1>".to_owned(), hue: 3 }],
            people: vec![Assignable { id: Uuid::from_u128(2), name: "Alice Archer".to_owned() }],
            views: Vec::new(),
            problems: Vec::new(),
        };
        let at = "2026-11-20T10:00:00Z".parse().unwrap();
        let fields = TaskFields {
            title: "<b>Ship</b>".to_owned(),
            due_on: NaiveDate::from_ymd_opt(2026, 11, 20),
            labels: [Uuid::from_u128(1)].into(),
            assignees: [Uuid::from_u128(2)].into(),
            position: crate::domain::tasks::fields::TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
            ..TaskFields::default()
        };
        let row = Row { number: 12, fields, created_by: Uuid::nil(), created_at: at, updated_at: at };
        Listing {
            project,
            groups: vec![GroupCount { slug: "todo".to_owned(), name: "To <do>".to_owned(), tasks: 1 }],
            from: 0,
            rows: vec![row],
            me: Uuid::nil(),
            as_of: 0,
            today: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        }
    }

    fn html(query: &str, may_write: bool) -> String {
        let listing = listing();
        let renderer = LineRenderer::new("acme", &listing, &Query::parse(query).0, may_write);
        let mut html = String::new();
        renderer.heading(&listing.groups[0], &mut html);
        renderer.row(&listing.rows[0], 4, true, &mut html);
        html
    }

    #[test]
    fn a_row_links_to_its_task_and_shows_the_chosen_columns() {
        let html = html("columns=state,due,labels,assignee&text=%3Cb", true);
        for part in [
            r#"data-task="12" data-at="4""#,
            r#"name="keys[]" value="WEB-12" tabindex="-1" aria-label="Select WEB-12" checked>"#,
            r#"<a class="open" href="/o/acme/tasks/WEB-12"><span class="key">WEB-12</span>"#,
            "&lt;b&gt;Ship&lt;/b&gt;",
            r#"href="/o/acme/projects/WEB/list?text=%3Cb&amp;columns=state,labels,assignee,due&amp;edit=WEB-12#edit""#,
            r#"<span class="due late">20 Nov 2026</span>"#,
            r#"<span class="label hue-3">Bug &lt;1&gt;</span>"#,
            "To &lt;do&gt;",
            r#"<span class="count">1</span>"#,
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("Points") && !html.contains("Priority"), "{html}");
    }

    #[test]
    fn a_done_task_is_never_late() {
        let mut listing = listing();
        listing.project.states[0].category = StateCategory::Completed;
        let renderer = LineRenderer::new("acme", &listing, &Query::parse("columns=due").0, false);
        let mut html = String::new();
        renderer.row(&listing.rows[0], 0, false, &mut html);
        assert!(html.contains(r#"<span class="due">20 Nov 2026</span>"#), "{html}");
    }

    #[test]
    fn a_viewer_gets_no_edit_links() {
        let html = html("", false);
        assert!(!html.contains("data-edit") && !html.contains("checkbox"), "{html}");
        assert!(
            html.contains(r#"<span class="cell priority"><span class="visually-hidden">Priority: </span>"#),
            "{html}"
        );
    }
}
