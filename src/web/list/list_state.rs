//! The loaded part of a list: its groups, the rows fetched so far, and the window of lines that are rendered. Does not touch
//! the DOM.

use std::{collections::BTreeMap, ops::Range};

use super::window::{Line, ListLayout};
use crate::domain::{
    list::{GroupCount, Listing, PAGE, Row},
    query::Group,
};

/// The loaded part of a list.
#[derive(Clone, Debug)]
pub struct ListState {
    groups: Vec<GroupCount>,
    layout: ListLayout,
    /// The loaded rows by index in the whole list.
    rows: BTreeMap<usize, Row>,
    /// Number of the last event included in all rows.
    as_of: i64,
    /// The rendered lines.
    window: Range<usize>,
    /// Whether the window follows the scroll position; until then one page is shown, as without scripts.
    is_live: bool,
}

/// The content of a rendered line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LineContent<'a> {
    Heading(&'a GroupCount),
    /// A row and its index in the whole list.
    Row(usize, &'a Row),
    /// A row that is not loaded yet.
    Missing,
}

impl ListState {
    /// Creates the state from the first page that was fetched.
    #[must_use]
    pub fn new(listing: Listing, group_by: Group) -> Self {
        let Listing { groups, from, rows, as_of, .. } = listing;
        let layout = ListLayout::new(row_counts(&groups), group_by != Group::None);
        let window = match rows.len().checked_sub(1) {
            Some(last) => layout.line_of(from)..layout.line_of(from + last) + 1,
            None => 0..0,
        };
        let rows = (from..).zip(rows).collect();
        Self { groups, layout, rows, as_of, window, is_live: false }
    }

    /// Number of rows of the list, loaded or not.
    #[must_use]
    pub fn count(&self) -> usize {
        self.layout.rows()
    }

    /// Number of the last event included in all rows.
    #[must_use]
    pub const fn as_of(&self) -> i64 {
        self.as_of
    }

    /// Whether the window follows the scroll position.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.is_live
    }

    /// The rendered lines, from top to bottom.
    #[must_use]
    pub fn lines(&self) -> Vec<LineContent<'_>> {
        let lines = self.layout.lines_in(self.window.clone());
        let mut contents = Vec::with_capacity(lines.len() + 1);
        // Without scripts, a page that starts within a group repeats the heading of the group.
        if let (false, Some(Line::Row(row)), true) = (self.is_live, lines.first(), self.layout.line_of(0) > 0) {
            contents.push(LineContent::Heading(&self.groups[self.layout.group_of(*row)]));
        }
        contents.extend(lines.into_iter().map(|line| match line {
            Line::Heading(group) => LineContent::Heading(&self.groups[group]),
            Line::Row(at) => self.rows.get(&at).map_or(LineContent::Missing, |row| LineContent::Row(at, row)),
        }));
        contents
    }

    /// Heights of the spacers above and below the rendered lines, in pixels.
    #[must_use]
    pub fn spacers(&self) -> (f64, f64) {
        if self.is_live { self.layout.spacers(&self.window) } else { (0.0, 0.0) }
    }

    /// Makes the window follow the scroll position; `heading` and `row` are the measured heights. Returns the scroll position
    /// of the page that was shown so far.
    pub fn start_live(&mut self, heading: Option<f64>, row: Option<f64>) -> f64 {
        self.is_live = true;
        self.layout.heading = heading.unwrap_or(self.layout.heading);
        self.layout.row = row.unwrap_or(self.layout.row);
        let first = self.window.start;
        if first > 1 { self.layout.top(first) } else { 0.0 }
    }

    /// The window to render for the `visible` area; `None` if the current one suffices.
    #[must_use]
    pub fn next_window(&self, visible: &Range<f64>) -> Option<Range<usize>> {
        if self.is_live { self.layout.next_window(visible.clone(), &self.window) } else { None }
    }

    /// Renders the lines of `window`.
    pub fn set_window(&mut self, window: Range<usize>) {
        self.window = window;
    }

    /// The top and the bottom edge of the row at index `at`, in pixels; `None` if the list has no such row.
    #[must_use]
    pub fn edges_of_row(&self, at: usize) -> Option<Range<f64>> {
        let top = self.layout.top(self.layout.line_of(at));
        (at < self.layout.rows()).then_some(top..top + self.layout.row)
    }

    /// The row of task `number`, if it is loaded.
    #[must_use]
    pub fn row(&self, number: i64) -> Option<&Row> {
        self.rows.values().find(|row| row.number == number)
    }

    /// The tasks of the loaded rows, from top to bottom.
    #[must_use]
    pub fn numbers(&self) -> Vec<i64> {
        self.rows.values().map(|row| row.number).collect()
    }

    /// Replaces the row of a task, wherever it is loaded.
    pub fn replace_row(&mut self, row: &Row) {
        for old in self.rows.values_mut().filter(|old| old.number == row.number) {
            old.clone_from(row);
        }
    }

    /// Whether all rendered rows are loaded.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.first_missing().is_none()
    }

    /// Index of the first row of the page to fetch next; `None` if no rendered row is missing. With `is_stale`, the loaded
    /// rows may be out of date, and the rendered ones are fetched again.
    #[must_use]
    pub fn next_page(&self, is_stale: bool) -> Option<usize> {
        let first = || self.rendered_rows().next().unwrap_or_default();
        let at = if is_stale { Some(first()) } else { self.first_missing() };
        at.map(|at| at / PAGE * PAGE)
    }

    /// Index of the first rendered row that is not loaded.
    fn first_missing(&self) -> Option<usize> {
        self.rendered_rows().find(|at| !self.rows.contains_key(at))
    }

    /// The indices of the rendered rows.
    fn rendered_rows(&self) -> impl Iterator<Item = usize> {
        let lines = self.layout.lines_in(self.window.clone()).into_iter();
        lines.filter_map(|line| if let Line::Row(at) = line { Some(at) } else { None })
    }

    /// Adds fetched rows. If the loaded ones may be out of date, the fetched ones replace them.
    pub fn merge(&mut self, listing: Listing, is_stale: bool) {
        let Listing { groups, from, rows, as_of, .. } = listing;
        if is_stale || self.groups != groups {
            self.rows.clear();
            self.layout = self.layout.regrouped(row_counts(&groups));
            self.groups = groups;
            let all = self.layout.lines();
            let shown = self.window.len().max(PAGE);
            let end = self.window.end.max(shown).min(all);
            self.window = self.window.start.min(end.saturating_sub(shown))..end;
            self.as_of = self.as_of.max(as_of);
        }
        self.rows.extend((from..).zip(rows));
    }
}

/// The number of rows of each group.
fn row_counts(groups: &[GroupCount]) -> impl Iterator<Item = usize> {
    groups.iter().map(|group| usize::try_from(group.tasks).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{board::ProjectContext, tasks::fields::TaskFields};

    /// A page of a list with two groups, of 150 and 100 tasks, which are numbered from 1.
    fn page(from: usize, as_of: i64) -> Listing {
        let group = |slug: &str, tasks| GroupCount { slug: slug.to_owned(), name: slug.to_owned(), tasks };
        let row = |at: usize| Row {
            number: i64::try_from(at + 1).unwrap(),
            fields: TaskFields::default(),
            created_by: Uuid::nil(),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        Listing {
            project: ProjectContext {
                key: "WEB".parse().unwrap(),
                name: "Web".to_owned(),
                states: Vec::new(),
                labels: Vec::new(),
                people: Vec::new(),
                views: Vec::new(),
                problems: Vec::new(),
            },
            groups: vec![group("todo", 150), group("done", 100)],
            from,
            rows: (from..(from + PAGE).min(250)).map(row).collect(),
            me: Uuid::nil(),
            as_of,
            today: NaiveDate::default(),
        }
    }

    #[test]
    fn without_scripts_a_page_repeats_the_heading_of_its_group() {
        let state = ListState::new(page(100, 0), Group::State);
        let lines = state.lines();
        assert!(matches!(lines[0], LineContent::Heading(group) if group.slug == "todo"));
        assert!(matches!(lines[1], LineContent::Row(100, row) if row.number == 101));
        assert!(matches!(lines[51], LineContent::Heading(group) if group.slug == "done"));
        assert_eq!((lines.len(), state.spacers()), (102, (0.0, 0.0)));
    }

    #[test]
    fn a_window_that_follows_the_scroll_position_asks_for_missing_rows() {
        let mut state = ListState::new(page(0, 0), Group::State);
        assert_eq!(state.next_window(&(5_000.0..5_500.0)), None, "without scripts one page is shown");
        assert!(state.start_live(Some(30.0), Some(50.0)).abs() < f64::EPSILON);
        let window = state.next_window(&(5_000.0..5_500.0)).unwrap();
        state.set_window(window);
        assert_eq!((state.is_complete(), state.next_page(false)), (false, Some(100)));
        assert!(state.lines().contains(&LineContent::Missing));
        state.merge(page(100, 0), false);
        assert_eq!((state.is_complete(), state.next_page(false), state.numbers().len()), (true, None, 200));
        assert_eq!(state.next_page(true), Some(0), "the rendered rows are fetched again");
        assert_eq!(state.edges_of_row(150), Some(7_560.0..7_610.0), "below two headings");
        assert_eq!(state.edges_of_row(250), None);
    }

    #[test]
    fn fetched_rows_replace_those_that_may_be_out_of_date() {
        let mut state = ListState::new(page(0, 3), Group::None);
        state.merge(page(100, 9), false);
        assert_eq!((state.as_of(), state.numbers().len()), (3, 200), "the first page is as old as before");
        let mut row = state.row(1).unwrap().clone();
        row.fields.title = "Ship".to_owned();
        state.replace_row(&row);
        assert_eq!(state.row(1), Some(&row));
        state.merge(page(0, 9), true);
        assert_eq!((state.as_of(), state.numbers().len()), (9, 100));
        let mut fewer = page(0, 12);
        fewer.groups.truncate(1);
        fewer.rows.truncate(40);
        state.merge(fewer, false);
        assert_eq!((state.count(), state.numbers().len(), state.as_of()), (150, 40, 12), "a group has gone");
    }
}
