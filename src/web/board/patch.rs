//! Patches a rendered list: replaces only the cards that changed, so that scrolling, measured heights and the focus survive.

use std::ops::Range;

use leptos::{wasm_bindgen::JsCast, web_sys::Element};

use super::card_html::Item;

/// Turns the list items of `list` from `old` into `new`; `html` renders the added ones.
pub fn patch(list: &Element, old: &[Item], new: &[Item], html: impl Fn(&[Item]) -> String) {
    let nodes = list.child_nodes();
    if usize::try_from(nodes.length()).ok() != Some(old.len()) {
        return list.set_inner_html(&html(new));
    }
    let remove = |range: Range<usize>| {
        for node in range.clone().filter_map(|_| nodes.item(u32::try_from(range.start).ok()?)) {
            // The node is a child of the list, so removing it succeeds.
            drop(list.remove_child(&node));
        }
    };
    let insert = |at: usize, added: &[Item]| {
        if added.is_empty() {
            return;
        }
        let below = u32::try_from(at).ok().and_then(|at| nodes.item(at)?.dyn_into::<Element>().ok());
        // List items are valid children of the list, so inserting them succeeds.
        drop(match below {
            Some(below) => below.insert_adjacent_html("beforebegin", &html(added)),
            None => list.insert_adjacent_html("beforeend", &html(added)),
        });
    };
    // Scrolling removes cards at one end and adds cards at the other.
    let (mut old, mut kept) = (old, new);
    match scrolled(old, new) {
        Scrolled::Down(removed) => {
            remove(0..removed);
            old = &old[removed..];
        }
        Scrolled::Up(added) => {
            insert(0, &new[..added]);
            kept = &new[added..];
        }
        Scrolled::No => {}
    }
    let above = new.len() - kept.len();
    let (head, tail) = in_common(old, kept);
    remove(above + head..above + old.len() - tail);
    insert(above + head, &kept[head..kept.len() - tail]);
}

/// How far a list was scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scrolled {
    No,
    /// The list starts this many items later.
    Down(usize),
    /// The list starts this many items earlier.
    Up(usize),
}

/// The shortest shift that aligns the starts of the two lists.
fn scrolled<T: PartialEq>(old: &[T], new: &[T]) -> Scrolled {
    let down = new.first().and_then(|first| old.iter().position(|item| item == first));
    let up = old.first().and_then(|first| new.iter().position(|item| item == first));
    match (down, up) {
        (Some(0), _) | (None, None) => Scrolled::No,
        (Some(down), Some(up)) if up < down => Scrolled::Up(up),
        (Some(down), _) => Scrolled::Down(down),
        (None, Some(up)) => Scrolled::Up(up),
    }
}

/// Lengths of the common prefix and of the common suffix after it.
#[must_use]
pub fn in_common<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize) {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == new).count();
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_prefix_and_suffix_do_not_overlap() {
        for (old, new, expected) in [
            ("", "", (0, 0)),
            ("", "ab", (0, 0)),
            ("ab", "", (0, 0)),
            ("abc", "abc", (3, 0)),
            ("abc", "axc", (1, 1)),
            ("abcd", "acbd", (1, 1)),
            ("abc", "abxc", (2, 1)),
            ("aaa", "aa", (2, 0)),
            ("aba", "a", (1, 0)),
        ] {
            assert_eq!(in_common(old.as_bytes(), new.as_bytes()), expected, "{old} {new}");
        }
    }

    #[test]
    fn a_list_is_aligned_the_shortest_way() {
        for (old, new, expected) in [
            ("", "ab", Scrolled::No),
            ("ab", "", Scrolled::No),
            ("abc", "abd", Scrolled::No),
            ("abc", "xbc", Scrolled::No),
            ("abcd", "cdef", Scrolled::Down(2)),
            ("cdef", "abcd", Scrolled::Up(2)),
            ("abcd", "dabc", Scrolled::Up(1)),
            ("abcd", "bcda", Scrolled::Down(1)),
        ] {
            assert_eq!(scrolled(old.as_bytes(), new.as_bytes()), expected, "{old} {new}");
        }
    }
}
