//! The cards of a board in the viewport.

use std::{ops::Range, sync::Arc};

use leptos::{html, prelude::*, web_sys::HtmlElement};

use super::{
    card_html::{CardStyle, Item},
    card_renderer::CardRenderer,
    patch::{in_common, patch},
    window::{Heights, INITIAL_CARDS, next_window, shifted_window, spacers, window_around},
};
use crate::web::task_view::viewport::{Lines, Viewport, set_spacers};

/// The cards of one board in its viewport. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BoardViewport {
    pub shared: Viewport,
    pub renderer: CardRenderer,
    heights: StoredValue<Heights>,
}

/// The cards of one column in one lane.
struct Cards {
    board: BoardViewport,
    rendered: StoredValue<RenderedList>,
}

/// The rendered part of a list.
struct RenderedList {
    style: CardStyle,
    items: Vec<Item>,
    window: Range<usize>,
    /// Whether the heights of the rendered cards are already recorded.
    is_measured: bool,
    /// Heights of the spacers above and below the rendered cards, in pixels.
    spacers: (f64, f64),
}

/// Determines which cards are rendered before the scroll position is read.
struct RenderOptions<'a> {
    /// Whether to render every card.
    is_whole: bool,
    /// A task whose card must be rendered.
    focused: Option<i64>,
    heights: &'a Heights,
}

impl BoardViewport {
    /// Creates the viewport of a board that is not mounted yet.
    #[must_use]
    pub fn new(shared: Viewport, renderer: CardRenderer) -> Self {
        Self { shared, renderer, heights: StoredValue::new(Heights::default()) }
    }

    /// Keeps the list element `node` in step with `items`. The element initially contains the first of `initial`.
    pub fn bind_list(self, node: NodeRef<html::Ol>, items: Memo<Vec<Item>>, initial: Vec<Item>) {
        let Self { shared, renderer, heights } = self;
        let style = renderer.style.get_untracked();
        let window = 0..initial.len().min(INITIAL_CARDS);
        let rendered =
            StoredValue::new(RenderedList { style, items: initial, window, is_measured: false, spacers: (0.0, 0.0) });
        shared.add(node, Arc::new(Cards { board: self, rendered }));
        // Effects run in the browser only.
        Effect::new(move || {
            let (Some(list), is_whole) = (node.get(), renderer.is_whole.get()) else { return };
            heights.with_value(|heights| {
                let options = RenderOptions { is_whole, focused: shared.focused(), heights };
                renderer.style.with(|style| {
                    items.with(|items| {
                        rendered.update_value(|rendered| {
                            rendered.replace_items(renderer, &list, style, items, &options);
                        });
                    });
                });
            });
            shared.schedule_update();
        });
    }
}

impl Lines for Cards {
    fn is_windowed(&self) -> bool {
        !self.board.renderer.is_whole.get_untracked()
    }

    fn measure(&self, list: &HtmlElement) {
        self.board.heights.update_value(|heights| {
            self.rendered.update_value(|rendered| rendered.measure(list, heights));
        });
    }

    fn show(&self, list: &HtmlElement, visible: &Range<f64>) {
        let BoardViewport { shared, renderer, heights } = self.board;
        let held = renderer.lifted().map(|(number, _)| number).or_else(|| shared.dragged());
        heights.with_value(|heights| {
            self.rendered.update_value(|rendered| rendered.update_window(renderer, list, visible, held, heights));
        });
    }

    fn forget_heights(&self) {
        self.board.heights.try_set_value(Heights::default());
        self.rendered.try_update_value(|rendered| rendered.is_measured = false);
    }
}

impl RenderedList {
    /// Replaces the items of the list and patches the rendered ones.
    fn replace_items(
        &mut self,
        renderer: CardRenderer,
        list: &HtmlElement,
        style: &CardStyle,
        items: &[Item],
        options: &RenderOptions,
    ) {
        let mut window = if options.is_whole {
            0..items.len()
        } else if self.items.is_empty() {
            window_around(0, items.len())
        } else {
            shifted_window(&self.window, (self.items.len(), items.len()), in_common(&self.items, items))
        };
        let focused = options.focused.and_then(|number| position(items, number));
        if let Some(at) = focused.filter(|at| !window.contains(at)) {
            window = window_around(at, items.len());
        }
        let (old, new) = (&self.items[self.window.clone()], &items[window.clone()]);
        if self.style == *style {
            patch(list, old, new, |added| renderer.html(added));
        } else {
            list.set_inner_html(&renderer.html(new));
            self.style = style.clone();
        }
        (self.items, self.window, self.is_measured) = (items.to_vec(), window, false);
        self.set_spacers(list, spacers(&self.bottoms(options.heights), &self.window));
    }

    /// The bottom edge of every card, rendered or not.
    fn bottoms(&self, heights: &Heights) -> Vec<f64> {
        heights.bottoms(self.items.iter().map(|item| item.card.number))
    }

    /// Records the heights of the rendered cards.
    fn measure(&mut self, list: &HtmlElement, heights: &mut Heights) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        let cards = list.children();
        let measured = (0..).zip(&self.items[self.window.clone()]).filter_map(|(at, item)| {
            // A card in a collapsed column has no height.
            let height = cards.item(at)?.get_bounding_client_rect().height();
            (height > 0.0).then_some((item.card.number, height))
        });
        heights.record(measured);
    }

    /// Renders the cards near `visible` and the one that must stay rendered (focused or dragged), and removes the
    /// others.
    fn update_window(
        &mut self,
        renderer: CardRenderer,
        list: &HtmlElement,
        visible: &Range<f64>,
        held: Option<i64>,
        heights: &Heights,
    ) {
        let bottoms = self.bottoms(heights);
        if let Some(mut window) = next_window(&bottoms, visible, &self.window) {
            if let Some(at) = held.and_then(|number| position(&self.items, number)) {
                window = if window.is_empty() { at..at + 1 } else { window.start.min(at)..window.end.max(at + 1) };
            }
            let (old, new) = (&self.items[self.window.clone()], &self.items[window.clone()]);
            patch(list, old, new, |added| renderer.html(added));
            (self.window, self.is_measured) = (window, false);
        }
        self.set_spacers(list, spacers(&bottoms, &self.window));
    }

    fn set_spacers(&mut self, list: &HtmlElement, spacers: (f64, f64)) {
        if std::mem::replace(&mut self.spacers, spacers) != spacers {
            set_spacers(list, ["--above", "--below"], spacers);
        }
    }
}

/// The index of the card of task `number`.
fn position(items: &[Item], number: i64) -> Option<usize> {
    items.iter().position(|item| item.card.number == number)
}
