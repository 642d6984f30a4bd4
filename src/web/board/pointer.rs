//! Moving cards by pointer, with the browser's own drag and drop. The board listens for all of its cards.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use web_sys::Element;

use super::{
    focus::{lane_of, task_number},
    store::BoardStore,
};
use crate::domain::tasks::lane::Lane;

/// On the list item of the card that is dragged while the browser takes its picture: it tilts.
const TILTED: &str = "is-tilted";
/// On the list item of the card that is dragged: its place stays marked.
const GONE: &str = "is-gone";
/// On the list item before which the card would land.
const LANDING: &str = "is-landing";
/// On the list at whose end the card would land.
const LANDING_LAST: &str = "is-landing-last";

/// What is being dragged on one board.
#[derive(Clone, Copy)]
pub struct Dragging {
    controls: BoardStore,
    /// Its number, and the lane it was taken out of.
    card: StoredValue<Option<(i64, Lane)>>,
}

/// Where a card would land.
struct Landing {
    column: usize,
    list: Element,
    /// The list item that would be below it.
    before: Option<Element>,
}

impl Dragging {
    #[must_use]
    pub fn new(controls: BoardStore) -> Self {
        Self { controls, card: StoredValue::new(None) }
    }

    pub fn start(self, event: &ev::DragEvent) {
        if !self.controls.may_move() {
            return;
        }
        let Some((item, number)) =
            closest(event, "[data-task]").and_then(|item| Some((item.clone(), task_number(&item)?)))
        else {
            return;
        };
        self.card.set_value(Some((number, lane_of(&item))));
        self.controls.pane().hold(Some(number));
        if let Some(data) = event.data_transfer() {
            data.set_effect_allowed("linkMove");
            let card = item.get_bounding_client_rect();
            #[expect(clippy::cast_possible_truncation, reason = "pixels of one screen")]
            let (x, y) =
                ((f64::from(event.client_x()) - card.x()) as i32, (f64::from(event.client_y()) - card.y()) as i32);
            let _ = item.class_list().add_1(TILTED);
            data.set_drag_image(&item, x, y);
        }
        request_animation_frame(move || {
            let _ = item.class_list().remove_1(TILTED);
            let _ = item.class_list().add_1(GONE);
        });
    }

    pub fn over(self, event: &ev::DragEvent) {
        let Some((number, lane)) = self.card.get_value() else { return };
        let Some(landing) = Landing::of(event) else { return };
        event.prevent_default();
        if let Some(data) = event.data_transfer() {
            data.set_drop_effect("move");
        }
        clear(&[LANDING, LANDING_LAST]);
        let is_dragged = |item: &Element| task_number(item) == Some(number) && lane_of(item) == lane;
        let _ = match &landing.before {
            Some(item) if is_dragged(item) || item.previous_element_sibling().is_some_and(|item| is_dragged(&item)) => {
                Ok(())
            }
            Some(item) => item.class_list().add_1(LANDING),
            None if landing.list.last_element_child().is_some_and(|item| is_dragged(&item)) => Ok(()),
            None => landing.list.class_list().add_1(LANDING_LAST),
        };
    }

    pub fn drop(self, event: &ev::DragEvent) {
        let Some((number, from)) = self.card.get_value() else { return };
        event.prevent_default();
        if let Some(landing) = Landing::of(event) {
            let before = landing.before.as_ref().and_then(task_number);
            self.controls.carry(number, from, landing.column, lane_of(&landing.list), before);
        }
        self.end();
    }

    pub fn end(self) {
        self.card.set_value(None);
        self.controls.pane().hold(None);
        clear(&[TILTED, GONE, LANDING, LANDING_LAST]);
    }
}

impl Landing {
    /// In the lane of the column under the pointer: before the first card whose middle is below it.
    fn of(event: &ev::DragEvent) -> Option<Self> {
        let section = closest(event, "[data-column]")?;
        let lists = section.query_selector_all("ol").ok()?;
        let lists: Vec<Element> = (0..lists.length()).filter_map(|at| lists.item(at)?.dyn_into().ok()).collect();
        let under = lists.iter().find(|list| f64::from(event.client_y()) < list.get_bounding_client_rect().bottom());
        let list = under.or(lists.last())?.clone();
        let items = list.child_nodes();
        let item = |at: u32| items.item(at).and_then(|item| item.dyn_into::<Element>().ok());
        // They stand below each other, and there may be thousands.
        let (mut above, mut below) = (0, items.length());
        while above < below {
            let middle = u32::midpoint(above, below);
            let card = item(middle)?.get_bounding_client_rect();
            if f64::from(event.client_y()) < card.y() + card.height() / 2.0 {
                below = middle;
            } else {
                above = middle + 1;
            }
        }
        let before = item(above);
        Some(Self { column: section.get_attribute("data-column")?.parse().ok()?, list, before })
    }
}

/// Forgets where a card would land when the pointer is no longer over a column.
pub fn leave(event: &ev::DragEvent) {
    let entered = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    if entered.and_then(|entered| entered.closest("[data-column]").ok().flatten()).is_none() {
        clear(&[LANDING, LANDING_LAST]);
    }
}

fn closest(event: &ev::DragEvent, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

fn clear(classes: &[&str]) {
    for class in classes {
        while let Some(element) = document().query_selector(&format!(".{class}")).ok().flatten() {
            if element.class_list().remove_1(class).is_err() {
                break;
            }
        }
    }
}
