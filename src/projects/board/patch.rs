//! Changes the cards on the page that have changed, and leaves the others alone: what is scrolled, measured and focused
//! stays, however many there are.

use std::sync::Arc;

use leptos::{wasm_bindgen::JsCast, web_sys::Element};

use crate::tasks::model::TaskCard;

/// A card as it is shown, and whether it is in the air.
pub type Item = (Arc<TaskCard>, bool);

/// Makes the list items of `list`, which are those of `old`, into those of `new`; `html` writes the ones that are needed.
pub fn patch(list: &Element, old: &[Item], new: &[Item], html: impl Fn(&[Item]) -> String) {
    let nodes = list.child_nodes();
    if usize::try_from(nodes.length()).ok() != Some(old.len()) {
        return list.set_inner_html(&html(new));
    }
    let (head, tail) = in_common(old, new);
    let at = u32::try_from(head).unwrap_or(u32::MAX);
    for _ in head..old.len() - tail {
        if let Some(node) = nodes.item(at) {
            // It is there, and a child of the list.
            drop(list.remove_child(&node));
        }
    }
    let fresh = &new[head..new.len() - tail];
    if fresh.is_empty() {
        return;
    }
    let below = nodes.item(at).and_then(|below| below.dyn_into::<Element>().ok());
    let done = match below {
        Some(below) => below.insert_adjacent_html("beforebegin", &html(fresh)),
        None => list.insert_adjacent_html("beforeend", &html(fresh)),
    };
    if done.is_err() {
        list.set_inner_html(&html(new));
    }
}

/// How many items two lists begin with alike, and how many of the rest they end with alike.
fn in_common<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize) {
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
}
