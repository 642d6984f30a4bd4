//! Renders the lines of a list as one HTML string, for the same reason as the cards of a board.

use chrono::NaiveDate;

use crate::{
    domain::{
        dates,
        list::{GroupCount, Listing, Row},
        projects::{State, StateCategory},
        query::{Column, Group, Query},
        tasks::{fields::TaskFields, priority::Priority},
    },
    web::{
        tasks::summary::{parts, project_tasks::ProjectTasks},
        ui::{date::local_day, markup::Html},
    },
};

/// Renders lines; holds the data that all lines of a list share.
#[derive(Clone, Debug)]
pub struct LineRenderer {
    tasks: ProjectTasks,
    /// Address of the list with the editor of one row open, up to the task's key; `None` for members who may only read.
    edit: Option<Html>,
    group: Group,
    columns: Vec<Column>,
    states: Vec<State>,
}

impl LineRenderer {
    /// Creates the renderer of a list in the organization with the slug `org`.
    #[must_use]
    pub fn new(org: &str, listing: &Listing, query: &Query, may_write: bool) -> Self {
        let project = &listing.project;
        let list = format!("/o/{org}/projects/{}/list", project.key);
        let href = Query { edit: None, ..query.clone() }.href(&list);
        let separator = if href.contains('?') { '&' } else { '?' };
        Self {
            tasks: ProjectTasks::new(org, &project.key, &project.labels, &project.people, listing.today),
            edit: may_write.then(|| Html::of_text(&format!("{href}{separator}edit="))),
            group: query.group,
            columns: Column::ALL.into_iter().filter(|column| query.shows(*column)).collect(),
            states: project.states.clone(),
        }
    }

    /// The displayed columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Appends the heading of a group.
    pub fn heading(&self, group: &GroupCount, html: &mut Html) {
        html.markup(r#"<li class="group"><h2>"#);
        match self.group {
            Group::State => self.state(&group.slug, html),
            Group::Priority => {
                let priority = group.slug.parse().ok().and_then(|number: i64| Priority::try_from(number).ok());
                parts::priority(html, priority.unwrap_or_default());
            }
            Group::Assignee if !group.slug.is_empty() => {
                parts::avatar(html, &group.name);
                html.text(&group.name);
            }
            _ => {
                html.text(self.heading_text(group));
            }
        }
        html.markup(r#"</h2> <span class="count">"#).number(group.tasks).markup("</span></li>");
    }

    /// The heading of a group that has no icon.
    fn heading_text<'a>(&self, group: &'a GroupCount) -> &'a str {
        match (self.group, group.slug.as_str()) {
            (Group::Assignee, "") => "No assignee",
            (Group::Label, "") => "No label",
            (Group::Due, "1") => "In the past",
            (Group::Due, "2") => "Today",
            (Group::Due, "3") => "In the next 7 days",
            (Group::Due, "4") => "Later",
            (Group::Due, _) => "No due date",
            _ => &group.name,
        }
    }

    /// Appends a row; `at` is its index in the list.
    pub fn row(&self, row: &Row, at: usize, is_selected: bool, html: &mut Html) {
        let key = self.tasks.key(row.number);
        html.markup(if is_selected { r#"<li class="list-row selected""# } else { r#"<li class="list-row""# });
        html.markup(r#" data-task=""#).number(row.number).markup(r#"" data-at=""#).text(&at.to_string()).markup("\">");
        if self.edit.is_some() {
            html.markup(r#"<input type="checkbox" name="keys[]" value=""#).html(&key);
            html.markup(r#"" tabindex="-1" aria-label="Select "#).html(&key);
            html.markup(if is_selected { "\" checked>" } else { "\">" });
        }
        html.markup(r#"<a class="open" href=""#);
        self.tasks.address(&key, html);
        parts::name(html.markup("\">"), &key, &row.fields.title, self.is_done(&row.fields));
        html.markup("</a>");
        if let Some(edit) = &self.edit {
            html.markup(r#"<a class="edit-title" data-edit="title" tabindex="-1" href=""#).html(edit).html(&key);
            html.markup(r#"#edit" title="Edit title (e)" aria-label="Edit title">✎</a>"#);
        }
        if row.fields.is_archived {
            html.markup(r#" <span class="badge">Archived</span>"#);
        }
        html.markup(r#" <span class="cells">"#);
        for column in &self.columns {
            self.cell(*column, row, &key, html);
        }
        html.markup("</span></li>");
    }

    /// Appends a placeholder for a row that is not loaded yet.
    pub fn placeholder(html: &mut Html) {
        html.markup(r#"<li class="list-row waiting" aria-hidden="true"></li>"#);
    }

    /// Appends the cell of a column: a link to the editor, or plain text.
    fn cell(&self, column: Column, row: &Row, key: &Html, html: &mut Html) {
        let editable = self.edit.as_ref().filter(|_| !matches!(column, Column::Created | Column::Changed));
        let slug = column.slug();
        if let Some(edit) = editable {
            html.markup(r#"<a class="cell "#).markup(slug).markup(r#"" data-edit=""#).markup(slug);
            html.markup(r#"" href=""#).html(edit).html(key).markup(r#"#edit">"#);
        } else {
            html.markup(r#"<span class="cell "#).markup(slug).markup("\">");
        }
        html.hidden(&format!("{}:", column.label()));
        if self.value(column, row, html).is_none() {
            html.markup(r#"<span class="visually-hidden">none</span><span class="none" aria-hidden="true">–</span>"#);
        }
        html.markup(if editable.is_some() { "</a>" } else { "</span>" });
    }

    /// Appends the value of a column, if the task has one.
    fn value(&self, column: Column, row: &Row, html: &mut Html) -> Option<()> {
        let task = &row.fields;
        match column {
            Column::State => self.state(&task.position.state, html),
            Column::Priority => parts::priority(html, Some(task.priority).filter(|one| *one != Priority::None)?),
            Column::Labels => {
                let labels = self.tasks.labels(&mut task.labels.iter());
                labels.first()?;
                parts::labels(html, &labels);
            }
            Column::Assignee => {
                let people = self.tasks.people(&mut task.assignees.iter());
                people.first()?;
                parts::people(html, &people);
            }
            Column::Start => day(task.start_on?, html),
            Column::Due => parts::due(html, task.due_on?, self.is_done(task), self.tasks.today),
            Column::Estimate => parts::points(html, task.estimate?),
            Column::Parent => parts::key(html, &self.tasks.key(task.parent?)),
            Column::Created => day(local_day(row.created_at), html),
            Column::Changed => day(local_day(row.updated_at), html),
        }
        Some(())
    }

    fn state(&self, slug: &str, html: &mut Html) {
        let state = self.states.iter().find(|state| state.slug == slug);
        let (category, name) = state.map_or((StateCategory::Backlog, slug), |state| (state.category, &state.name));
        parts::state(html, category, name);
    }

    /// Whether a task is done. A task whose state was removed counts as done.
    fn is_done(&self, task: &TaskFields) -> bool {
        let state = self.states.iter().find(|state| state.slug == task.position.state);
        state.is_none_or(|state| state.category.is_done())
    }
}

fn day(day: NaiveDate, html: &mut Html) {
    html.text(&dates::day(day));
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        board::ProjectContext,
        projects::{Assignable, Label},
        tasks::fields::TaskPosition,
    };
    use crate::web::ui::markup::render;

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
            position: TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
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
        render(|html| {
            renderer.heading(&listing.groups[0], html);
            renderer.row(&listing.rows[0], 4, true, html);
        })
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
            r#"<span class="due late">20 Nov 2026<"#,
            r#"<span class="label hue-3" dir="auto">Bug &lt;1&gt;</span>"#,
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
        let html = render(|html| renderer.row(&listing.rows[0], 0, false, html));
        assert!(html.contains(r#"<span class="title closed" dir="auto">"#), "{html}");
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
