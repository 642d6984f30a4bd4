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

use crate::{
    projects::model::{Column, RECENT, State},
    tasks::{
        event::Event,
        facts::{FieldChange, Place as Home},
        model::TaskCard,
    },
};

/// A column as it is worked on. Its cards are shared between what is known, what is shown and what is on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    pub state: State,
    /// From top to bottom.
    pub tasks: Vec<Arc<TaskCard>>,
    /// How many tasks are left out.
    pub hidden: usize,
}

impl From<Column> for Stack {
    fn from(Column { state, tasks, hidden }: Column) -> Self {
        Self { state, tasks: tasks.into_iter().map(Arc::new).collect(), hidden }
    }
}

impl Stack {
    /// Whether it shows its last tasks alone.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.hidden > 0 && self.state.category.is_closed() && self.tasks.len() >= RECENT
    }
}

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
    acknowledged: Vec<Stack>,
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

impl Moves {
    /// The board with the `columns` that the event numbered `as_of` left.
    #[must_use]
    pub fn new(columns: Vec<Column>, as_of: i64) -> Self {
        let acknowledged = columns.into_iter().map(Stack::from).collect();
        Self { acknowledged, pending: VecDeque::new(), lifted: None, as_of }
    }

    /// Takes the cards over that were loaded anew; what is pending stays pending. `false` when the columns are others: then
    /// nothing is taken over, since it does not fit what is on the page.
    pub fn renew(&mut self, columns: Vec<Column>, as_of: i64) -> bool {
        let is_same =
            self.acknowledged.iter().map(|column| &column.state).eq(columns.iter().map(|column| &column.state));
        if is_same && as_of >= self.as_of {
            (self.acknowledged, self.as_of) = (columns.into_iter().map(Stack::from).collect(), as_of);
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
            if self.lifted() == Some(number) {
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

    /// The columns as they are to be seen: with the pending moves and the lifted card.
    #[must_use]
    pub fn columns(&self) -> Cow<'_, [Stack]> {
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

    /// The task that a move puts its card right below.
    #[must_use]
    pub fn above(&self, step: Move) -> Option<i64> {
        let mut columns = self.acknowledged.clone();
        apply(&mut columns, step);
        let Place { column, index } = find(&columns, step.number)?;
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
            let card = self.acknowledged[at.column].tasks.remove(at.index);
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
    pub fn place(&self, number: i64) -> Option<Place> {
        find(&self.columns(), number)
    }
}

fn find(columns: &[Stack], number: i64) -> Option<Place> {
    columns.iter().enumerate().find_map(|(column, Stack { tasks, .. })| {
        tasks.iter().position(|task| task.number == number).map(|index| Place { column, index })
    })
}

/// Into the order that every screen shows.
fn sort(tasks: &mut [Arc<TaskCard>]) {
    tasks.sort_by(|one, other| (&one.rank, one.number).cmp(&(&other.rank, other.number)));
}

/// The move that leaves a card where it is.
fn standing(columns: &[Stack], number: i64, Place { column, index }: Place) -> Move {
    Move { number, column, before: columns[column].tasks.get(index + 1).map(|task| task.number) }
}

fn apply(columns: &mut [Stack], Move { number, column, before }: Move) {
    let Some(from) = find(columns, number).filter(|_| column < columns.len()) else { return };
    let task = columns[from.column].tasks.remove(from.index);
    let tasks = &mut columns[column].tasks;
    let index = before.and_then(|before| tasks.iter().position(|task| task.number == before)).unwrap_or(tasks.len());
    tasks.insert(index, task);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        projects::model::{State, StateCategory},
        tasks::facts::{Swap, TaskFacts},
    };

    fn card(number: i64, rank: &str) -> TaskCard {
        TaskCard { number, rank: rank.to_owned(), ..TaskCard::default() }
    }

    fn home(state: &str, rank: &str) -> Home {
        Home { state: state.to_owned(), rank: rank.to_owned() }
    }

    fn board(columns: &[&[i64]]) -> Moves {
        Moves::new(laid_out(columns), 0)
    }

    fn laid_out(columns: &[&[i64]]) -> Vec<Column> {
        let column = |(index, numbers): (usize, &&[i64])| Column {
            state: State {
                slug: index.to_string(),
                name: "S".to_owned(),
                category: StateCategory::Started,
                hue: None,
                wip_limit: None,
            },
            hidden: 0,
            tasks: (0..).zip(*numbers).map(|(rank, number)| card(*number, &format!("{rank}V"))).collect(),
        };
        columns.iter().enumerate().map(column).collect()
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
    fn a_move_is_told_by_what_is_above_too() {
        let moves = board(&[&[1, 2, 3], &[4]]);
        let step = |number, column, before| Move { number, column, before };
        assert_eq!(moves.above(step(3, 0, Some(2))), Some(1));
        assert_eq!(moves.above(step(3, 0, Some(1))), None);
        assert_eq!(moves.above(step(1, 1, None)), Some(4));
        assert_eq!(moves.above(step(4, 0, None)), Some(3));
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
        moves.settle(None);
        assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
        assert_eq!(moves.next(), Some(Move { number: 2, column: 1, before: Some(1) }));
        moves.settle(Some((&home("1", "V"), Some(1))));
        assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
        assert_eq!(moves.next(), None);
    }

    #[test]
    fn a_new_card_arrives_below_while_another_is_in_the_air() {
        let mut moves = board(&[&[1], &[]]);
        moves.lift(1);
        moves.step(Step::Right);
        moves.add(1, card(2, "V"));
        moves.add(1, card(2, "V"));
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

    fn placed(from: &Home, to: &Home) -> Event {
        Event::Changed { changes: vec![FieldChange::Place(Swap { from: from.clone(), to: to.clone() })] }
    }

    #[test]
    fn what_others_do_is_shown_once_and_in_the_same_order() {
        let mut moves = board(&[&[1, 2, 3], &[4]]);
        let move_2 = placed(&home("0", "1V"), &home("1", "0A"));
        assert_eq!(moves.hear(1, Some(2), &move_2), Meaning::Shown);
        assert_eq!(shown(&moves), [vec![1, 3], vec![2, 4]]);
        moves.hear(2, Some(2), &placed(&home("1", "0A"), &home("0", "3V")));
        moves.hear(1, Some(2), &move_2);
        assert_eq!(shown(&moves), [vec![1, 3, 2], vec![4]], "an event that was heard before changes nothing");
        let facts = TaskFacts { place: home("1", "0B"), ..TaskFacts::default() };
        moves.hear(3, Some(5), &Event::Created { facts: Box::new(facts) });
        assert_eq!(shown(&moves), [vec![1, 3, 2], vec![5, 4]]);
        moves.hear(4, None, &Event::Ranked { ranks: vec![(5, "z".to_owned()), (4, "a".to_owned())] });
        assert_eq!(shown(&moves), [vec![1, 3, 2], vec![4, 5]]);
        assert_eq!(moves.hear(5, None, &Event::ProjectChanged), Meaning::Reload);
    }

    #[test]
    fn only_cards_of_the_same_columns_are_taken_over() {
        let mut moves = board(&[&[1], &[2]]);
        assert!(moves.renew(laid_out(&[&[1, 3], &[2]]), 5));
        assert!(moves.renew(laid_out(&[&[], &[]]), 4), "it is older than what is known");
        assert!(!moves.renew(laid_out(&[&[1, 2, 3]]), 6), "a column is gone");
        assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
    }

    #[test]
    fn an_answer_that_comes_after_what_others_did_changes_nothing() {
        let mut moves = board(&[&[1, 2], &[]]);
        moves.carry(1, 1, None);
        moves.hear(1, Some(1), &placed(&home("0", "0V"), &home("1", "V")));
        moves.hear(2, Some(1), &placed(&home("1", "V"), &home("0", "2V")));
        assert_eq!(shown(&moves), [vec![2], vec![1]], "the own move is still on its way");
        moves.settle(Some((&home("1", "V"), Some(1))));
        assert_eq!(shown(&moves), [vec![2, 1], vec![]]);
    }

    #[test]
    fn a_card_that_somebody_deletes_is_gone_in_the_air_too() {
        let mut moves = board(&[&[1, 2], &[]]);
        moves.lift(1);
        let deleted = |from, to| Event::Changed { changes: vec![FieldChange::Deleted(Swap { from, to })] };
        assert_eq!(moves.hear(1, Some(1), &deleted(false, true)), Meaning::Shown);
        assert_eq!((moves.lifted(), shown(&moves)), (None, vec![vec![2], vec![]]));
        assert_eq!(moves.hear(2, Some(1), &deleted(true, false)), Meaning::Reload);
    }
}
