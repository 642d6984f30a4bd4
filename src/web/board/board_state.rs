//! The state of a board's cards: lifted, moved and dropped cards, pending moves. Does not touch the DOM.
//!
//! A move is shown immediately, and sent after the earlier moves. Acknowledged columns and pending moves are kept
//! apart, so that dropping a refused move from the queue undoes it.

mod events;

use std::{borrow::Cow, collections::VecDeque, sync::Arc};

use super::{
    column_state::{ColumnState, sort},
    lanes::insertion_point,
};
use crate::domain::{
    board::Column,
    tasks::{
        TaskCard,
        fields::TaskPosition,
        lane::{Lane, LaneMove},
    },
};

/// Moves a card into a column, before another card or to the end, and into another lane if `lane_move` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The task's number in the project.
    pub number: i64,
    /// Index of the column.
    pub column: usize,
    /// Number of the task that will be right below; `None` moves the card to the end.
    pub before: Option<i64>,
    /// The change of lane, on a board with lanes.
    pub lane_move: Option<LaneMove>,
}

/// Column and index of a card, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardIndex {
    pub column: usize,
    pub index: usize,
}

/// Direction in which the keyboard moves a lifted card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
}

/// A lifted card: where it came from and where it would be dropped.
#[derive(Clone, Copy, Debug)]
struct Lifted {
    /// The move that leaves the card where it was.
    origin: Move,
    /// The lane it was lifted from.
    lane: Lane,
    target: Move,
}

impl Lifted {
    /// The card's current lane.
    fn lane(&self) -> Lane {
        self.target.lane_move.map_or(self.lane, LaneMove::to)
    }
}

/// The cards of a board, the moves that wait for the server, and the lifted card.
#[derive(Clone, Debug)]
pub struct BoardState {
    acknowledged: Vec<ColumnState>,
    /// The pending moves in the order in which they are sent. The first is in flight.
    pending: VecDeque<Move>,
    lifted: Option<Lifted>,
    /// Number of the last event included in `acknowledged`.
    as_of: i64,
}

impl BoardState {
    /// Creates the state from the `columns` as of event `as_of`.
    #[must_use]
    pub fn new(columns: Vec<Column>, as_of: i64) -> Self {
        let acknowledged = columns.into_iter().map(ColumnState::from).collect();
        Self { acknowledged, pending: VecDeque::new(), lifted: None, as_of }
    }

    /// The columns that the server has acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> &[ColumnState] {
        &self.acknowledged
    }

    /// The visible columns: the acknowledged ones with the pending moves and the lifted card applied.
    #[must_use]
    pub fn columns(&self) -> Cow<'_, [ColumnState]> {
        let lifted = self.lifted.map(|lifted| lifted.target);
        if self.pending.is_empty() && lifted.is_none() {
            return Cow::Borrowed(&self.acknowledged);
        }
        let mut columns = self.acknowledged.clone();
        for card_move in self.pending.iter().copied().chain(lifted) {
            apply(&mut columns, card_move);
        }
        Cow::Owned(columns)
    }

    /// The lifted card's number and its current lane.
    #[must_use]
    pub fn lifted(&self) -> Option<(i64, Lane)> {
        self.lifted.map(|lifted| (lifted.origin.number, lifted.lane()))
    }

    /// The lane that the lifted card came from.
    #[must_use]
    pub fn lifted_from(&self) -> Option<Lane> {
        self.lifted.map(|lifted| lifted.lane)
    }

    /// Lifts a card that is in `lane`. A card that is lifted already goes back.
    pub fn lift(&mut self, number: i64, lane: Lane) -> Option<CardIndex> {
        self.lifted = None;
        let columns = self.columns();
        let index = find(&columns, number)?;
        let origin = unmoved(&columns, number, index);
        self.lifted = Some(Lifted { origin, lane, target: origin });
        Some(index)
    }

    /// Moves the lifted card by one position or column, or past the end of its lane into the next of `lanes`. Returns its new
    /// position; `None` if it cannot move that way.
    pub fn step(&mut self, step: Step, lanes: &[Lane]) -> Option<CardIndex> {
        let (number, lane) = self.lifted()?;
        let columns = self.columns();
        let column = find(&columns, number)?.column;
        // The other cards of a column and lane.
        let others = |column: usize, lane: Lane| -> Vec<i64> {
            let others = columns[column].tasks.iter().filter(|task| task.number != number && lane.holds(task));
            others.map(|task| task.number).collect()
        };
        let neighbours = others(column, lane);
        let in_lane = columns[column].tasks.iter().filter(|task| lane.holds(task));
        let index = in_lane.take_while(|task| task.number != number).count();
        let at = lanes.iter().position(|other| *other == lane)?;
        let (column, lane, before) = match step {
            Step::Up if index > 0 => (column, lane, Some(neighbours[index - 1])),
            Step::Up => (column, lanes[at.checked_sub(1)?], None),
            Step::Down if index < neighbours.len() => (column, lane, neighbours.get(index + 1).copied()),
            Step::Down => {
                let below = *lanes.get(at + 1)?;
                (column, below, others(column, below).first().copied())
            }
            Step::Left => (column.checked_sub(1)?, lane, others(column - 1, lane).get(index).copied()),
            Step::Right if column + 1 < columns.len() => {
                (column + 1, lane, others(column + 1, lane).get(index).copied())
            }
            Step::Right => return None,
        };
        let before = insertion_point(&columns[column].tasks, lane, number, before);
        self.set_target(column, before, lane)?;
        find(&self.columns(), number)
    }

    /// Sets where the lifted card would be dropped.
    fn set_target(&mut self, column: usize, before: Option<i64>, lane: Lane) -> Option<()> {
        let lifted = self.lifted.as_mut()?;
        let target_column = self.acknowledged.get(column)?;
        // A column that shows only its recent cards has hidden ones above the first: a new card goes below the first, to stay
        // among the visible ones.
        let is_new = lifted.origin.column != column;
        let first = target_column.tasks.first().map(|task| task.number);
        let before = if is_new && target_column.is_cut() && before == first {
            target_column.tasks.get(1).map(|task| task.number)
        } else {
            before
        };
        let number = lifted.origin.number;
        lifted.target = Move { number, column, before, lane_move: LaneMove::between(lifted.lane, lane) };
        Some(())
    }

    /// Drops the lifted card where it is. Returns the move to send; `None` if the card did not move.
    pub fn drop_lifted(&mut self) -> Option<Move> {
        let Lifted { origin, target, .. } = self.lifted.take()?;
        self.pending.extend((target != origin).then_some(target));
        (target != origin).then_some(target)
    }

    /// Returns the lifted card to where it came from, and returns that position and lane.
    pub fn cancel_lift(&mut self) -> Option<(CardIndex, Lane)> {
        let lifted = self.lifted.take()?;
        Some((find(&self.columns(), lifted.origin.number)?, lifted.lane))
    }

    /// Lifts, moves and drops a card in one go. Returns `None` if the card did not move.
    pub fn move_card(
        &mut self,
        number: i64,
        from: Lane,
        column: usize,
        lane: Lane,
        before: Option<i64>,
    ) -> Option<Move> {
        if column >= self.acknowledged.len() {
            return None;
        }
        self.lift(number, from)?;
        let before = if before == Some(number) {
            // The card is dropped onto itself: its position stays.
            self.lifted?.origin.before
        } else {
            insertion_point(&self.columns()[column].tasks, lane, number, before)
        };
        self.set_target(column, before, lane);
        self.drop_lifted()
    }

    /// The move to send next.
    #[must_use]
    pub fn next_pending(&self) -> Option<Move> {
        self.pending.front().copied()
    }

    /// The task right above the card after `card_move`.
    #[must_use]
    pub fn task_above(&self, card_move: Move) -> Option<i64> {
        let mut columns = self.acknowledged.clone();
        apply(&mut columns, card_move);
        let CardIndex { column, index } = find(&columns, card_move.number)?;
        columns[column].tasks.get(index.checked_sub(1)?).map(|task| task.number)
    }

    /// Number of moves that wait for the server's response.
    #[must_use]
    pub fn pending_count(&self) -> usize {
        self.pending.len()
    }

    /// Applies the server's response to the first pending move: the card's new position and the number of the event, if the
    /// card moved. `None` undoes a refused move together with the later moves of the same card.
    pub fn settle(&mut self, accepted: Option<(&TaskPosition, Option<i64>)>) {
        let Some(settled) = self.pending.pop_front() else { return };
        let Some((position, event)) = accepted else {
            self.pending.retain(|later| later.number != settled.number);
            return;
        };
        // An event that was applied already may have been followed by moves of others.
        if event.is_some_and(|event| event > self.as_of)
            && let Some(at) = find(&self.acknowledged, settled.number)
        {
            let mut card = self.acknowledged[at.column].tasks.remove(at.index);
            if let Some(lane_move) = settled.lane_move {
                lane_move.apply(Arc::make_mut(&mut card));
            }
            self.insert(position, card);
        }
    }

    /// Appends a card that the server has created, unless an event has added it already.
    pub fn add(&mut self, column: usize, task: TaskCard) {
        if find(&self.acknowledged, task.number).is_none()
            && let Some(column) = self.acknowledged.get_mut(column)
        {
            column.tasks.push(Arc::new(task));
            sort(&mut column.tasks);
        }
    }

    /// The visible position of a card.
    #[must_use]
    pub fn position(&self, number: i64) -> Option<CardIndex> {
        find(&self.columns(), number)
    }
}

fn find(columns: &[ColumnState], number: i64) -> Option<CardIndex> {
    columns.iter().enumerate().find_map(|(column, ColumnState { tasks, .. })| {
        tasks.iter().position(|task| task.number == number).map(|index| CardIndex { column, index })
    })
}

/// Returns the move that leaves a card where it is.
fn unmoved(columns: &[ColumnState], number: i64, CardIndex { column, index }: CardIndex) -> Move {
    Move { number, column, before: columns[column].tasks.get(index + 1).map(|task| task.number), lane_move: None }
}

fn apply(columns: &mut [ColumnState], Move { number, column, before, lane_move }: Move) {
    let Some(from) = find(columns, number).filter(|_| column < columns.len()) else { return };
    let mut task = columns[from.column].tasks.remove(from.index);
    if let Some(lane_move) = lane_move {
        lane_move.apply(Arc::make_mut(&mut task));
    }
    let tasks = &mut columns[column].tasks;
    let index = before.and_then(|before| tasks.iter().position(|task| task.number == before)).unwrap_or(tasks.len());
    tasks.insert(index, task);
}

#[cfg(test)]
mod tests;
