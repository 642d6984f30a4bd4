//! Computes which lines of a long list are rendered: the visible ones and some above and below. All headings have the same
//! height, and so have all rows, so that the position of a line is known without rendering it.

use std::ops::Range;

use crate::web::task_view::window::{self, pixels};

/// Number of lines rendered above and below the visible ones.
const OVERSCAN: usize = 40;

/// The window moves when fewer lines than this are rendered above or below the visible ones.
const MIN_MARGIN: usize = 15;

/// The layout of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListLayout {
    /// Number of rows of each group.
    groups: Vec<usize>,
    has_headings: bool,
    /// Height of a heading, in pixels.
    pub heading: f64,
    /// Height of a row, in pixels.
    pub row: f64,
}

/// A line of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The heading of the group with this index.
    Heading(usize),
    /// The row with this index, counted from 0 through all groups.
    Row(usize),
}

impl ListLayout {
    /// Creates a layout from the number of rows of each group.
    #[must_use]
    pub fn new(groups: impl IntoIterator<Item = usize>, has_headings: bool) -> Self {
        Self { groups: groups.into_iter().collect(), has_headings, heading: 40.0, row: 40.0 }
    }

    /// The layout of the same list with other groups.
    #[must_use]
    pub fn regrouped(&self, groups: impl IntoIterator<Item = usize>) -> Self {
        Self { groups: groups.into_iter().collect(), ..*self }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.groups.iter().sum()
    }

    /// Number of lines: rows and headings.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.rows() + if self.has_headings { self.groups.len() } else { 0 }
    }

    /// The content of a range of lines, in order.
    #[must_use]
    pub fn lines_in(&self, lines: Range<usize>) -> Vec<Line> {
        let mut content = Vec::with_capacity(lines.len());
        let (mut line, mut row) = (0, 0);
        for (group, rows) in self.groups.iter().enumerate() {
            if self.has_headings {
                if lines.contains(&line) {
                    content.push(Line::Heading(group));
                }
                line += 1;
            }
            let rows_in_range = lines.start.clamp(line, line + rows)..lines.end.clamp(line, line + rows);
            content.extend(rows_in_range.map(|at| Line::Row(row + at - line)));
            line += rows;
            row += rows;
        }
        content
    }

    /// The line of a row.
    #[must_use]
    pub fn line_of(&self, row: usize) -> usize {
        if !self.has_headings {
            return row;
        }
        let mut before = 0;
        for (group, rows) in self.groups.iter().enumerate() {
            before += rows;
            if row < before {
                return row + group + 1;
            }
        }
        row + self.groups.len()
    }

    /// The group of a row.
    #[must_use]
    pub fn group_of(&self, row: usize) -> usize {
        let mut before = 0;
        self.groups
            .iter()
            .position(|rows| {
                before += rows;
                row < before
            })
            .unwrap_or_default()
    }

    /// The top edge of a line, in pixels.
    #[must_use]
    pub fn top(&self, line: usize) -> f64 {
        let (mut at, mut top) = (0, 0.0);
        for rows in &self.groups {
            if self.has_headings {
                if line <= at {
                    return top;
                }
                at += 1;
                top += self.heading;
            }
            let above = (line - at).min(*rows);
            top += pixels(above) * self.row;
            at += rows;
            if line <= at {
                return top;
            }
        }
        top
    }

    /// The line at vertical offset `y`.
    #[must_use]
    pub fn line_at(&self, y: f64) -> usize {
        let (mut low, mut high) = (0, self.lines());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.top(middle + 1) <= y { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The lines to render for the `visible` area; `None` if those in `rendered` suffice.
    #[must_use]
    pub fn next_window(&self, visible: Range<f64>, rendered: &Range<usize>) -> Option<Range<usize>> {
        let all = self.lines();
        let visible_lines = self.line_at(visible.start)..(self.line_at(visible.end) + 1).min(all);
        let with_margin =
            |margin: usize| visible_lines.start.saturating_sub(margin)..(visible_lines.end + margin).min(all);
        window::next_window(all, &with_margin(MIN_MARGIN), with_margin(OVERSCAN), rendered)
    }

    /// Heights of the spacers above and below the `rendered` lines, in pixels.
    #[must_use]
    pub fn spacers(&self, rendered: &Range<usize>) -> (f64, f64) {
        window::spacers(self.lines(), &|line| self.top(line), rendered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> ListLayout {
        ListLayout { heading: 30.0, row: 10.0, ..ListLayout::new([2, 0, 3], true) }
    }

    #[test]
    fn every_line_has_a_position() {
        let layout = layout();
        let all = [
            Line::Heading(0),
            Line::Row(0),
            Line::Row(1),
            Line::Heading(1),
            Line::Heading(2),
            Line::Row(2),
            Line::Row(3),
            Line::Row(4),
        ];
        assert_eq!((layout.rows(), layout.lines()), (5, 8));
        for start in 0..=8 {
            for end in start..=8 {
                assert_eq!(layout.lines_in(start..end), all[start..end], "{start}..{end}");
            }
        }
        let tops: Vec<_> = (0..=8).map(|line| layout.top(line)).collect();
        assert_eq!(tops, [0.0, 30.0, 40.0, 50.0, 80.0, 110.0, 120.0, 130.0, 140.0]);
        for (line, content) in all.into_iter().enumerate() {
            assert_eq!(layout.line_at(layout.top(line)), line);
            assert_eq!(layout.line_at(layout.top(line + 1) - 0.5), line);
            if let Line::Row(row) = content {
                assert_eq!(layout.line_of(row), line);
            }
        }
        assert_eq!((layout.group_of(0), layout.group_of(1), layout.group_of(2)), (0, 0, 2));
    }

    #[test]
    fn without_headings_lines_are_rows() {
        let layout = ListLayout::new([3], false);
        assert_eq!(layout.lines_in(1..3), [Line::Row(1), Line::Row(2)]);
        assert_eq!((layout.line_of(2), layout.lines()), (2, 3));
        assert_eq!(ListLayout::default().lines_in(0..0), []);
    }

    #[test]
    fn a_window_moves_when_its_end_is_near() {
        let layout = ListLayout { row: 10.0, ..ListLayout::new([10_000], false) };
        let first = layout.next_window(0.0..500.0, &(0..0)).unwrap();
        assert_eq!(first, 0..91);
        assert_eq!(layout.next_window(200.0..700.0, &first), None);
        assert_eq!(layout.next_window(300.0..800.0, &first), Some(0..121));
        assert_eq!(layout.next_window(50_000.0..50_500.0, &first), Some(4_960..5_091));
        assert_eq!(layout.next_window(99_500.0..100_000.0, &first), Some(9_910..10_000));
        let short = ListLayout { row: 10.0, ..ListLayout::new([5], false) };
        assert_eq!(short.next_window(0.0..500.0, &(0..5)), None);
        assert_eq!(short.next_window(0.0..500.0, &(0..9)), Some(0..5), "the list became shorter");
    }
}
