//! The parts that the board and the list of a project share. Both implement [`TaskView`] for these parts.

pub mod checkbox;
pub mod commands;
pub mod focus;
pub mod keyboard;
pub mod live;
pub mod page;
mod pickers;
pub mod selection;
pub mod selection_bar;
pub mod store;
pub mod viewport;
pub mod window;

use self::store::{EventOutcome, TaskViewStore};
use crate::domain::live::LiveEvent;

/// A board or a list, as the shared parts need it. Used as a trait object, so that these parts are compiled once.
pub trait TaskView: Send + Sync {
    /// The state that a board and a list share.
    fn store(&self) -> TaskViewStore;

    /// The loaded tasks in the same column or list as task `number`, in order. A range is selected among them.
    fn tasks_around(&self, number: i64) -> Vec<i64>;

    /// Applies an event of the project to the loaded tasks. Own changes arrive as events, too.
    fn apply(&self, event: &LiveEvent) -> EventOutcome;

    /// Fetches the tasks again.
    fn reload(&self);

    /// Runs a change that may render tasks again, and keeps the focus on the task that has it.
    fn keep_focus(&self, change: &mut dyn FnMut());
}
