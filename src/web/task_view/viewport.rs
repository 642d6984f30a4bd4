//! The scrolling part of a board or a list. Only the lines near the visible area are rendered; spacers stand in for the others.

use std::{ops::Range, sync::Arc};

use leptos::{html, prelude::*, web_sys::HtmlElement};

use crate::web::ui::style::pixels;

/// The lines of one list element in the viewport.
pub trait Lines: Send + Sync {
    /// Whether only the lines near the visible area are rendered.
    fn is_windowed(&self) -> bool;

    /// Measures the rendered lines for the next [`show`](Self::show), without changing anything: the viewport reads
    /// everything before it changes anything, so that the browser computes the layout once.
    fn measure(&self, _list: &HtmlElement) {}

    /// Renders the lines near the `visible` area, in pixels from the top of the list, and removes the others.
    fn show(&self, list: &HtmlElement, visible: &Range<f64>);

    /// Discards the measurements.
    fn forget_heights(&self) {}
}

/// The scrolling part of one page. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Viewport {
    scroller: NodeRef<html::Div>,
    state: StoredValue<ViewportState>,
}

#[derive(Default)]
struct ViewportState {
    lists: Vec<(NodeRef<html::Ol>, Arc<dyn Lines>)>,
    /// The task that has the focus: the next update renders it, wherever it is.
    focused: Option<i64>,
    /// The task that is being dragged. It stays rendered, since browsers fire no `dragend` at a removed element.
    dragged: Option<i64>,
    /// Whether an update is scheduled for the next frame.
    is_scheduled: bool,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { scroller: NodeRef::new(), state: StoredValue::new(ViewportState::default()) }
    }
}

impl Viewport {
    /// The element that scrolls.
    #[must_use]
    pub const fn scroller(self) -> NodeRef<html::Div> {
        self.scroller
    }

    /// Adds the list element `node`, which stays until its component is unmounted.
    pub fn add(self, node: NodeRef<html::Ol>, lines: Arc<dyn Lines>) {
        self.state.update_value(|state| state.lists.push((node, lines)));
    }

    /// Renders task `number` with the next update.
    pub fn ensure_rendered(self, number: i64) {
        self.state.try_update_value(|state| state.focused = Some(number));
    }

    /// The task that the next update renders, wherever it is.
    #[must_use]
    pub fn focused(self) -> Option<i64> {
        self.state.try_with_value(|state| state.focused).flatten()
    }

    /// Keeps the dragged task rendered; `None` ends that.
    pub fn set_dragged(self, number: Option<i64>) {
        self.state.try_update_value(|state| state.dragged = number);
    }

    /// The task that is being dragged.
    #[must_use]
    pub fn dragged(self) -> Option<i64> {
        self.state.try_with_value(|state| state.dragged).flatten()
    }

    /// Updates in the next frame, after scrolling to `top`. At 0.0 the scroll position stays, since the browser may have
    /// restored it.
    pub fn start_at(self, top: f64) {
        request_animation_frame(move || {
            if let (true, Some(scroller)) = (top > 0.0, self.scroller.try_get_untracked().flatten()) {
                #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
                scroller.set_scroll_top(top as i32);
            }
            self.update();
        });
    }

    /// Schedules an update for the next frame.
    pub fn schedule_update(self) {
        if self.state.try_update_value(|state| std::mem::replace(&mut state.is_scheduled, true)) == Some(false) {
            request_animation_frame(move || self.update());
        }
    }

    /// Renders the lines near the visible area and removes the others.
    pub fn update(self) {
        // The page may be unmounted by the time the frame runs.
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        let lists = self.state.try_update_value(|state| {
            (state.is_scheduled, state.focused) = (false, None);
            state.lists.retain(|(node, _)| node.try_get_untracked().is_some());
            let windowed = state.lists.iter().filter(|(_, lines)| lines.is_windowed());
            windowed.filter_map(|(node, lines)| Some((node.get_untracked()?, lines.clone()))).collect::<Vec<_>>()
        });
        let Some(lists) = lists.filter(|lists| !lists.is_empty()) else { return };
        let visible_box = scroller.get_bounding_client_rect();
        let mut visible = Vec::with_capacity(lists.len());
        for (list, lines) in &lists {
            let top = list.get_bounding_client_rect().y();
            lines.measure(list);
            visible.push(visible_box.top() - top..visible_box.bottom() - top);
        }
        for ((list, lines), visible) in lists.iter().zip(visible) {
            lines.show(list, &visible);
        }
    }

    /// Discards the measured heights, which depend on the width of the page, and schedules an update.
    pub fn invalidate_heights(self) {
        let lists = self.state.try_with_value(|state| state.lists.clone()).unwrap_or_default();
        for (_, lines) in lists {
            lines.forget_heights();
        }
        self.schedule_update();
    }
}

/// Sets the heights of the spacers above and below the rendered lines, in pixels. The style is set through the DOM, since the
/// content security policy forbids `style` attributes.
pub fn set_spacers(list: &HtmlElement, properties: [&str; 2], (above, below): (f64, f64)) {
    let style = HtmlElement::style(list);
    for (name, height) in properties.into_iter().zip([above, below]) {
        // A browser that rejects the property shows no spacer.
        drop(style.set_property(name, &pixels(height)));
    }
}
