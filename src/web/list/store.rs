//! The state of a list on the page: fetches rows as the member scrolls, and updates them on live events.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use super::{
    focus::keep_focus,
    row_html::LineRenderer,
    window::{Line, ListLayout},
};
use crate::{
    domain::{
        board::ProjectContext,
        keys::{ProjectKey, TaskKey},
        list::{GroupCount, Listing, PAGE, Row},
        live::LiveEvent,
        query::{Column, Group, Query, Sort},
        tasks::{
            event::Event,
            field_name::Field,
            fields::{FieldChange, TaskFields},
            filter::MatchContext,
        },
    },
    web::{projects::functions::get_list, tasks::selection::Selection, ui::markup::Html},
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

/// The loaded part of the list.
struct Loaded {
    renderer: LineRenderer,
    layout: ListLayout,
    groups: Vec<GroupCount>,
    /// By index in the whole list.
    rows: BTreeMap<usize, Row>,
    /// Number of the last event included in all rows.
    as_of: i64,
    /// The rendered lines.
    window: Range<usize>,
    /// Whether the window follows the scroll position; until then one page is shown, as without scripts.
    is_live: bool,
}

/// The state of a list, shared by pointer, keyboard and events. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct ListStore {
    loaded: RwSignal<Loaded>,
    /// Tasks stay selected when they are scrolled out of view.
    selection: Selection,
    editing: RwSignal<Option<Editing>>,
    org: StoredValue<String>,
    query: StoredValue<Query>,
    /// States, labels and people of the project.
    project: StoredValue<ProjectContext>,
    /// The member and the date on the server, which the filter refers to.
    filter_context: StoredValue<(Uuid, NaiveDate)>,
    /// Whether a request is in flight, and whether to fetch again after it.
    fetching: StoredValue<(bool, bool)>,
    rebuild: Callback<()>,
}

impl ListStore {
    /// Creates the store of a list in the organization with the slug `org`.
    #[must_use]
    pub fn new(org: String, listing: Listing, query: Query, may_write: bool, rebuild: Callback<()>) -> Self {
        let renderer = LineRenderer::new(&org, &listing, &query, may_write);
        let layout = layout(&listing.groups, query.group);
        let window = if listing.rows.is_empty() {
            0..0
        } else {
            let last = listing.from + listing.rows.len() - 1;
            layout.line_of(listing.from)..layout.line_of(last) + 1
        };
        let edited = query.edit.as_ref().filter(|_| may_write).and_then(|key| {
            let row = listing.rows.iter().find(|row| row.number == key.number && key.project == listing.project.key)?;
            Some(Editing { row: row.clone(), field: None, position: None })
        });
        let Listing { project, groups, from, rows, me, as_of, today } = listing;
        let rows = (from..).zip(rows).collect();
        Self {
            loaded: RwSignal::new(Loaded { renderer, layout, groups, rows, as_of, window, is_live: false }),
            selection: Selection::default(),
            editing: RwSignal::new(edited),
            org: StoredValue::new(org),
            query: StoredValue::new(query),
            project: StoredValue::new(project),
            filter_context: StoredValue::new((me, today)),
            fetching: StoredValue::new((false, false)),
            rebuild,
        }
    }

    /// Renders the lines of the window.
    #[must_use]
    pub fn html(self) -> String {
        let selected: BTreeSet<i64> = self.selection.with(|keys| keys.iter().map(|key| key.number).collect());
        self.loaded.with(|loaded| {
            let mut html = Html::with_capacity(loaded.window.len() * 1_200);
            let lines = loaded.layout.lines_in(loaded.window.clone());
            // Without scripts, a page that starts within a group repeats the heading of the group.
            if let (false, Some(Line::Row(row)), true) = (loaded.is_live, lines.first(), loaded.layout.line_of(0) > 0) {
                loaded.renderer.heading(&loaded.groups[loaded.layout.group_of(*row)], &mut html);
            }
            for line in lines {
                match line {
                    Line::Heading(group) => loaded.renderer.heading(&loaded.groups[group], &mut html),
                    Line::Row(at) => match loaded.rows.get(&at) {
                        Some(row) => loaded.renderer.row(row, at, selected.contains(&row.number), &mut html),
                        None => LineRenderer::placeholder(&mut html),
                    },
                }
            }
            html.into_string()
        })
    }

    /// Number of rows of the list.
    #[must_use]
    pub fn count(self) -> usize {
        self.loaded.with(|loaded| loaded.layout.rows())
    }

    /// Heights of the spacers above and below the rendered lines, in pixels.
    #[must_use]
    pub fn spacers(self) -> (f64, f64) {
        self.loaded.with(|loaded| {
            if !loaded.is_live {
                return (0.0, 0.0);
            }
            let (layout, window) = (&loaded.layout, &loaded.window);
            (layout.top(window.start), layout.top(layout.lines()) - layout.top(window.end))
        })
    }

    /// Whether the window follows the scroll position.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.loaded.with(|loaded| loaded.is_live)
    }

    /// Makes the window follow the scroll position; `heading` and `row` are the measured heights. Returns the scroll position
    /// of the page that was shown so far.
    pub fn start_live(self, heading: Option<f64>, row: Option<f64>) -> f64 {
        self.loaded
            .try_update(|loaded| {
                loaded.is_live = true;
                loaded.layout.heading = heading.unwrap_or(loaded.layout.heading);
                loaded.layout.row = row.unwrap_or(loaded.layout.row);
                let first = loaded.window.start;
                if first > 1 { loaded.layout.top(first) } else { 0.0 }
            })
            .unwrap_or_default()
    }

    /// Renders the visible range and fetches missing rows.
    pub fn show_range(self, visible: Range<f64>) {
        let window = self.loaded.with_untracked(|loaded| {
            if loaded.is_live { loaded.layout.next_window(visible, &loaded.window) } else { None }
        });
        if let Some(window) = window {
            self.loaded.update(|loaded| loaded.window = window);
            self.fetch_missing();
        }
    }

    /// Renders the row at index `at`. Returns `false` if the list has no such row.
    pub fn show_row(self, at: usize) -> bool {
        let (exists, range) = self.loaded.with_untracked(|loaded| {
            let top = loaded.layout.top(loaded.layout.line_of(at));
            (at < loaded.layout.rows(), top..top + loaded.layout.row)
        });
        if exists {
            self.show_range(range);
        }
        exists
    }

    /// The row of a task, if it is loaded.
    #[must_use]
    pub fn row(self, number: i64) -> Option<Row> {
        self.loaded.with_untracked(|loaded| loaded.rows.values().find(|row| row.number == number).cloned())
    }

    /// The task and the field that are being edited.
    #[must_use]
    pub fn editing(self) -> Signal<Option<Editing>> {
        self.editing.into()
    }

    /// Opens the editor, or closes it.
    pub fn edit(self, editing: Option<Editing>) {
        self.editing.set(editing);
    }

    /// The selected tasks.
    #[must_use]
    pub const fn selection(self) -> Selection {
        self.selection
    }

    /// Toggles the selection of a task, or, if `is_range`, of all tasks from the one selected last.
    pub fn select(self, number: i64, is_range: bool) {
        let project = self.project.with_value(|project| project.key.clone());
        let key = |number| TaskKey { project: project.clone(), number };
        if is_range {
            let listed: Vec<_> =
                self.loaded.with_untracked(|loaded| loaded.rows.values().map(|row| key(row.number)).collect());
            let is_selected = !self.selection.with_untracked(|keys| keys.contains(&key(number)));
            self.selection.set_through(key(number), is_selected, &listed);
        } else {
            self.selection.toggle(key(number));
        }
    }

    /// The displayed columns.
    #[must_use]
    pub fn columns(self) -> Vec<Column> {
        self.loaded.with_untracked(|loaded| loaded.renderer.columns().to_vec())
    }

    /// States, labels and people of the project.
    #[must_use]
    pub fn project(self) -> ProjectContext {
        self.project.get_value()
    }

    /// Filter, order and columns of the list.
    #[must_use]
    pub fn query(self) -> Query {
        self.query.get_value()
    }

    /// The slug of the organization.
    #[must_use]
    pub fn org(self) -> String {
        self.org.get_value()
    }

    /// Applies a live event. Own changes arrive as events, too.
    pub fn on_event(self, event: &LiveEvent) {
        let Some(project) = self.project.try_with_value(|project| project.key.clone()) else { return };
        let is_included = self.loaded.with_untracked(|loaded| event.number <= loaded.as_of);
        if project != event.project || is_included {
            return;
        }
        match (&event.event, event.task) {
            // States, labels or people may have changed: rebuild the list, unless that would close an open editor.
            (Event::ProjectChanged, _) if self.editing.with_untracked(Option::is_some) => self.refresh(),
            (Event::ProjectChanged, _) => self.rebuild.run(()),
            (Event::Created { fields }, Some(_)) if self.matches(fields, event.person) => self.refresh(),
            (Event::Changed { changes }, Some(number)) => self.apply_changes(event, number, changes),
            _ => {}
        }
    }

    fn apply_changes(self, event: &LiveEvent, number: i64, changes: &[FieldChange]) {
        // For a loaded row, the filter and the order tell whether it stays and where.
        let row = self.row(number).map(|mut row| {
            for change in changes {
                change.apply(&mut row.fields);
            }
            row.fields.description.clear();
            row.updated_at = event.at;
            row
        });
        let Some(row) = row else {
            if changes.iter().any(|change| !matches!(change, FieldChange::Description(_))) {
                self.refresh();
            }
            return;
        };
        let still_matches = self.matches(&row.fields, row.created_by);
        let may_move = self.query.with_value(|query| changes.iter().any(|change| may_reorder(change, query)));
        if still_matches {
            self.loaded.update(|loaded| {
                for old in loaded.rows.values_mut().filter(|old| old.number == number) {
                    old.clone_from(&row);
                }
            });
        }
        if !still_matches {
            self.selection.retain(|key| key.number != number);
        }
        if !still_matches || may_move {
            self.refresh();
        }
    }

    /// Whether a task matches the filter of the list.
    fn matches(self, task: &TaskFields, created_by: Uuid) -> bool {
        let (me, today) = self.filter_context.get_value();
        self.project.with_value(|project| {
            let surroundings = MatchContext { me, today, states: &project.states, labels: &project.labels };
            self.query.with_value(|query| query.filter.matches(task, created_by, &surroundings))
        })
    }

    /// Fetches the rendered rows again.
    pub fn refresh(self) {
        self.fetch(true);
    }

    /// Fetches rendered rows that are not loaded.
    fn fetch_missing(self) {
        if self.first_missing().is_some() {
            self.fetch(false);
        }
    }

    /// Index of the first rendered row that is not loaded.
    fn first_missing(self) -> Option<usize> {
        self.loaded
            .try_with_untracked(|loaded| {
                let lines = loaded.layout.lines_in(loaded.window.clone());
                lines.into_iter().find_map(|line| match line {
                    Line::Row(at) if !loaded.rows.contains_key(&at) => Some(at),
                    _ => None,
                })
            })
            .flatten()
    }

    /// Fetches rows, one request at a time. With `discard`, the loaded rows may be out of date and are replaced.
    fn fetch(self, discard: bool) {
        let (is_fetching, again) = self.fetching.try_get_value().unwrap_or((true, false));
        self.fetching.try_set_value((true, again || (is_fetching && discard)));
        if is_fetching {
            return;
        }
        spawn_local(async move {
            let mut is_stale = discard;
            while let Some(from) = self.next_page(is_stale) {
                let Some((org, key, query)) = self.request(from) else { return };
                // If the request fails, the list stays as it is.
                let Ok(listing) = get_list(org, key.to_string(), query).await else { break };
                let Some((_, again)) = self.fetching.try_get_value() else { return };
                self.fetching.try_set_value((true, false));
                keep_focus(|| self.merge(listing, is_stale));
                is_stale = again;
            }
            self.fetching.try_set_value((false, false));
        });
    }

    /// Start of the page to fetch next; `None` if no rendered row is missing.
    fn next_page(self, is_stale: bool) -> Option<usize> {
        let first = |loaded: &Loaded| {
            let lines = loaded.layout.lines_in(loaded.window.clone());
            let first = lines.into_iter().find_map(|line| if let Line::Row(at) = line { Some(at) } else { None });
            first.unwrap_or_default()
        };
        let at = if is_stale { self.loaded.try_with_untracked(first) } else { self.first_missing() };
        at.map(|at| at / PAGE * PAGE)
    }

    /// Arguments of the request for the page that starts at `from`; `None` if the list is unmounted.
    fn request(self, from: usize) -> Option<(String, ProjectKey, String)> {
        let query = self.query.try_with_value(|query| Query { from, edit: None, ..query.clone() }.address())?;
        Some((self.org.try_get_value()?, self.project.try_with_value(|project| project.key.clone())?, query))
    }

    /// Adds fetched rows. If the loaded ones may be out of date, the fetched ones replace them.
    fn merge(self, listing: Listing, is_stale: bool) {
        let group = self.query.try_with_value(|query| query.group).unwrap_or_default();
        self.loaded.try_update(|loaded| {
            let has_changed = is_stale || loaded.groups != listing.groups;
            if has_changed {
                loaded.rows.clear();
                let (heading, row) = (loaded.layout.heading, loaded.layout.row);
                loaded.layout = layout(&listing.groups, group);
                (loaded.layout.heading, loaded.layout.row) = (heading, row);
                loaded.groups = listing.groups;
                let all = loaded.layout.lines();
                let shown = loaded.window.len().max(PAGE);
                let end = loaded.window.end.max(shown).min(all);
                loaded.window = loaded.window.start.min(end.saturating_sub(shown))..end;
                loaded.as_of = loaded.as_of.max(listing.as_of);
            }
            loaded.rows.extend((listing.from..).zip(listing.rows));
        });
    }
}

fn layout(groups: &[GroupCount], group: Group) -> ListLayout {
    ListLayout::new(groups.iter().map(|group| usize::try_from(group.tasks).unwrap_or_default()), group != Group::None)
}

/// Whether `change` may move a row to another position.
fn may_reorder(change: &FieldChange, query: &Query) -> bool {
    let changes_group = match change {
        FieldChange::Position(value) => query.group == Group::State && value.from.state != value.to.state,
        FieldChange::Priority(_) => query.group == Group::Priority,
        FieldChange::Assignees(_) => query.group == Group::Assignee,
        FieldChange::Labels(_) => query.group == Group::Label,
        FieldChange::DueOn(_) => query.group == Group::Due,
        _ => false,
    };
    let changes_order = match query.sort {
        Sort::Board => matches!(change, FieldChange::Position(_)),
        Sort::Priority => matches!(change, FieldChange::Priority(_)),
        Sort::Due => matches!(change, FieldChange::DueOn(_)),
        Sort::Title => matches!(change, FieldChange::Title(_)),
        Sort::Estimate => matches!(change, FieldChange::Estimate(_)),
        Sort::Changed => true,
        Sort::Created => false,
    };
    changes_group || changes_order
}
