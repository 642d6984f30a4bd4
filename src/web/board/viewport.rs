//! The part of a board that scrolls. Of the thousands of cards that a board may have, those that are near what is seen are on the
//! page; the others have their room.

use std::ops::Range;

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    card_html::CardStyle,
    patch::{Item, in_common, patch},
    store::BoardStore,
    window::{FIRST, Heights, around, carried, room, window},
};

/// The scrolling part of one board. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Viewport {
    scroller: NodeRef<html::Div>,
    inner: StoredValue<Inner>,
}

#[derive(Default)]
struct Inner {
    lists: Vec<List>,
    heights: Heights,
    /// The card that is to be on the page next, wherever it stands: it has the focus.
    awaited: Option<i64>,
    /// The card that is being dragged: a browser says nothing more of one that is gone.
    dragged: Option<i64>,
    /// Whether the lists are looked at in the next frame.
    is_due: bool,
}

/// The cards of a column in a lane.
#[derive(Clone, Copy)]
struct List {
    node: NodeRef<html::Ol>,
    kept: StoredValue<Kept>,
}

/// What of a list is on the page.
struct Kept {
    style: CardStyle,
    items: Vec<Item>,
    window: Range<usize>,
    /// Whether the heights of the cards on the page are known.
    is_measured: bool,
    /// Above and below them, in pixels.
    room: (f64, f64),
}

/// By what it is decided which cards are on the page before what is seen is looked at.
struct Next<'a> {
    /// Whether all of them are.
    is_whole: bool,
    /// The number of a task whose card is.
    awaited: Option<i64>,
    heights: &'a Heights,
}

impl Viewport {
    /// Before it is on the page.
    #[must_use]
    pub fn new() -> Self {
        Self { scroller: NodeRef::new(), inner: StoredValue::new(Inner::default()) }
    }

    /// The element that scrolls.
    #[must_use]
    pub const fn scroller(self) -> NodeRef<html::Div> {
        self.scroller
    }

    /// Puts the card of a task onto the page with what changes next.
    pub fn await_card(self, number: i64) {
        self.inner.try_update_value(|inner| inner.awaited = Some(number));
    }

    /// Keeps the card that is dragged on the page.
    pub fn hold(self, number: Option<i64>) {
        self.inner.try_update_value(|inner| inner.dragged = number);
    }

    /// Has `list`, in which the first ones of `items` are, show what those say, now and whenever that changes.
    pub fn follow(self, controls: BoardStore, node: NodeRef<html::Ol>, items: Memo<Vec<Item>>, first: Vec<Item>) {
        let style = controls.style().get_untracked();
        let window = 0..first.len().min(FIRST);
        let kept = StoredValue::new(Kept { style, items: first, window, is_measured: false, room: (0.0, 0.0) });
        self.inner.update_value(|inner| inner.lists.push(List { node, kept }));
        // In the browser alone.
        Effect::new(move || {
            let (Some(list), is_whole) = (node.get(), controls.is_whole().get()) else { return };
            self.inner.with_value(|Inner { heights, awaited, .. }| {
                let next = Next { is_whole, awaited: *awaited, heights };
                controls.style().with(|style| {
                    items.with(|items| kept.update_value(|kept| kept.take(controls, &list, style, items, &next)));
                });
            });
            self.look_soon(controls);
        });
    }

    /// Looks once the page is as it is to be.
    fn look_soon(self, controls: BoardStore) {
        if self.inner.try_update_value(|inner| std::mem::replace(&mut inner.is_due, true)) == Some(false) {
            request_animation_frame(move || self.look(controls));
        }
    }

    /// Puts the cards onto the page that are near what is seen, and takes the others off.
    pub fn look(self, controls: BoardStore) {
        // The board may be gone when a frame comes.
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let held = controls.lifted().map(|(number, _)| number);
        let is_whole = controls.is_whole().get_untracked();
        self.inner.try_update_value(|inner| {
            (inner.is_due, inner.awaited) = (false, None);
            inner.lists.retain(|list| list.kept.try_with_value(|_| ()).is_some());
            if is_whole {
                return;
            }
            let held = held.or(inner.dragged);
            let frame = scroller.get_bounding_client_rect();
            let there = |list: &List| Some((list.kept, list.node.get_untracked()?));
            // Everything is read before anything is written, so that the page is laid out once.
            let mut lists = Vec::with_capacity(inner.lists.len());
            for (kept, list) in inner.lists.iter().filter_map(there) {
                let top = list.get_bounding_client_rect().y();
                kept.update_value(|kept| kept.measure(&list, &mut inner.heights));
                lists.push((kept, list, frame.top() - top..frame.bottom() - top));
            }
            for (kept, list, seen) in lists {
                kept.update_value(|kept| kept.show(controls, &list, &seen, held, &inner.heights));
            }
        });
    }

    /// Forgets how high cards are, since they may be wider or narrower than before, and looks again.
    pub fn measure_again(self, controls: BoardStore) {
        self.inner.try_update_value(|inner| {
            inner.heights = Heights::default();
            for list in &inner.lists {
                list.kept.try_update_value(|kept| kept.is_measured = false);
            }
        });
        self.look_soon(controls);
    }
}

impl Kept {
    /// Takes over what the list is to show from now on.
    fn take(&mut self, controls: BoardStore, list: &Element, style: &CardStyle, items: &[Item], next: &Next) {
        let mut window = if next.is_whole {
            0..items.len()
        } else if self.items.is_empty() {
            around(0, items.len())
        } else {
            carried(&self.window, (self.items.len(), items.len()), in_common(&self.items, items))
        };
        let awaited = next.awaited.and_then(|number| items.iter().position(|(task, _)| task.number == number));
        if let Some(at) = awaited.filter(|at| !window.contains(at)) {
            window = around(at, items.len());
        }
        let (before, now) = (&self.items[self.window.clone()], &items[window.clone()]);
        if self.style == *style {
            patch(list, before, now, |fresh| controls.html(fresh));
        } else {
            list.set_inner_html(&controls.html(now));
            self.style = style.clone();
        }
        (self.items, self.window, self.is_measured) = (items.to_vec(), window, false);
        self.make_room(list, room(&self.ends(next.heights), &self.window));
    }

    /// Where each card ends, be it on the page or not.
    fn ends(&self, heights: &Heights) -> Vec<f64> {
        heights.ends(self.items.iter().map(|(task, _)| task.number))
    }

    /// Takes note of the heights of the cards that are on the page.
    fn measure(&mut self, list: &Element, heights: &mut Heights) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        let cards = list.children();
        let measured = (0..).zip(&self.items[self.window.clone()]).filter_map(|(at, (task, _))| {
            // In a collapsed column it has none.
            let height = cards.item(at)?.get_bounding_client_rect().height();
            (height > 0.0).then_some((task.number, height))
        });
        heights.learn(measured);
    }

    /// Shows what is near the depths that are seen, and the card that is held.
    fn show(&mut self, controls: BoardStore, list: &Element, seen: &Range<f64>, held: Option<i64>, heights: &Heights) {
        let ends = self.ends(heights);
        if let Some(mut window) = window(&ends, seen, &self.window) {
            let held = held.and_then(|number| self.items.iter().position(|(task, _)| task.number == number));
            if let Some(at) = held {
                window = if window.is_empty() { at..at + 1 } else { window.start.min(at)..window.end.max(at + 1) };
            }
            patch(list, &self.items[self.window.clone()], &self.items[window.clone()], |fresh| controls.html(fresh));
            (self.window, self.is_measured) = (window, false);
        }
        self.make_room(list, room(&ends, &self.window));
    }

    /// Leaves room above and below the cards that are on the page. Only so may a page with our policy set it.
    fn make_room(&mut self, list: &Element, room: (f64, f64)) {
        if std::mem::replace(&mut self.room, room) == room {
            return;
        }
        let Some(list) = list.dyn_ref::<HtmlElement>() else { return };
        for (name, room) in [("--above", room.0), ("--below", room.1)] {
            // A browser that does not know it shows no room.
            drop(HtmlElement::style(list).set_property(name, &format!("{room}px")));
        }
    }
}
