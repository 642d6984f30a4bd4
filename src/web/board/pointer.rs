//! Moves cards by pointer with HTML drag and drop. The board handles the events of all its cards.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use web_sys::Element;

use super::{commands::BoardCommands, focus::lane_of};
use crate::{
    domain::tasks::lane::Lane,
    web::task_view::{
        focus::{target, task_number},
        viewport::Viewport,
    },
};

/// Class of the dragged list item while the browser takes the drag image: tilts the card.
const TILTED: &str = "is-tilted";
/// Class of the dragged list item: marks its original position.
const DRAGGED: &str = "is-gone";
/// Class of the list item before which the card would be dropped.
const TARGET: &str = "is-landing";
/// Class of the list at whose end the card would be dropped.
const TARGET_END: &str = "is-landing-last";

/// The drag operation on one board. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Drag {
    commands: BoardCommands,
    viewport: Viewport,
    /// Number of the dragged card and the lane it was dragged from.
    card: StoredValue<Option<(i64, Lane)>>,
}

/// The position at which a card would be dropped.
struct DropTarget {
    column: usize,
    list: Element,
    /// The list item that would be right below; `None` at the end of the list.
    before: Option<Element>,
}

impl Drag {
    #[must_use]
    pub fn new(commands: BoardCommands, viewport: Viewport) -> Self {
        Self { commands, viewport, card: StoredValue::new(None) }
    }

    /// Starts dragging the card under the pointer.
    pub fn start(self, event: &ev::DragEvent) {
        if !self.commands.store.shared.may_write() {
            return;
        }
        let Some((item, number)) =
            closest(event, "[data-task]").and_then(|item| Some((item.clone(), task_number(&item)?)))
        else {
            return;
        };
        self.card.set_value(Some((number, lane_of(&item))));
        self.viewport.set_dragged(Some(number));
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
            let _ = item.class_list().add_1(DRAGGED);
        });
    }

    /// Marks the position at which the card would be dropped.
    pub fn over(self, event: &ev::DragEvent) {
        let Some((number, lane)) = self.card.get_value() else { return };
        let Some(target) = DropTarget::of(event) else { return };
        event.prevent_default();
        if let Some(data) = event.data_transfer() {
            data.set_drop_effect("move");
        }
        clear(&[TARGET, TARGET_END]);
        let is_dragged = |item: &Element| task_number(item) == Some(number) && lane_of(item) == lane;
        let _ = match &target.before {
            Some(item) if is_dragged(item) || item.previous_element_sibling().is_some_and(|item| is_dragged(&item)) => {
                Ok(())
            }
            Some(item) => item.class_list().add_1(TARGET),
            None if target.list.last_element_child().is_some_and(|item| is_dragged(&item)) => Ok(()),
            None => target.list.class_list().add_1(TARGET_END),
        };
    }

    /// Moves the card to the marked position.
    pub fn drop(self, event: &ev::DragEvent) {
        let Some((number, from)) = self.card.get_value() else { return };
        event.prevent_default();
        if let Some(target) = DropTarget::of(event) {
            let before = target.before.as_ref().and_then(task_number);
            self.commands.move_card(number, from, target.column, lane_of(&target.list), before);
        }
        self.end();
    }

    /// Ends the drag, whether or not the card was dropped.
    pub fn end(self) {
        self.card.set_value(None);
        self.viewport.set_dragged(None);
        clear(&[TILTED, DRAGGED, TARGET, TARGET_END]);
    }
}

impl DropTarget {
    /// Finds the column and lane under the pointer, and the first card there whose middle is below the pointer.
    fn of(event: &ev::DragEvent) -> Option<Self> {
        let section = closest(event, "[data-column]")?;
        let lists = section.query_selector_all("ol").ok()?;
        let lists: Vec<Element> = (0..lists.length()).filter_map(|at| lists.item(at)?.dyn_into().ok()).collect();
        let under_pointer =
            lists.iter().find(|list| f64::from(event.client_y()) < list.get_bounding_client_rect().bottom());
        let list = under_pointer.or(lists.last())?.clone();
        let items = list.child_nodes();
        let item = |at: u32| items.item(at).and_then(|item| item.dyn_into::<Element>().ok());
        // Binary search: the cards are sorted by their vertical position, and a list may have thousands.
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

/// Clears the marked drop position when the pointer leaves all columns.
pub fn leave(event: &ev::DragEvent) {
    let entered = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    if entered.and_then(|entered| entered.closest("[data-column]").ok().flatten()).is_none() {
        clear(&[TARGET, TARGET_END]);
    }
}

/// The ancestor of the event's target that matches `selector`.
fn closest(event: &ev::DragEvent, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok()?
}

/// Removes each class from all elements of the page.
fn clear(classes: &[&str]) {
    for class in classes {
        while let Some(element) = document().query_selector(&format!(".{class}")).ok().flatten() {
            if element.class_list().remove_1(class).is_err() {
                break;
            }
        }
    }
}
