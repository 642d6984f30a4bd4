//! Changes the cards on the page that have changed, and leaves the others alone: what is scrolled, measured and focused
//! stays, however many there are.

use std::{ops::Range, sync::Arc};

use leptos::{wasm_bindgen::JsCast, web_sys::Element};

use crate::domain::tasks::TaskCard;

/// A card as it is shown, and whether it is in the air.
pub type Item = (Arc<TaskCard>, bool);

/// Makes the list items of `list`, which are those of `old`, into those of `new`; `html` writes the ones that are needed.
pub fn patch(list: &Element, old: &[Item], new: &[Item], html: impl Fn(&[Item]) -> String) {
    let nodes = list.child_nodes();
    if usize::try_from(nodes.length()).ok() != Some(old.len()) {
        return list.set_inner_html(&html(new));
    }
    let remove = |range: Range<usize>| {
        for node in range.clone().filter_map(|_| nodes.item(u32::try_from(range.start).ok()?)) {
            // It is there, and a child of the list.
            drop(list.remove_child(&node));
        }
    };
    let insert = |at: usize, fresh: &[Item]| {
        if fresh.is_empty() {
            return;
        }
        let below = u32::try_from(at).ok().and_then(|at| nodes.item(at)?.dyn_into::<Element>().ok());
        // List items belong into a list.
        drop(match below {
            Some(below) => below.insert_adjacent_html("beforebegin", &html(fresh)),
            None => list.insert_adjacent_html("beforeend", &html(fresh)),
        });
    };
    // What is scrolled past goes at one end, and what comes into sight is added at the other.
    let (mut old, mut kept) = (old, new);
    match slid(old, new) {
        Slid::Down(gone) => {
            remove(0..gone);
            old = &old[gone..];
        }
        Slid::Up(fresh) => {
            insert(0, &new[..fresh]);
            kept = &new[fresh..];
        }
        Slid::Not => {}
    }
    let above = new.len() - kept.len();
    let (head, tail) = in_common(old, kept);
    remove(above + head..above + old.len() - tail);
    insert(above + head, &kept[head..kept.len() - tail]);
}

/// How a list was moved along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slid {
    Not,
    /// It begins so many items later.
    Down(usize),
    /// It begins so many items earlier.
    Up(usize),
}

/// The nearest way to have what one list begins with at the beginning of the other.
fn slid<T: PartialEq>(old: &[T], new: &[T]) -> Slid {
    let down = new.first().and_then(|first| old.iter().position(|item| item == first));
    let up = old.first().and_then(|first| new.iter().position(|item| item == first));
    match (down, up) {
        (Some(0), _) | (None, None) => Slid::Not,
        (Some(down), Some(up)) if up < down => Slid::Up(up),
        (Some(down), _) => Slid::Down(down),
        (None, Some(up)) => Slid::Up(up),
    }
}

/// How many items two lists begin with alike, and how many of the rest they end with alike.
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
    fn what_lists_have_in_common_is_counted_once() {
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
    fn a_list_is_moved_the_shortest_way() {
        for (old, new, expected) in [
            ("", "ab", Slid::Not),
            ("ab", "", Slid::Not),
            ("abc", "abd", Slid::Not),
            ("abc", "xbc", Slid::Not),
            ("abcd", "cdef", Slid::Down(2)),
            ("cdef", "abcd", Slid::Up(2)),
            ("abcd", "dabc", Slid::Up(1)),
            ("abcd", "bcda", Slid::Down(1)),
        ] {
            assert_eq!(slid(old.as_bytes(), new.as_bytes()), expected, "{old} {new}");
        }
    }
}
