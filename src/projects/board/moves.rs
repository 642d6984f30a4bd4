//! What happens to the cards of a board, without a browser: lifting, moving and dropping, and what the server makes
//! of it.
//!
//! A move is shown at once and sent in its turn. What the server has acknowledged and what is still to be sent are
//! kept apart, so that a refused move is undone by forgetting it.

use std::{borrow::Cow, collections::VecDeque};

use crate::{projects::model::Column, tasks::model::TaskCard};

/// A card goes into a column, before another card or to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The task's number in the project.
    pub number: i64,
    /// Index of the column.
    pub column: usize,
    /// Number of the task that will be below it.
    pub before: Option<i64>,
}

/// Where a card is, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
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
    target: Move,
}

/// The cards of a board, and what is being done to them.
#[derive(Clone, Debug)]
pub struct Moves {
    acknowledged: Vec<Column>,
    /// In the order in which they are sent; the first is on its way.
    pending: VecDeque<Move>,
    lifted: Option<Lifted>,
}

impl Moves {
    #[must_use]
    pub const fn new(columns: Vec<Column>) -> Self {
        Self { acknowledged: columns, pending: VecDeque::new(), lifted: None }
    }

    /// The columns as they are to be seen: with the pending moves and the lifted card.
    #[must_use]
    pub fn columns(&self) -> Cow<'_, [Column]> {
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

    /// The number of the lifted card.
    #[must_use]
    pub fn lifted(&self) -> Option<i64> {
        self.lifted.map(|lifted| lifted.home.number)
    }

    /// Takes a card up. Another card in the air goes back.
    pub fn lift(&mut self, number: i64) -> Option<Place> {
        self.lifted = None;
        let columns = self.columns();
        let place = find(&columns, number)?;
        let home = standing(&columns, number, place);
        self.lifted = Some(Lifted { home, target: home });
        Some(place)
    }

    /// Moves the lifted card by one place or column; says where it is then, or nothing if it cannot go there.
    pub fn step(&mut self, step: Step) -> Option<Place> {
        let number = self.lifted()?;
        let columns = self.columns();
        let Place { column, index } = find(&columns, number)?;
        let number_at = |column: usize, index: usize| columns[column].tasks.get(index).map(|task| task.number);
        let (column, before) = match step {
            Step::Up => (column, Some(number_at(column, index.checked_sub(1)?)?)),
            Step::Down => (column, number_at(column, index + 1).map(|_| number_at(column, index + 2))?),
            Step::Left => (column.checked_sub(1)?, number_at(column - 1, index)),
            Step::Right if column + 1 < columns.len() => (column + 1, number_at(column + 1, index)),
            Step::Right => return None,
        };
        self.lifted.as_mut()?.target = Move { number, column, before };
        find(&self.columns(), number)
    }

    /// Puts the lifted card down where it is. Returns the move to send, if it is one.
    pub fn put_down(&mut self) -> Option<Move> {
        let Lifted { home, target } = self.lifted.take()?;
        self.pending.extend((target != home).then_some(target));
        (target != home).then_some(target)
    }

    /// Returns the lifted card to where it came from.
    pub fn put_back(&mut self) -> Option<Place> {
        let lifted = self.lifted.take()?;
        find(&self.columns(), lifted.home.number)
    }

    /// Moves a card in one go. Returns nothing if it is there already.
    pub fn carry(&mut self, number: i64, column: usize, before: Option<i64>) -> Option<Move> {
        self.lift(number)?;
        let lifted = self.lifted.as_mut()?;
        if before != Some(number) {
            lifted.target = Move { number, column, before };
        }
        self.put_down()
    }

    /// The move to send next.
    #[must_use]
    pub fn next(&self) -> Option<Move> {
        self.pending.front().copied()
    }

    /// How many moves wait for the server's answer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// The server's answer to the move that was sent. A refused move is undone, and so are the later ones of the same card.
    pub fn settle(&mut self, accepted: bool) {
        let Some(settled) = self.pending.pop_front() else { return };
        if accepted {
            apply(&mut self.acknowledged, settled);
        } else {
            self.pending.retain(|later| later.number != settled.number);
        }
    }

    /// Puts a new card at the end of a column, as the server did.
    pub fn add(&mut self, column: usize, task: TaskCard) {
        if let Some(column) = self.acknowledged.get_mut(column) {
            column.tasks.push(task);
        }
    }

    /// Where the card is to be seen.
    #[must_use]
    pub fn place(&self, number: i64) -> Option<Place> {
        find(&self.columns(), number)
    }
}

fn find(columns: &[Column], number: i64) -> Option<Place> {
    columns.iter().enumerate().find_map(|(column, Column { tasks, .. })| {
        tasks.iter().position(|task| task.number == number).map(|index| Place { column, index })
    })
}

/// The move that leaves a card where it is.
fn standing(columns: &[Column], number: i64, Place { column, index }: Place) -> Move {
    Move { number, column, before: columns[column].tasks.get(index + 1).map(|task| task.number) }
}

fn apply(columns: &mut [Column], Move { number, column, before }: Move) {
    let Some(from) = find(columns, number).filter(|_| column < columns.len()) else { return };
    let task = columns[from.column].tasks.remove(from.index);
    let tasks = &mut columns[column].tasks;
    let index = before.and_then(|before| tasks.iter().position(|task| task.number == before)).unwrap_or(tasks.len());
    tasks.insert(index, task);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projects::model::{State, StateCategory};

    fn board(columns: &[&[i64]]) -> Moves {
        let column = |numbers: &&[i64]| Column {
            state: State { slug: "s".to_owned(), name: "S".to_owned(), category: StateCategory::Started },
            tasks: numbers.iter().map(|number| TaskCard { number: *number, title: String::new() }).collect(),
        };
        Moves::new(columns.iter().map(column).collect())
    }

    fn shown(moves: &Moves) -> Vec<Vec<i64>> {
        moves.columns().iter().map(|column| column.tasks.iter().map(|task| task.number).collect()).collect()
    }

    #[test]
    fn a_lifted_card_walks_and_is_put_down() {
        let mut moves = board(&[&[1, 2, 3], &[4]]);
        assert_eq!(moves.lift(2), Some(Place { column: 0, index: 1 }));
        assert_eq!(moves.step(Step::Down), Some(Place { column: 0, index: 2 }));
        assert_eq!(moves.step(Step::Down), None);
        assert_eq!(moves.step(Step::Right), Some(Place { column: 1, index: 1 }));
        assert_eq!(moves.step(Step::Right), None);
        assert_eq!(moves.step(Step::Up), Some(Place { column: 1, index: 0 }));
        assert_eq!(shown(&moves), [vec![1, 3], vec![2, 4]]);
        assert_eq!(moves.put_down(), Some(Move { number: 2, column: 1, before: Some(4) }));
        assert_eq!((moves.lifted(), moves.waiting()), (None, 1));
        assert_eq!(shown(&moves), [vec![1, 3], vec![2, 4]]);
    }

    #[test]
    fn a_card_put_down_where_it_was_is_no_move() {
        let mut moves = board(&[&[1, 2, 3]]);
        moves.lift(2);
        assert!(moves.step(Step::Up).is_some() && moves.step(Step::Down).is_some());
        assert_eq!(moves.put_down(), None);
        assert_eq!(moves.carry(2, 0, Some(2)), None);
        assert_eq!(moves.carry(2, 0, Some(3)), None);
        assert_eq!(moves.carry(3, 0, None), None);
        assert_eq!(moves.waiting(), 0);
    }

    #[test]
    fn escape_puts_the_card_back() {
        let mut moves = board(&[&[1, 2], &[]]);
        moves.lift(1);
        moves.step(Step::Right);
        assert_eq!(moves.put_back(), Some(Place { column: 0, index: 0 }));
        assert_eq!(shown(&moves), [vec![1, 2], vec![]]);
        assert_eq!(moves.put_down(), None);
    }

    #[test]
    fn a_refused_move_is_undone_and_the_others_stay() {
        let mut moves = board(&[&[1, 2, 3], &[]]);
        moves.carry(1, 1, None);
        moves.carry(2, 1, Some(1));
        moves.carry(1, 0, None);
        assert_eq!(shown(&moves), [vec![3, 1], vec![2]]);
        moves.settle(false);
        assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
        assert_eq!(moves.next(), Some(Move { number: 2, column: 1, before: Some(1) }));
        moves.settle(true);
        assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
        assert_eq!(moves.next(), None);
    }

    #[test]
    fn a_new_card_arrives_below_while_another_is_in_the_air() {
        let mut moves = board(&[&[1], &[]]);
        moves.lift(1);
        moves.step(Step::Right);
        moves.add(1, TaskCard { number: 2, title: String::new() });
        assert_eq!(shown(&moves), [vec![], vec![2, 1]]);
        assert_eq!(moves.put_back(), Some(Place { column: 0, index: 0 }));
    }

    #[test]
    fn a_card_that_is_not_there_cannot_be_lifted() {
        let mut moves = board(&[&[1]]);
        assert_eq!(moves.lift(9), None);
        assert_eq!(moves.step(Step::Up), None);
        assert_eq!(moves.carry(1, 7, None), Some(Move { number: 1, column: 7, before: None }));
        assert_eq!(shown(&moves), [vec![1]]);
    }
}
