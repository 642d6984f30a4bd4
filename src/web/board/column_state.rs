//! One column of a board in the browser.

use std::sync::Arc;

use crate::{
    domain::{
        board::{Column, RECENT},
        projects::State,
        tasks::TaskCard,
    },
    web::sorting::sort_by,
};

/// A column and its cards. The cards are shared between the acknowledged, the visible and the rendered columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnState {
    pub state: State,
    /// From top to bottom.
    pub tasks: Vec<Arc<TaskCard>>,
    /// Number of tasks that the server left out.
    pub hidden: usize,
}

/// Sorts by rank, the order that every page shows.
pub fn sort(tasks: &mut [Arc<TaskCard>]) {
    sort_by(tasks, |one, other| (&one.rank, one.number).cmp(&(&other.rank, other.number)));
}

impl From<Column> for ColumnState {
    fn from(Column { state, tasks, hidden }: Column) -> Self {
        Self { state, tasks, hidden }
    }
}

impl ColumnState {
    /// Whether the column holds only its most recent tasks.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.hidden > 0 && self.state.category.is_done() && self.tasks.len() >= RECENT
    }
}
