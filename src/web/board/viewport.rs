//! The scrolling part of a board. Only cards near the visible area are rendered; spacers stand in for the others.

use std::ops::Range;

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    card_html::{CardStyle, Item},
    card_renderer::CardRenderer,
    patch::{in_common, patch},
    window::{Heights, INITIAL_CARDS, next_window, shifted_window, spacers, window_around},
};

/// The scrolling part of one board. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Viewport {
    renderer: CardRenderer,
    scroller: NodeRef<html::Div>,
    state: StoredValue<ViewportState>,
}

#[derive(Default)]
struct ViewportState {
    lists: Vec<CardList>,
    heights: Heights,
    /// The card that has the focus: the next update renders it, wherever it is.
    focused: Option<i64>,
    /// The card that is being dragged. It stays rendered, since browsers fire no `dragend` at a removed element.
    dragged: Option<i64>,
    /// Whether an update is scheduled for the next frame.
    is_scheduled: bool,
}

/// The cards of one column in one lane.
#[derive(Clone, Copy)]
struct CardList {
    node: NodeRef<html::Ol>,
    rendered: StoredValue<RenderedList>,
}

/// The rendered part of a list.
struct RenderedList {
    style: CardStyle,
    items: Vec<Item>,
    window: Range<usize>,
    /// Whether the heights of the rendered cards are recorded.
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

impl Viewport {
    /// Creates the viewport of a board that is not mounted yet.
    #[must_use]
    pub fn new(renderer: CardRenderer) -> Self {
        Self { renderer, scroller: NodeRef::new(), state: StoredValue::new(ViewportState::default()) }
    }

    /// The element that scrolls.
    #[must_use]
    pub const fn scroller(self) -> NodeRef<html::Div> {
        self.scroller
    }

    /// Renders the card of task `number` with the next update.
    pub fn ensure_rendered(self, number: i64) {
        self.state.try_update_value(|state| state.focused = Some(number));
    }

    /// Keeps the dragged card rendered; `None` ends that.
    pub fn set_dragged(self, number: Option<i64>) {
        self.state.try_update_value(|state| state.dragged = number);
    }

    /// Keeps the list element `node` in step with `items`. It contains the first of `initial` already.
    pub fn bind_list(self, node: NodeRef<html::Ol>, items: Memo<Vec<Item>>, initial: Vec<Item>) {
        let renderer = self.renderer;
        let style = renderer.style.get_untracked();
        let window = 0..initial.len().min(INITIAL_CARDS);
        let list_state =
            StoredValue::new(RenderedList { style, items: initial, window, is_measured: false, spacers: (0.0, 0.0) });
        self.state.update_value(|state| state.lists.push(CardList { node, rendered: list_state }));
        // Effects run in the browser only.
        Effect::new(move || {
            let (Some(list), is_whole) = (node.get(), renderer.is_whole.get()) else { return };
            self.state.with_value(|ViewportState { heights, focused, .. }| {
                let options = RenderOptions { is_whole, focused: *focused, heights };
                renderer.style.with(|style| {
                    items.with(|items| {
                        list_state.update_value(|list_state| {
                            list_state.replace_items(renderer, &list, style, items, &options);
                        });
                    });
                });
            });
            self.schedule_update();
        });
    }

    /// Schedules an update for the next frame.
    fn schedule_update(self) {
        if self.state.try_update_value(|state| std::mem::replace(&mut state.is_scheduled, true)) == Some(false) {
            request_animation_frame(move || self.update());
        }
    }

    /// Renders the cards near the visible area and removes the others.
    pub fn update(self) {
        // The board may be unmounted by the time the frame runs.
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let renderer = self.renderer;
        let lifted = renderer.lifted().map(|(number, _)| number);
        let is_whole = renderer.is_whole.get_untracked();
        self.state.try_update_value(|state| {
            (state.is_scheduled, state.focused) = (false, None);
            state.lists.retain(|list| list.rendered.try_with_value(|_| ()).is_some());
            if is_whole {
                return;
            }
            let held = lifted.or(state.dragged);
            let visible_box = scroller.get_bounding_client_rect();
            let mounted = |list: &CardList| Some((list.rendered, list.node.get_untracked()?));
            // All reads come before all writes, so that the browser computes the layout once.
            let mut lists = Vec::with_capacity(state.lists.len());
            for (rendered, list) in state.lists.iter().filter_map(mounted) {
                let top = list.get_bounding_client_rect().y();
                rendered.update_value(|rendered| rendered.measure(&list, &mut state.heights));
                lists.push((rendered, list, visible_box.top() - top..visible_box.bottom() - top));
            }
            for (rendered, list, visible) in lists {
                rendered.update_value(|rendered| {
                    rendered.update_window(renderer, &list, &visible, held, &state.heights);
                });
            }
        });
    }

    /// Discards the measured heights, which depend on the width of the columns, and schedules an update.
    pub fn invalidate_heights(self) {
        self.state.try_update_value(|state| {
            state.heights = Heights::default();
            for list in &state.lists {
                list.rendered.try_update_value(|rendered| rendered.is_measured = false);
            }
        });
        self.schedule_update();
    }
}

impl RenderedList {
    /// Replaces the items of the list and patches the rendered ones.
    fn replace_items(
        &mut self,
        renderer: CardRenderer,
        list: &Element,
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
    fn measure(&mut self, list: &Element, heights: &mut Heights) {
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

    /// Renders the cards near `visible` and the one that is held, and removes the others.
    fn update_window(
        &mut self,
        renderer: CardRenderer,
        list: &Element,
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

    /// Sets the heights of the spacers. The style is set through the DOM, since the content security policy forbids `style`
    /// attributes.
    fn set_spacers(&mut self, list: &Element, spacers: (f64, f64)) {
        if std::mem::replace(&mut self.spacers, spacers) == spacers {
            return;
        }
        let Some(list) = list.dyn_ref::<HtmlElement>() else { return };
        for (name, height) in [("--above", spacers.0), ("--below", spacers.1)] {
            // A browser that rejects the property shows no spacer.
            drop(HtmlElement::style(list).set_property(name, &format!("{height}px")));
        }
    }
}

/// The index of the card of task `number`.
fn position(items: &[Item], number: i64) -> Option<usize> {
    items.iter().position(|item| item.card.number == number)
}
