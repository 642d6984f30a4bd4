//! Computes which cards of a long column are rendered: the visible ones and some above and below. Does not touch the DOM.

use std::{collections::HashMap, ops::Range};

use crate::web::task_view::window::{self, pixels};

/// A board with at most this many cards renders all of them.
pub const MAX_UNWINDOWED: usize = 300;

/// Number of cards of a list that are rendered before the visible area is known.
pub const INITIAL_CARDS: usize = 100;

/// Height of the rendered area above and below the visible one, in pixels.
const OVERSCAN: f64 = 1_200.0;

/// The window moves when less than this is rendered above or below the visible area, in pixels.
const MIN_MARGIN: f64 = 400.0;

/// Assumed height of a card as long as none was measured, in pixels.
const DEFAULT_HEIGHT: f64 = 80.0;

/// Heights of the cards of a board, in pixels. A card that was never rendered is assumed to have the average height of
/// the first measurement. Updating that average with each card would move the cards far below.
#[derive(Clone, Debug, Default)]
pub struct Heights {
    /// The measured heights, by task number.
    measured: HashMap<i64, f64>,
    average: Option<f64>,
}

impl Heights {
    /// Records the measured heights of cards.
    pub fn record(&mut self, measured: impl IntoIterator<Item = (i64, f64)>) {
        self.measured.extend(measured);
        if self.average.is_none() && !self.measured.is_empty() {
            self.average = Some(self.measured.values().sum::<f64>() / pixels(self.measured.len()));
        }
    }

    /// The bottom edge of each card of a column, in pixels from its top.
    #[must_use]
    pub fn bottoms(&self, numbers: impl Iterator<Item = i64>) -> Vec<f64> {
        let average = self.average.unwrap_or(DEFAULT_HEIGHT);
        let mut bottom = 0.0;
        numbers
            .map(|number| {
                bottom += self.measured.get(&number).copied().unwrap_or(average);
                bottom
            })
            .collect()
    }
}

/// The cards to render for the `visible` area; `None` if those in `rendered` suffice. `bottoms` are the bottom edges of the
/// cards.
#[must_use]
pub fn next_window(bottoms: &[f64], visible: &Range<f64>, rendered: &Range<usize>) -> Option<Range<usize>> {
    let near = cards_within(bottoms, visible, MIN_MARGIN);
    let next = cards_within(bottoms, visible, OVERSCAN);
    window::next_window(bottoms.len(), &near, next, rendered)
}

/// The cards that are at most `margin` away from the `visible` area.
fn cards_within(bottoms: &[f64], visible: &Range<f64>, margin: f64) -> Range<usize> {
    let (start, end) = (visible.start - margin, visible.end + margin);
    let first = bottoms.partition_point(|bottom| *bottom <= start);
    // The top edge of a card is the bottom edge of the card above it.
    let last = if end <= 0.0 { 0 } else { (bottoms.partition_point(|bottom| *bottom < end) + 1).min(bottoms.len()) };
    first.min(last)..last
}

/// A window of [`INITIAL_CARDS`] cards around the one at index `at`.
#[must_use]
pub fn window_around(at: usize, count: usize) -> Range<usize> {
    let start = at.saturating_sub(INITIAL_CARDS / 2);
    start..(start + INITIAL_CARDS).min(count)
}

/// Heights of the spacers above and below the rendered cards, in pixels.
#[must_use]
pub fn spacers(bottoms: &[f64], rendered: &Range<usize>) -> (f64, f64) {
    let top = |card: usize| card.checked_sub(1).and_then(|above| bottoms.get(above)).copied().unwrap_or_default();
    window::spacers(bottoms.len(), &top, rendered)
}

/// The indices of the cards of `window` in a changed list, which went from `old` to `new` cards and kept the first `head`
/// and the last `tail` of them.
#[must_use]
pub fn shifted_window(window: &Range<usize>, (old, new): (usize, usize), (head, tail): (usize, usize)) -> Range<usize> {
    let shift = |at: usize| {
        if at <= head {
            at
        } else if at >= old - tail {
            at + new - old
        } else {
            at.min(new - tail)
        }
    };
    shift(window.start)..shift(window.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bottom edges of cards that are each 100 pixels high.
    fn bottoms(count: usize) -> Vec<f64> {
        let mut heights = Heights::default();
        heights.record([(0, 100.0)]);
        heights.bottoms(1..=i64::try_from(count).unwrap())
    }

    #[test]
    fn unmeasured_cards_have_the_average_height_of_the_first_ones() {
        let mut heights = Heights::default();
        assert_eq!(heights.bottoms([1, 2].into_iter()), [DEFAULT_HEIGHT, 2.0 * DEFAULT_HEIGHT]);
        heights.record([]);
        heights.record([(1, 70.0), (2, 90.0)]);
        assert_eq!(heights.bottoms([2, 9, 1].into_iter()), [90.0, 170.0, 240.0]);
        heights.record([(2, 60.0)]);
        assert_eq!(heights.bottoms([2, 9, 1].into_iter()), [60.0, 140.0, 210.0]);
    }

    #[test]
    fn visible_cards_and_a_margin_are_rendered() {
        let bottoms = bottoms(1_000);
        let first = next_window(&bottoms, &(0.0..800.0), &(0..0)).unwrap();
        assert_eq!(first, 0..20);
        assert_eq!(next_window(&bottoms, &(500.0..1_300.0), &first), None, "it is rendered already");
        assert_eq!(next_window(&bottoms, &(900.0..1_700.0), &first), Some(0..29), "its end is near");
        assert_eq!(next_window(&bottoms, &(50_000.0..50_800.0), &first), Some(488..520));
        assert_eq!(next_window(&bottoms, &(99_200.0..100_000.0), &first), Some(980..1_000));
        assert_eq!(next_window(&bottoms, &(0.0..800.0), &(0..500)), Some(0..20), "far more than needed");
        assert_eq!(next_window(&bottoms[..10], &(0.0..800.0), &(0..12)), Some(0..10), "the list became shorter");
    }

    #[test]
    fn a_list_far_from_the_visible_area_renders_nothing() {
        let bottoms = bottoms(10);
        assert_eq!(next_window(&bottoms, &(5_000.0..5_800.0), &(0..10)), Some(10..10));
        assert_eq!(next_window(&bottoms, &(-5_800.0..-5_000.0), &(0..10)), Some(0..0));
        assert_eq!(next_window(&[], &(0.0..800.0), &(0..0)), None);
        assert_eq!(next_window(&bottoms, &(-5_800.0..-5_000.0), &(0..0)), None);
    }

    #[test]
    fn spacers_stand_in_for_cards_that_are_not_rendered() {
        let bottoms = bottoms(10);
        assert_eq!(spacers(&bottoms, &(0..10)), (0.0, 0.0));
        assert_eq!(spacers(&bottoms, &(2..5)), (200.0, 500.0));
        assert_eq!(spacers(&bottoms, &(10..10)), (1_000.0, 0.0));
        assert_eq!(spacers(&[], &(0..0)), (0.0, 0.0));
    }

    #[test]
    fn a_window_follows_its_cards() {
        // A card is added far above, removed far above, added far below.
        assert_eq!(shifted_window(&(40..60), (100, 101), (10, 90)), 41..61);
        assert_eq!(shifted_window(&(40..60), (100, 99), (10, 89)), 39..59);
        assert_eq!(shifted_window(&(40..60), (100, 101), (90, 10)), 40..60);
        // Changes within the window, at the end of the list, and of the whole list.
        assert_eq!(shifted_window(&(40..60), (100, 101), (50, 50)), 40..61);
        assert_eq!(shifted_window(&(80..100), (100, 101), (100, 0)), 80..100);
        assert_eq!(shifted_window(&(40..60), (100, 3), (0, 0)), 3..3);
        assert_eq!(shifted_window(&(0..0), (0, 5), (0, 0)), 0..0);
        for at in [0, 30, 99] {
            let window = window_around(at, 100);
            assert!(window.contains(&at) && window.end <= 100, "{at}: {window:?}");
        }
    }
}
