//! Which lines of a long list are on the page: those that are seen, and some above and below. All headings are as high as one
//! another, and so are all rows, so that the place of each line is known without its being there.

use std::ops::Range;

/// Lines that are kept on the page above and below what is seen.
const AROUND: usize = 40;

/// How near to what is on the page the end of what is seen may come before it is made anew.
const NEAR: usize = 15;

/// How a list is laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// How many rows each group has.
    groups: Vec<usize>,
    has_headings: bool,
    /// Heights in pixels.
    pub heading: f64,
    pub row: f64,
}

/// A line of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Above the group with this index.
    Heading(usize),
    /// The row with this number, counted from 0 through all groups.
    Row(usize),
}

impl Plan {
    /// With groups of so many rows.
    #[must_use]
    pub fn new(groups: impl IntoIterator<Item = usize>, has_headings: bool) -> Self {
        Self { groups: groups.into_iter().collect(), has_headings, heading: 40.0, row: 40.0 }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.groups.iter().sum()
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.rows() + if self.has_headings { self.groups.len() } else { 0 }
    }

    /// What stands in these lines, in order.
    #[must_use]
    pub fn within(&self, lines: Range<usize>) -> Vec<Line> {
        let mut found = Vec::with_capacity(lines.len());
        let (mut line, mut row) = (0, 0);
        for (group, rows) in self.groups.iter().enumerate() {
            if self.has_headings {
                if lines.contains(&line) {
                    found.push(Line::Heading(group));
                }
                line += 1;
            }
            let wanted = lines.start.clamp(line, line + rows)..lines.end.clamp(line, line + rows);
            found.extend(wanted.map(|at| Line::Row(row + at - line)));
            line += rows;
            row += rows;
        }
        found
    }

    /// The line in which a row stands.
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

    /// The group in which a row stands.
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

    /// How far down a line begins.
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

    /// The line at this depth.
    #[must_use]
    pub fn line_at(&self, depth: f64) -> usize {
        let (mut low, mut high) = (0, self.lines());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.top(middle + 1) <= depth { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The lines to have on the page when what is seen reaches from one depth to another; none when those that are there,
    /// `present`, will do.
    #[must_use]
    pub fn window(&self, depths: Range<f64>, present: &Range<usize>) -> Option<Range<usize>> {
        let all = self.lines();
        let seen = self.line_at(depths.start)..(self.line_at(depths.end) + 1).min(all);
        let is_enough = present.start <= seen.start.saturating_sub(NEAR)
            && (seen.end + NEAR).min(all) <= present.end
            && present.end <= all;
        (!is_enough).then(|| seen.start.saturating_sub(AROUND)..(seen.end + AROUND).min(all))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no list has so many rows")]
const fn pixels(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan { heading: 30.0, row: 10.0, ..Plan::new([2, 0, 3], true) }
    }

    #[test]
    fn every_line_has_its_place() {
        let plan = plan();
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
        assert_eq!((plan.rows(), plan.lines()), (5, 8));
        for start in 0..=8 {
            for end in start..=8 {
                assert_eq!(plan.within(start..end), all[start..end], "{start}..{end}");
            }
        }
        let tops: Vec<_> = (0..=8).map(|line| plan.top(line)).collect();
        assert_eq!(tops, [0.0, 30.0, 40.0, 50.0, 80.0, 110.0, 120.0, 130.0, 140.0]);
        for (line, what) in all.into_iter().enumerate() {
            assert_eq!(plan.line_at(plan.top(line)), line);
            assert_eq!(plan.line_at(plan.top(line + 1) - 0.5), line);
            if let Line::Row(row) = what {
                assert_eq!(plan.line_of(row), line);
            }
        }
        assert_eq!((plan.group_of(0), plan.group_of(1), plan.group_of(2)), (0, 0, 2));
    }

    #[test]
    fn without_headings_lines_are_rows() {
        let plan = Plan::new([3], false);
        assert_eq!(plan.within(1..3), [Line::Row(1), Line::Row(2)]);
        assert_eq!((plan.line_of(2), plan.lines()), (2, 3));
        assert_eq!(Plan::default().within(0..0), []);
    }

    #[test]
    fn a_window_moves_when_its_end_comes_near() {
        let plan = Plan { row: 10.0, ..Plan::new([10_000], false) };
        let first = plan.window(0.0..500.0, &(0..0)).unwrap();
        assert_eq!(first, 0..91);
        assert_eq!(plan.window(200.0..700.0, &first), None);
        assert_eq!(plan.window(300.0..800.0, &first), Some(0..121));
        assert_eq!(plan.window(50_000.0..50_500.0, &first), Some(4_960..5_091));
        assert_eq!(plan.window(99_500.0..100_000.0, &first), Some(9_910..10_000));
        let short = Plan { row: 10.0, ..Plan::new([5], false) };
        assert_eq!(short.window(0.0..500.0, &(0..5)), None);
        assert_eq!(short.window(0.0..500.0, &(0..9)), Some(0..5), "there are fewer than before");
    }
}
