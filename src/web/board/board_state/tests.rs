use uuid::Uuid;

use crate::{
    domain::{
        projects::{State, StateCategory},
        tasks::fields::{Change, TaskFields},
    },
    web::board::board_state::*,
};

fn card(number: i64, rank: &str) -> TaskCard {
    TaskCard { number, rank: rank.to_owned(), ..TaskCard::default() }
}

fn home(state: &str, rank: &str) -> Home {
    Home { state: state.to_owned(), rank: rank.to_owned() }
}

fn board(columns: &[&[i64]]) -> BoardState {
    BoardState::new(laid_out(columns), 0)
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

fn shown(moves: &BoardState) -> Vec<Vec<i64>> {
    moves.columns().iter().map(|column| column.tasks.iter().map(|task| task.number).collect()).collect()
}

#[test]
fn a_lifted_card_walks_and_is_put_down() {
    let mut moves = board(&[&[1, 2, 3], &[4]]);
    assert_eq!(moves.lift(2, Lane::Whole), Some(CardIndex { column: 0, index: 1 }));
    assert_eq!(moves.step(Step::Down, &[Lane::Whole]), Some(CardIndex { column: 0, index: 2 }));
    assert_eq!(moves.step(Step::Down, &[Lane::Whole]), None);
    assert_eq!(moves.step(Step::Right, &[Lane::Whole]), Some(CardIndex { column: 1, index: 1 }));
    assert_eq!(moves.step(Step::Right, &[Lane::Whole]), None);
    assert_eq!(moves.step(Step::Up, &[Lane::Whole]), Some(CardIndex { column: 1, index: 0 }));
    assert_eq!(shown(&moves), [vec![1, 3], vec![2, 4]]);
    assert_eq!(moves.put_down(), Some(Move { number: 2, column: 1, before: Some(4), shift: None }));
    assert_eq!((moves.lifted(), moves.waiting()), (None, 1));
    assert_eq!(shown(&moves), [vec![1, 3], vec![2, 4]]);
}

#[test]
fn a_card_put_down_where_it_was_is_no_move() {
    let mut moves = board(&[&[1, 2, 3]]);
    moves.lift(2, Lane::Whole);
    assert!(moves.step(Step::Up, &[Lane::Whole]).is_some() && moves.step(Step::Down, &[Lane::Whole]).is_some());
    assert_eq!(moves.put_down(), None);
    assert_eq!(moves.carry(2, Lane::Whole, 0, Lane::Whole, Some(2)), None);
    assert_eq!(moves.carry(2, Lane::Whole, 0, Lane::Whole, Some(3)), None);
    assert_eq!(moves.carry(3, Lane::Whole, 0, Lane::Whole, None), None);
    assert_eq!(moves.waiting(), 0);
}

#[test]
fn a_move_is_told_by_what_is_above_too() {
    let moves = board(&[&[1, 2, 3], &[4]]);
    let step = |number, column, before| Move { number, column, before, shift: None };
    assert_eq!(moves.above(step(3, 0, Some(2))), Some(1));
    assert_eq!(moves.above(step(3, 0, Some(1))), None);
    assert_eq!(moves.above(step(1, 1, None)), Some(4));
    assert_eq!(moves.above(step(4, 0, None)), Some(3));
}

#[test]
fn escape_puts_the_card_back() {
    let mut moves = board(&[&[1, 2], &[]]);
    moves.lift(1, Lane::Whole);
    moves.step(Step::Right, &[Lane::Whole]);
    assert_eq!(moves.put_back(), Some((CardIndex { column: 0, index: 0 }, Lane::Whole)));
    assert_eq!(shown(&moves), [vec![1, 2], vec![]]);
    assert_eq!(moves.put_down(), None);
}

#[test]
fn a_refused_move_is_undone_and_the_others_stay() {
    let mut moves = board(&[&[1, 2, 3], &[]]);
    moves.carry(1, Lane::Whole, 1, Lane::Whole, None);
    moves.carry(2, Lane::Whole, 1, Lane::Whole, Some(1));
    moves.carry(1, Lane::Whole, 0, Lane::Whole, None);
    assert_eq!(shown(&moves), [vec![3, 1], vec![2]]);
    moves.settle(None);
    assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
    assert_eq!(moves.next(), Some(Move { number: 2, column: 1, before: Some(1), shift: None }));
    moves.settle(Some((&home("1", "V"), Some(1))));
    assert_eq!(shown(&moves), [vec![1, 3], vec![2]]);
    assert_eq!(moves.next(), None);
}

#[test]
fn a_new_card_arrives_below_while_another_is_in_the_air() {
    let mut moves = board(&[&[1], &[]]);
    moves.lift(1, Lane::Whole);
    moves.step(Step::Right, &[Lane::Whole]);
    moves.add(1, card(2, "V"));
    moves.add(1, card(2, "V"));
    assert_eq!(shown(&moves), [vec![], vec![2, 1]]);
    assert_eq!(moves.put_back(), Some((CardIndex { column: 0, index: 0 }, Lane::Whole)));
}

#[test]
fn a_card_that_is_not_there_cannot_be_lifted() {
    let mut moves = board(&[&[1]]);
    assert_eq!(moves.lift(9, Lane::Whole), None);
    assert_eq!(moves.step(Step::Up, &[Lane::Whole]), None);
    assert_eq!(moves.carry(1, Lane::Whole, 7, Lane::Whole, None), None);
    assert_eq!(shown(&moves), [vec![1]]);
}

fn placed(from: &Home, to: &Home) -> Event {
    Event::Changed { changes: vec![FieldChange::Place(Change { from: from.clone(), to: to.clone() })] }
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
    let facts = TaskFields { place: home("1", "0B"), ..TaskFields::default() };
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
    moves.carry(1, Lane::Whole, 1, Lane::Whole, None);
    moves.hear(1, Some(1), &placed(&home("0", "0V"), &home("1", "V")));
    moves.hear(2, Some(1), &placed(&home("1", "V"), &home("0", "2V")));
    assert_eq!(shown(&moves), [vec![2], vec![1]], "the own move is still on its way");
    moves.settle(Some((&home("1", "V"), Some(1))));
    assert_eq!(shown(&moves), [vec![2, 1], vec![]]);
}

#[test]
fn a_card_that_somebody_deletes_is_gone_in_the_air_too() {
    let mut moves = board(&[&[1, 2], &[]]);
    moves.lift(1, Lane::Whole);
    let deleted = |from, to| Event::Changed { changes: vec![FieldChange::Deleted(Change { from, to })] };
    assert_eq!(moves.hear(1, Some(1), &deleted(false, true)), Meaning::Shown);
    assert_eq!((moves.lifted(), shown(&moves)), (None, vec![vec![2], vec![]]));
    assert_eq!(moves.hear(2, Some(1), &deleted(true, false)), Meaning::Reload);
}

const ALICE: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);
const LANES: [Lane; 3] = [Lane::Assignee(Some(ALICE)), Lane::Assignee(Some(BOB)), Lane::Assignee(None)];

/// Two columns; in the first 1 and 3 are Alice's, 2 is Bob's; in the second 4 is nobody's.
fn with_lanes() -> BoardState {
    let mut columns = laid_out(&[&[1, 2, 3], &[4]]);
    for (at, person) in [(0, ALICE), (1, BOB), (2, ALICE)] {
        columns[0].tasks[at].assignees = vec![person];
    }
    BoardState::new(columns, 0)
}

/// The numbers of the cards of a column that stand in a lane.
fn in_lane(moves: &BoardState, column: usize, lane: Lane) -> Vec<i64> {
    let columns = moves.columns();
    columns[column].tasks.iter().filter(|task| lane.holds(task)).map(|task| task.number).collect()
}

#[test]
fn a_lifted_card_walks_within_its_lane_and_into_the_next() {
    let [alice, bob, nobody] = LANES;
    let mut moves = with_lanes();
    moves.lift(1, alice);
    assert_eq!(moves.step(Step::Up, &LANES), None);
    assert!(moves.step(Step::Down, &LANES).is_some());
    assert_eq!(in_lane(&moves, 0, alice), [3, 1], "past what stands between them in other lanes");
    assert!(moves.step(Step::Down, &LANES).is_some());
    assert_eq!((in_lane(&moves, 0, alice), in_lane(&moves, 0, bob)), (vec![3], vec![1, 2]));
    assert_eq!(moves.lifted(), Some((1, bob)));
    assert!(moves.step(Step::Down, &LANES).is_some() && moves.step(Step::Down, &LANES).is_some());
    assert_eq!(in_lane(&moves, 0, nobody), [1]);
    assert_eq!(moves.step(Step::Down, &LANES), None);
    assert!(moves.step(Step::Right, &LANES).is_some());
    assert_eq!(in_lane(&moves, 1, nobody), [1, 4]);
    let put = moves.put_down().unwrap();
    assert_eq!((put.column, put.before, put.shift), (1, Some(4), LaneMove::between(alice, nobody)));
}

#[test]
fn back_in_its_lane_a_card_is_what_it_was() {
    let [alice, bob, _] = LANES;
    let mut moves = with_lanes();
    moves.lift(3, alice);
    assert!(moves.step(Step::Down, &LANES).is_some() && moves.step(Step::Up, &LANES).is_some());
    assert_eq!(moves.lifted(), Some((3, alice)));
    moves.step(Step::Down, &LANES);
    assert_eq!(moves.put_back(), Some((CardIndex { column: 0, index: 2 }, alice)));
    assert_eq!((in_lane(&moves, 0, alice), in_lane(&moves, 0, bob)), (vec![1, 3], vec![2]));
}

#[test]
fn what_is_put_into_another_lane_is_undone_when_it_is_refused_and_stays_when_not() {
    let [alice, bob, nobody] = LANES;
    let mut moves = with_lanes();
    assert!(moves.carry(2, bob, 0, alice, Some(3)).is_some());
    assert_eq!(in_lane(&moves, 0, alice), [1, 2, 3]);
    moves.settle(None);
    assert_eq!((in_lane(&moves, 0, alice), in_lane(&moves, 0, bob)), (vec![1, 3], vec![2]));
    assert!(moves.carry(2, bob, 1, nobody, None).is_some());
    moves.settle(Some((&home("1", "9V"), Some(1))));
    assert_eq!((in_lane(&moves, 1, nobody), moves.waiting()), (vec![4, 2], 0));
}

#[test]
fn a_card_of_two_lanes_that_is_put_onto_itself_leaves_one_of_them() {
    let [alice, bob, _] = LANES;
    let mut columns = laid_out(&[&[1, 2]]);
    columns[0].tasks[0].assignees = vec![ALICE, BOB];
    let mut moves = BoardState::new(columns, 0);
    assert_eq!(moves.carry(1, alice, 0, alice, Some(1)), None);
    assert!(moves.carry(1, alice, 0, bob, Some(1)).is_some());
    assert_eq!((shown(&moves), in_lane(&moves, 0, alice)), (vec![vec![1, 2]], vec![]));
}

#[test]
fn what_comes_into_a_column_that_shows_its_last_cards_is_among_them() {
    let many: Vec<i64> = (1..=100).collect();
    let mut columns = laid_out(&[&[101], &many]);
    for (task, rank) in columns[1].tasks.iter_mut().zip(1000..) {
        task.rank = format!("{rank}V");
    }
    columns[1].state.category = StateCategory::Completed;
    columns[1].hidden = 7;
    let mut moves = BoardState::new(columns, 0);
    moves.lift(101, Lane::Whole);
    assert_eq!(moves.step(Step::Right, &[Lane::Whole]), Some(CardIndex { column: 1, index: 1 }));
    moves.put_back();
    moves.lift(2, Lane::Whole);
    assert_eq!(moves.step(Step::Up, &[Lane::Whole]), Some(CardIndex { column: 1, index: 0 }), "it was there before");
    moves.put_back();
    let unknown = placed(&home("1", "0V"), &home("0", "9V"));
    assert_eq!(moves.hear(1, Some(999), &unknown), Meaning::Reload, "one that is not shown has moved");
}
