//! Decides which lines of a long list are rendered: the visible ones and some above and below. Does not touch the DOM.

use std::ops::Range;

/// The lines to render next; `None` if those in `rendered` suffice. They must contain the lines `near` the visible area;
/// `next` are these and some more. `count` is the length of the list.
#[must_use]
pub fn next_window(
    count: usize,
    near: &Range<usize>,
    next: Range<usize>,
    rendered: &Range<usize>,
) -> Option<Range<usize>> {
    let is_covered = near.is_empty() || (rendered.start <= near.start && near.end <= rendered.end);
    // A window far larger than needed makes every change slow.
    let is_enough = is_covered && rendered.end <= count && rendered.len() <= 2 * next.len();
    (!is_enough).then_some(next)
}

/// Heights of the spacers above and below the `rendered` lines, in pixels. `top` is the top edge of a line, and the height of
/// the whole list for `count`.
#[must_use]
pub fn spacers(count: usize, top: &dyn Fn(usize) -> f64, rendered: &Range<usize>) -> (f64, f64) {
    (top(rendered.start), top(count) - top(rendered.end))
}

/// A number of lines as a factor of heights.
#[expect(clippy::cast_precision_loss, reason = "no board or list has so many lines")]
#[must_use]
pub const fn pixels(count: usize) -> f64 {
    count as f64
}
