//! The state of a list on the page. The [`commands`](super::commands) change it. Does not touch the DOM.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use leptos::{prelude::*, server_fn::ServerFn as _};
use uuid::Uuid;

use super::{
    list_state::{LineContent, ListState},
    row_html::LineRenderer,
};
use crate::{
    domain::{
        list::{Listing, Row},
        query::Column,
        saved_views::Layout,
        tasks::{field_name::Field, fields::TaskFields, filter::MatchContext},
    },
    web::{
        task_view::{
            page::OpenPage,
            store::{PageInfo, TaskViewStore},
        },
        tasks::functions::EditTasks,
        ui::{form::FormRetry, markup::Html},
    },
};

/// The task and the field that are being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Editing {
    /// The row as it was when the editor opened.
    pub row: Row,
    /// The edited field; `None` for all columns.
    pub field: Option<Field>,
    /// Position of the editor in the window; `None` above the list.
    pub position: Option<(f64, f64)>,
}

/// The state of a list, shared by pointer, keyboard and events. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct ListStore {
    /// The state that the list shares with a board.
    pub shared: TaskViewStore,
    pub state: RwSignal<ListState>,
    /// The task and the field that are being edited.
    pub editing: RwSignal<Option<Editing>>,
    renderer: StoredValue<LineRenderer>,
    /// The member and the date on the server, which the filter refers to.
    filter_context: StoredValue<(Uuid, NaiveDate)>,
}

impl ListStore {
    /// Creates the state of a list on an open page.
    #[must_use]
    pub fn new(page: OpenPage, listing: Listing) -> Self {
        let OpenPage { org, project, query, may_write, rebuild, .. } = page;
        let renderer = LineRenderer::new(&org, &listing, &query, may_write);
        // The editor is open if the address says so, or for a change that was kept while the member signed in again.
        let retry = use_context::<Option<FormRetry>>().flatten().filter(|retry| retry.action == EditTasks::PATH);
        let sent = |name: &str| retry.as_ref().and_then(|retry| retry.fields.get(name));
        let key = query.edit.clone().or_else(|| sent("keys[]")?.parse().ok());
        let field = sent("field").filter(|_| query.edit.is_none()).and_then(|field| field.parse().ok());
        let edited = key.filter(|_| may_write).and_then(|key| {
            let row = listing.rows.iter().find(|row| row.number == key.number && key.project == project.key)?;
            Some(Editing { row: row.clone(), field, position: None })
        });
        let (filter_context, group_by) = ((listing.me, listing.today), query.group);
        let page = PageInfo { layout: Layout::List, org, project: project.key.clone(), query, may_write, rebuild };
        Self {
            shared: TaskViewStore::new(page, project),
            state: RwSignal::new(ListState::new(listing, group_by)),
            editing: RwSignal::new(edited),
            renderer: StoredValue::new(renderer),
            filter_context: StoredValue::new(filter_context),
        }
    }

    /// Renders the lines of the window.
    #[must_use]
    pub fn html(self) -> String {
        let selected: BTreeSet<i64> = self.shared.selection().with(|keys| keys.iter().map(|key| key.number).collect());
        self.state.with(|state| {
            let lines = state.lines();
            let mut html = Html::with_capacity(lines.len() * 1_200);
            self.renderer.with_value(|renderer| {
                for line in lines {
                    match line {
                        LineContent::Heading(group) => renderer.heading(group, &mut html),
                        LineContent::Row(at, row) => renderer.row(row, at, selected.contains(&row.number), &mut html),
                        LineContent::Missing => LineRenderer::placeholder(&mut html),
                    }
                }
            });
            html.into_string()
        })
    }

    /// Number of rows of the list, loaded or not.
    #[must_use]
    pub fn count(self) -> usize {
        self.state.with(ListState::count)
    }

    /// The row of a task, if it is loaded.
    #[must_use]
    pub fn row(self, number: i64) -> Option<Row> {
        self.state.with_untracked(|state| state.row(number).cloned())
    }

    /// The displayed columns.
    #[must_use]
    pub fn columns(self) -> Vec<Column> {
        self.renderer.with_value(|renderer| renderer.columns().to_vec())
    }

    /// Whether a task matches the filter of the list.
    #[must_use]
    pub fn matches(self, task: &TaskFields, created_by: Uuid) -> bool {
        let (me, today) = self.filter_context.get_value();
        self.shared.context().with_untracked(|project| {
            let context = MatchContext { me, today, states: &project.states, labels: &project.labels };
            let matches = self.shared.page(|page| page.query.filter.matches(task, created_by, &context));
            matches.unwrap_or_default()
        })
    }
}
