//! Which cards of a long column are on the page: those that are seen, and some above and below. Without a browser.

use std::{collections::HashMap, ops::Range};

/// A board with no more cards than this is on the page whole.
pub const WHOLE: usize = 300;

/// How many cards of a list are on the page before a browser says what is seen.
pub const FIRST: usize = 100;

/// How far above and below what is seen there are cards on the page, in pixels.
const AROUND: f64 = 1_200.0;

/// How near to what is seen the end of what is on the page may come, in pixels.
const NEAR: f64 = 400.0;

/// What a card is taken to be high as long as none was measured, in pixels.
const GUESS: f64 = 80.0;

/// How high the cards of a board are that have been on the page, in pixels. Others are taken to be as high as those that were
/// measured first are on average: were that to change with each card, the ones far below would not stay where they are.
#[derive(Clone, Debug, Default)]
pub struct Heights {
    /// By the numbers of their tasks.
    known: HashMap<i64, f64>,
    guess: Option<f64>,
}

impl Heights {
    /// Takes note of how high the cards of some tasks are.
    pub fn learn(&mut self, measured: impl IntoIterator<Item = (i64, f64)>) {
        self.known.extend(measured);
        if self.guess.is_none() && !self.known.is_empty() {
            self.guess = Some(self.known.values().sum::<f64>() / pixels(self.known.len()));
        }
    }

    /// Where each of these cards ends that stand below each other.
    #[must_use]
    pub fn ends(&self, numbers: impl Iterator<Item = i64>) -> Vec<f64> {
        let guess = self.guess.unwrap_or(GUESS);
        let mut end = 0.0;
        numbers
            .map(|number| {
                end += self.known.get(&number).copied().unwrap_or(guess);
                end
            })
            .collect()
    }
}

/// The cards of a list to have on the page, when what is seen of it reaches from one depth to another; none when those that are
/// there, `present`, will do. `ends` says where each card ends.
#[must_use]
pub fn window(ends: &[f64], seen: &Range<f64>, present: &Range<usize>) -> Option<Range<usize>> {
    let near = reached(ends, seen, NEAR);
    let wanted = reached(ends, seen, AROUND);
    let is_there = near.is_empty() || (present.start <= near.start && near.end <= present.end);
    let is_enough = is_there && present.end <= ends.len() && present.len() <= 2 * wanted.len();
    (!is_enough).then_some(wanted)
}

/// The cards of which something is no further than `margin` away from what is seen.
fn reached(ends: &[f64], seen: &Range<f64>, margin: f64) -> Range<usize> {
    let (top, bottom) = (seen.start - margin, seen.end + margin);
    let first = ends.partition_point(|end| *end <= top);
    // A card begins where the one above it ends.
    let last = if bottom <= 0.0 { 0 } else { (ends.partition_point(|end| *end < bottom) + 1).min(ends.len()) };
    first.min(last)..last
}

/// As many cards around the one at `at` as there are before a browser says what is seen.
#[must_use]
pub fn around(at: usize, all: usize) -> Range<usize> {
    let start = at.saturating_sub(FIRST / 2);
    start..(start + FIRST).min(all)
}

/// The room above and below the cards that are on the page.
#[must_use]
pub fn room(ends: &[f64], present: &Range<usize>) -> (f64, f64) {
    let end_of = |count: usize| count.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or_default();
    (end_of(present.start), end_of(ends.len()) - end_of(present.end))
}

/// Where the cards of a window are when the list has become another: alike are the first `head` and the last `tail` cards.
#[must_use]
pub fn carried(window: &Range<usize>, (old, new): (usize, usize), (head, tail): (usize, usize)) -> Range<usize> {
    let carry = |at: usize| {
        if at <= head {
            at
        } else if at >= old - tail {
            at + new - old
        } else {
            at.min(new - tail)
        }
    };
    carry(window.start)..carry(window.end)
}

#[expect(clippy::cast_precision_loss, reason = "no board has so many cards")]
const fn pixels(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cards that are each 100 pixels high.
    fn ends(count: usize) -> Vec<f64> {
        let mut heights = Heights::default();
        heights.learn([(0, 100.0)]);
        heights.ends(1..=i64::try_from(count).unwrap())
    }

    #[test]
    fn cards_that_were_not_seen_are_as_high_as_the_first_ones_on_average() {
        let mut heights = Heights::default();
        assert_eq!(heights.ends([1, 2].into_iter()), [GUESS, 2.0 * GUESS]);
        heights.learn([]);
        heights.learn([(1, 70.0), (2, 90.0)]);
        assert_eq!(heights.ends([2, 9, 1].into_iter()), [90.0, 170.0, 240.0]);
        heights.learn([(2, 60.0)]);
        assert_eq!(heights.ends([2, 9, 1].into_iter()), [60.0, 140.0, 210.0]);
    }

    #[test]
    fn what_is_seen_and_some_around_it_is_on_the_page() {
        let ends = ends(1_000);
        let first = window(&ends, &(0.0..800.0), &(0..0)).unwrap();
        assert_eq!(first, 0..20);
        assert_eq!(window(&ends, &(500.0..1_300.0), &first), None, "it is there");
        assert_eq!(window(&ends, &(900.0..1_700.0), &first), Some(0..29), "its end comes near");
        assert_eq!(window(&ends, &(50_000.0..50_800.0), &first), Some(488..520));
        assert_eq!(window(&ends, &(99_200.0..100_000.0), &first), Some(980..1_000));
        assert_eq!(window(&ends, &(0.0..800.0), &(0..500)), Some(0..20), "far more than is needed");
        assert_eq!(window(&ends[..10], &(0.0..800.0), &(0..12)), Some(0..10), "there are fewer than before");
    }

    #[test]
    fn of_a_list_that_is_far_from_what_is_seen_nothing_is_on_the_page() {
        let ends = ends(10);
        assert_eq!(window(&ends, &(5_000.0..5_800.0), &(0..10)), Some(10..10));
        assert_eq!(window(&ends, &(-5_800.0..-5_000.0), &(0..10)), Some(0..0));
        assert_eq!(window(&[], &(0.0..800.0), &(0..0)), None);
        assert_eq!(window(&ends, &(-5_800.0..-5_000.0), &(0..0)), None);
    }

    #[test]
    fn there_is_room_for_the_cards_that_are_not_on_the_page() {
        let ends = ends(10);
        assert_eq!(room(&ends, &(0..10)), (0.0, 0.0));
        assert_eq!(room(&ends, &(2..5)), (200.0, 500.0));
        assert_eq!(room(&ends, &(10..10)), (1_000.0, 0.0));
        assert_eq!(room(&[], &(0..0)), (0.0, 0.0));
    }

    #[test]
    fn a_window_stays_at_its_cards() {
        // One more far above, one less far above, one more far below.
        assert_eq!(carried(&(40..60), (100, 101), (10, 90)), 41..61);
        assert_eq!(carried(&(40..60), (100, 99), (10, 89)), 39..59);
        assert_eq!(carried(&(40..60), (100, 101), (90, 10)), 40..60);
        // Within, at the end, and everything.
        assert_eq!(carried(&(40..60), (100, 101), (50, 50)), 40..61);
        assert_eq!(carried(&(80..100), (100, 101), (100, 0)), 80..100);
        assert_eq!(carried(&(40..60), (100, 3), (0, 0)), 3..3);
        assert_eq!(carried(&(0..0), (0, 5), (0, 0)), 0..0);
        for at in [0, 30, 99] {
            let window = around(at, 100);
            assert!(window.contains(&at) && window.end <= 100, "{at}: {window:?}");
        }
    }
}
