//! What happens to the cards of a board, without a browser: lifting, moving and dropping, and what the server makes
//! of it.
//!
//! A move is shown at once and sent in its turn. What the server has acknowledged and what is still to be sent are
//! kept apart, so that a refused move is undone by forgetting it.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::lanes::landing;
use crate::domain::{
    projects::{Column, RECENT, State},
    tasks::{
        TaskCard,
        event::Event,
        fields::{FieldChange, TaskPosition as Home},
        lane::{Lane, LaneMove},
    },
};

/// A column as it is worked on. Its cards are shared between what is known, what is shown and what is on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnState {
    pub state: State,
    /// From top to bottom.
    pub tasks: Vec<Arc<TaskCard>>,
    /// How many tasks are left out.
    pub hidden: usize,
}

impl From<Column> for ColumnState {
    fn from(Column { state, tasks, hidden }: Column) -> Self {
        Self { state, tasks: tasks.into_iter().map(Arc::new).collect(), hidden }
    }
}

impl ColumnState {
    /// Whether it shows its last tasks alone.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.hidden > 0 && self.state.category.is_done() && self.tasks.len() >= RECENT
    }
}

/// A card goes into a column, before another card or to the end, and perhaps into another lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The task's number in the project.
    pub number: i64,
    /// Index of the column.
    pub column: usize,
    /// Number of the task that will be below it.
    pub before: Option<i64>,
    /// What it becomes, on a board with lanes.
    pub shift: Option<LaneMove>,
}

/// Where a card is, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardIndex {
    pub column: usize,
    pub index: usize,
}

/// One step of a lifted card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
}

/// A card in the air: where it came from, and where it would land.
#[derive(Clone, Copy, Debug)]
struct Lifted {
    home: Move,
    /// The lane it was taken out of.
    lane: Lane,
    target: Move,
}

impl Lifted {
    /// The lane it is in now.
    fn lane(&self) -> Lane {
        self.target.shift.map_or(self.lane, LaneMove::to)
    }
}

/// The cards of a board, and what is being done to them.
#[derive(Clone, Debug)]
pub struct BoardState {
    acknowledged: Vec<ColumnState>,
    /// In the order in which they are sent; the first is on its way.
    pending: VecDeque<Move>,
    lifted: Option<Lifted>,
    /// The number of the last event that `acknowledged` takes into account.
    as_of: i64,
}

/// What an event means for a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The board shows it, or it concerns nothing on it.
    Shown,
    /// What the board does not know is needed: load the cards again.
    Reload,
}

impl BoardState {
    /// The board with the `columns` that the event numbered `as_of` left.
    #[must_use]
    pub fn new(columns: Vec<Column>, as_of: i64) -> Self {
        let acknowledged = columns.into_iter().map(ColumnState::from).collect();
        Self { acknowledged, pending: VecDeque::new(), lifted: None, as_of }
    }

    /// Takes the cards over that were loaded anew; what is pending stays pending. `false` when the columns are others: then
    /// nothing is taken over, since it does not fit what is on the page.
    pub fn renew(&mut self, columns: Vec<Column>, as_of: i64) -> bool {
        let is_same =
            self.acknowledged.iter().map(|column| &column.state).eq(columns.iter().map(|column| &column.state));
        if is_same && as_of >= self.as_of {
            (self.acknowledged, self.as_of) = (columns.into_iter().map(ColumnState::from).collect(), as_of);
        }
        is_same
    }

    /// Takes over what happened to the task `number`, or to the project.
    pub fn hear(&mut self, event_number: i64, number: Option<i64>, event: &Event) -> Meaning {
        if event_number <= self.as_of {
            return Meaning::Shown;
        }
        self.as_of = event_number;
        match (event, number) {
            (Event::Created { facts }, Some(number)) => {
                if find(&self.acknowledged, number).is_none() {
                    self.put(&facts.place, Arc::new(TaskCard::of(number, facts)));
                }
                Meaning::Shown
            }
            (Event::Changed { changes }, Some(number)) => self.change(number, changes),
            (Event::Ranked { ranks }, _) => {
                let ranks: HashMap<i64, &str> = ranks.iter().map(|(number, rank)| (*number, rank.as_str())).collect();
                for column in &mut self.acknowledged {
                    for task in &mut column.tasks {
                        if let Some(rank) = ranks.get(&task.number) {
                            (*rank).clone_into(&mut Arc::make_mut(task).rank);
                        }
                    }
                    sort(&mut column.tasks);
                }
                Meaning::Shown
            }
            (Event::ProjectChanged, _) => Meaning::Reload,
            _ => Meaning::Shown,
        }
    }

    fn change(&mut self, number: i64, changes: &[FieldChange]) -> Meaning {
        let goes = |change: &FieldChange| matches!(change, FieldChange::Archived(swap) | FieldChange::Deleted(swap) if swap.to);
        let Some(at) = find(&self.acknowledged, number) else {
            // It comes back with what was never told here, or it is not on the board and stays away.
            let some_hidden = self.acknowledged.iter().any(|column| column.hidden > 0);
            let comes = |change: &FieldChange| match change {
                FieldChange::Archived(swap) | FieldChange::Deleted(swap) => !swap.to || some_hidden,
                FieldChange::Place(_) => some_hidden,
                _ => false,
            };
            return if changes.iter().any(comes) { Meaning::Reload } else { Meaning::Shown };
        };
        if changes.iter().any(goes) {
            self.acknowledged[at.column].tasks.remove(at.index);
            self.pending.retain(|later| later.number != number);
            if self.lifted().is_some_and(|(lifted, _)| lifted == number) {
                self.lifted = None;
            }
            return Meaning::Shown;
        }
        let card = Arc::make_mut(&mut self.acknowledged[at.column].tasks[at.index]);
        for change in changes {
            card.change(change);
        }
        if let Some(FieldChange::Place(swap)) = changes.iter().find(|change| matches!(change, FieldChange::Place(_))) {
            let card = self.acknowledged[at.column].tasks.remove(at.index);
            self.put(&swap.to, card);
        }
        Meaning::Shown
    }

    /// Puts a card where it belongs. A state that the board does not know has come with a change of the project, after
    /// which everything is loaded again.
    fn put(&mut self, home: &Home, mut card: Arc<TaskCard>) {
        Arc::make_mut(&mut card).rank.clone_from(&home.rank);
        if let Some(column) = self.acknowledged.iter_mut().find(|column| column.state.slug == home.state) {
            column.tasks.push(card);
            sort(&mut column.tasks);
        }
    }

    /// The columns that the server has acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> &[ColumnState] {
        &self.acknowledged
    }

    /// The columns as they are to be seen: with the pending moves and the lifted card.
    #[must_use]
    pub fn columns(&self) -> Cow<'_, [ColumnState]> {
        let lifted = self.lifted.map(|lifted| lifted.target);
        if self.pending.is_empty() && lifted.is_none() {
            return Cow::Borrowed(&self.acknowledged);
        }
        let mut columns = self.acknowledged.clone();
        for step in self.pending.iter().copied().chain(lifted) {
            apply(&mut columns, step);
        }
        Cow::Owned(columns)
    }

    /// The number of the lifted card, and the lane it is in.
    #[must_use]
    pub fn lifted(&self) -> Option<(i64, Lane)> {
        self.lifted.map(|lifted| (lifted.home.number, lifted.lane()))
    }

    /// Takes a card up that stands in `lane`. Another card in the air goes back.
    pub fn lift(&mut self, number: i64, lane: Lane) -> Option<CardIndex> {
        self.lifted = None;
        let columns = self.columns();
        let place = find(&columns, number)?;
        let home = standing(&columns, number, place);
        self.lifted = Some(Lifted { home, lane, target: home });
        Some(place)
    }

    /// Moves the lifted card by one place or column, or past the end of its lane into the next of `lanes`; says where it is
    /// then, or nothing if it cannot go there.
    pub fn step(&mut self, step: Step, lanes: &[Lane]) -> Option<CardIndex> {
        let (number, lane) = self.lifted()?;
        let columns = self.columns();
        let column = find(&columns, number)?.column;
        // Those that it is seen among, or would be.
        let others = |column: usize, lane: Lane| -> Vec<i64> {
            let others = columns[column].tasks.iter().filter(|task| task.number != number && lane.holds(task));
            others.map(|task| task.number).collect()
        };
        let here = others(column, lane);
        let among = columns[column].tasks.iter().filter(|task| lane.holds(task));
        let index = among.take_while(|task| task.number != number).count();
        let at = lanes.iter().position(|known| *known == lane)?;
        let (column, lane, before) = match step {
            Step::Up if index > 0 => (column, lane, Some(here[index - 1])),
            Step::Up => (column, lanes[at.checked_sub(1)?], None),
            Step::Down if index < here.len() => (column, lane, here.get(index + 1).copied()),
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
        let before = landing(&columns[column].tasks, lane, number, before);
        self.aim(column, before, lane)?;
        find(&self.columns(), number)
    }

    /// Where the lifted card is to land.
    fn aim(&mut self, column: usize, before: Option<i64>, lane: Lane) -> Option<()> {
        let lifted = self.lifted.as_mut()?;
        let stack = self.acknowledged.get(column)?;
        // What comes into a column that shows its last cards alone is to be among them.
        let is_new = lifted.home.column != column;
        let first = stack.tasks.first().map(|task| task.number);
        let before = if is_new && stack.is_cut() && before == first {
            stack.tasks.get(1).map(|task| task.number)
        } else {
            before
        };
        let number = lifted.home.number;
        lifted.target = Move { number, column, before, shift: LaneMove::between(lifted.lane, lane) };
        Some(())
    }

    /// Puts the lifted card down where it is. Returns the move to send, if it is one.
    pub fn put_down(&mut self) -> Option<Move> {
        let Lifted { home, target, .. } = self.lifted.take()?;
        self.pending.extend((target != home).then_some(target));
        (target != home).then_some(target)
    }

    /// Returns the lifted card to where it came from; says where that is, and in which lane.
    pub fn put_back(&mut self) -> Option<(CardIndex, Lane)> {
        let lifted = self.lifted.take()?;
        Some((find(&self.columns(), lifted.home.number)?, lifted.lane))
    }

    /// Moves a card in one go out of one lane into a column and lane. Returns nothing if it is there already.
    pub fn carry(&mut self, number: i64, from: Lane, column: usize, lane: Lane, before: Option<i64>) -> Option<Move> {
        if column >= self.acknowledged.len() {
            return None;
        }
        self.lift(number, from)?;
        let before = if before == Some(number) {
            // Onto itself: where it stands.
            self.lifted?.home.before
        } else {
            landing(&self.columns()[column].tasks, lane, number, before)
        };
        self.aim(column, before, lane);
        self.put_down()
    }

    /// The move to send next.
    #[must_use]
    pub fn next(&self) -> Option<Move> {
        self.pending.front().copied()
    }

    /// The task that a move puts its card right below.
    #[must_use]
    pub fn above(&self, step: Move) -> Option<i64> {
        let mut columns = self.acknowledged.clone();
        apply(&mut columns, step);
        let CardIndex { column, index } = find(&columns, step.number)?;
        columns[column].tasks.get(index.checked_sub(1)?).map(|task| task.number)
    }

    /// How many moves wait for the server's answer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// The server's answer to the move that was sent: where the card is, by the event with that number if it moved at all.
    /// A refused move is undone, and so are the later ones of the same card.
    pub fn settle(&mut self, accepted: Option<(&Home, Option<i64>)>) {
        let Some(settled) = self.pending.pop_front() else { return };
        let Some((home, event)) = accepted else {
            self.pending.retain(|later| later.number != settled.number);
            return;
        };
        // What was heard already may have been followed by what others did.
        if event.is_some_and(|event| event > self.as_of)
            && let Some(at) = find(&self.acknowledged, settled.number)
        {
            let mut card = self.acknowledged[at.column].tasks.remove(at.index);
            if let Some(shift) = settled.shift {
                shift.apply(Arc::make_mut(&mut card));
            }
            self.put(home, card);
        }
    }

    /// Puts a new card at the end of a column, as the server did, unless it is there already.
    pub fn add(&mut self, column: usize, task: TaskCard) {
        if find(&self.acknowledged, task.number).is_none()
            && let Some(column) = self.acknowledged.get_mut(column)
        {
            column.tasks.push(Arc::new(task));
            sort(&mut column.tasks);
        }
    }

    /// Where the card is to be seen.
    #[must_use]
    pub fn place(&self, number: i64) -> Option<CardIndex> {
        find(&self.columns(), number)
    }
}

fn find(columns: &[ColumnState], number: i64) -> Option<CardIndex> {
    columns.iter().enumerate().find_map(|(column, ColumnState { tasks, .. })| {
        tasks.iter().position(|task| task.number == number).map(|index| CardIndex { column, index })
    })
}

/// Into the order that every screen shows.
fn sort(tasks: &mut [Arc<TaskCard>]) {
    tasks.sort_by(|one, other| (&one.rank, one.number).cmp(&(&other.rank, other.number)));
}

/// The move that leaves a card where it is.
fn standing(columns: &[ColumnState], number: i64, CardIndex { column, index }: CardIndex) -> Move {
    Move { number, column, before: columns[column].tasks.get(index + 1).map(|task| task.number), shift: None }
}

fn apply(columns: &mut [ColumnState], Move { number, column, before, shift }: Move) {
    let Some(from) = find(columns, number).filter(|_| column < columns.len()) else { return };
    let mut task = columns[from.column].tasks.remove(from.index);
    if let Some(shift) = shift {
        shift.apply(Arc::make_mut(&mut task));
    }
    let tasks = &mut columns[column].tasks;
    let index = before.and_then(|before| tasks.iter().position(|task| task.number == before)).unwrap_or(tasks.len());
    tasks.insert(index, task);
}

#[cfg(test)]
mod tests;
