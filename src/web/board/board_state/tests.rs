use std::sync::Arc;

use uuid::Uuid;

use crate::{
    domain::{
        projects::{State, StateCategory},
        tasks::{
            event::Event,
            fields::{Change, FieldChange, TaskFields},
        },
    },
    web::{board::board_state::*, task_view::store::EventOutcome},
};

fn card(number: i64, rank: &str) -> TaskCard {
    TaskCard { number, rank: rank.to_owned(), ..TaskCard::default() }
}

fn position(state: &str, rank: &str) -> TaskPosition {
    TaskPosition { state: state.to_owned(), rank: rank.to_owned() }
}

fn board(columns: &[&[i64]]) -> BoardState {
    BoardState::new(columns_of(columns), 0)
}

fn columns_of(columns: &[&[i64]]) -> Vec<Column> {
    let column = |(index, numbers): (usize, &&[i64])| Column {
        state: State {
            slug: index.to_string(),
            name: "S".to_owned(),
            category: StateCategory::Started,
            hue: None,
            wip_limit: None,
        },
        hidden: 0,
        tasks: (0..).zip(*numbers).map(|(rank, number)| Arc::new(card(*number, &format!("{rank}V")))).collect(),
    };
    columns.iter().enumerate().map(column).collect()
}

fn numbers(board: &BoardState) -> Vec<Vec<i64>> {
    board.columns().iter().map(|column| column.tasks.iter().map(|task| task.number).collect()).collect()
}

#[test]
fn a_lifted_card_moves_by_steps_and_is_dropped() {
    let mut board = board(&[&[1, 2, 3], &[4]]);
    assert_eq!(board.lift(2, Lane::Whole), Some(CardIndex { column: 0, index: 1 }));
    assert_eq!(board.step(Step::Down, &[Lane::Whole]), Some(CardIndex { column: 0, index: 2 }));
    assert_eq!(board.step(Step::Down, &[Lane::Whole]), None);
    assert_eq!(board.step(Step::Right, &[Lane::Whole]), Some(CardIndex { column: 1, index: 1 }));
    assert_eq!(board.step(Step::Right, &[Lane::Whole]), None);
    assert_eq!(board.step(Step::Up, &[Lane::Whole]), Some(CardIndex { column: 1, index: 0 }));
    assert_eq!(numbers(&board), [vec![1, 3], vec![2, 4]]);
    assert_eq!(board.drop_lifted(), Some(Move { number: 2, column: 1, before: Some(4), lane_move: None }));
    assert_eq!((board.lifted(), board.pending_count()), (None, 1));
    assert_eq!(numbers(&board), [vec![1, 3], vec![2, 4]]);
}

#[test]
fn dropping_a_card_where_it_was_sends_no_move() {
    let mut board = board(&[&[1, 2, 3]]);
    board.lift(2, Lane::Whole);
    assert!(board.step(Step::Up, &[Lane::Whole]).is_some() && board.step(Step::Down, &[Lane::Whole]).is_some());
    assert_eq!(board.drop_lifted(), None);
    assert_eq!(board.move_card(2, Lane::Whole, 0, Lane::Whole, Some(2)), None);
    assert_eq!(board.move_card(2, Lane::Whole, 0, Lane::Whole, Some(3)), None);
    assert_eq!(board.move_card(3, Lane::Whole, 0, Lane::Whole, None), None);
    assert_eq!(board.pending_count(), 0);
}

#[test]
fn the_task_above_the_new_position_is_found() {
    let board = board(&[&[1, 2, 3], &[4]]);
    let step = |number, column, before| Move { number, column, before, lane_move: None };
    assert_eq!(board.task_above(step(3, 0, Some(2))), Some(1));
    assert_eq!(board.task_above(step(3, 0, Some(1))), None);
    assert_eq!(board.task_above(step(1, 1, None)), Some(4));
    assert_eq!(board.task_above(step(4, 0, None)), Some(3));
}

#[test]
fn cancelling_returns_the_card() {
    let mut board = board(&[&[1, 2], &[]]);
    board.lift(1, Lane::Whole);
    board.step(Step::Right, &[Lane::Whole]);
    assert_eq!(board.cancel_lift(), Some((CardIndex { column: 0, index: 0 }, Lane::Whole)));
    assert_eq!(numbers(&board), [vec![1, 2], vec![]]);
    assert_eq!(board.drop_lifted(), None);
}

#[test]
fn a_refused_move_is_undone_and_later_moves_of_other_cards_stay() {
    let mut board = board(&[&[1, 2, 3], &[]]);
    board.move_card(1, Lane::Whole, 1, Lane::Whole, None);
    board.move_card(2, Lane::Whole, 1, Lane::Whole, Some(1));
    board.move_card(1, Lane::Whole, 0, Lane::Whole, None);
    assert_eq!(numbers(&board), [vec![3, 1], vec![2]]);
    board.settle(None);
    assert_eq!(numbers(&board), [vec![1, 3], vec![2]]);
    assert_eq!(board.next_pending(), Some(Move { number: 2, column: 1, before: Some(1), lane_move: None }));
    board.settle(Some((&position("1", "V"), Some(1))));
    assert_eq!(numbers(&board), [vec![1, 3], vec![2]]);
    assert_eq!(board.next_pending(), None);
}

#[test]
fn a_new_card_is_added_while_another_is_lifted() {
    let mut board = board(&[&[1], &[]]);
    board.lift(1, Lane::Whole);
    board.step(Step::Right, &[Lane::Whole]);
    board.add(1, card(2, "V"));
    board.add(1, card(2, "V"));
    assert_eq!(numbers(&board), [vec![], vec![2, 1]]);
    assert_eq!(board.cancel_lift(), Some((CardIndex { column: 0, index: 0 }, Lane::Whole)));
}

#[test]
fn an_unknown_card_cannot_be_lifted() {
    let mut board = board(&[&[1]]);
    assert_eq!(board.lift(9, Lane::Whole), None);
    assert_eq!(board.step(Step::Up, &[Lane::Whole]), None);
    assert_eq!(board.move_card(1, Lane::Whole, 7, Lane::Whole, None), None);
    assert_eq!(numbers(&board), [vec![1]]);
}

fn moved_event(from: &TaskPosition, to: &TaskPosition) -> Event {
    Event::changed(vec![FieldChange::Position(Change { from: from.clone(), to: to.clone() })])
}

#[test]
fn events_of_others_are_applied_once_and_in_order() {
    let mut board = board(&[&[1, 2, 3], &[4]]);
    let move_2 = moved_event(&position("0", "1V"), &position("1", "0A"));
    assert_eq!(board.apply_event(1, Some(2), &move_2), EventOutcome::Applied);
    assert_eq!(numbers(&board), [vec![1, 3], vec![2, 4]]);
    board.apply_event(2, Some(2), &moved_event(&position("1", "0A"), &position("0", "3V")));
    board.apply_event(1, Some(2), &move_2);
    assert_eq!(numbers(&board), [vec![1, 3, 2], vec![4]], "an event that was applied before changes nothing");
    let fields = TaskFields { position: position("1", "0B"), ..TaskFields::default() };
    board.apply_event(3, Some(5), &Event::Created { fields: Box::new(fields) });
    assert_eq!(numbers(&board), [vec![1, 3, 2], vec![5, 4]]);
    board.apply_event(4, None, &Event::Ranked { ranks: vec![(5, "z".to_owned()), (4, "a".to_owned())] });
    assert_eq!(numbers(&board), [vec![1, 3, 2], vec![4, 5]]);
    assert_eq!(board.apply_event(5, None, &Event::ProjectChanged), EventOutcome::Reload);
}

#[test]
fn only_cards_of_the_same_columns_replace_the_old_ones() {
    let mut board = board(&[&[1], &[2]]);
    assert!(board.replace(columns_of(&[&[1, 3], &[2]]), 5));
    assert!(board.replace(columns_of(&[&[], &[]]), 4), "the columns are older than the known ones");
    assert!(!board.replace(columns_of(&[&[1, 2, 3]]), 6), "a column is missing");
    assert_eq!(numbers(&board), [vec![1, 3], vec![2]]);
}

#[test]
fn a_response_older_than_the_applied_events_changes_nothing() {
    let mut board = board(&[&[1, 2], &[]]);
    board.move_card(1, Lane::Whole, 1, Lane::Whole, None);
    board.apply_event(1, Some(1), &moved_event(&position("0", "0V"), &position("1", "V")));
    board.apply_event(2, Some(1), &moved_event(&position("1", "V"), &position("0", "2V")));
    assert_eq!(numbers(&board), [vec![2], vec![1]], "our own move is still pending");
    board.settle(Some((&position("1", "V"), Some(1))));
    assert_eq!(numbers(&board), [vec![2, 1], vec![]]);
}

#[test]
fn a_lifted_card_disappears_when_it_is_deleted() {
    let mut board = board(&[&[1, 2], &[]]);
    board.lift(1, Lane::Whole);
    let deleted = |from, to| Event::changed(vec![FieldChange::Deleted(Change { from, to })]);
    assert_eq!(board.apply_event(1, Some(1), &deleted(false, true)), EventOutcome::Applied);
    assert_eq!((board.lifted(), numbers(&board)), (None, vec![vec![2], vec![]]));
    assert_eq!(board.apply_event(2, Some(1), &deleted(true, false)), EventOutcome::Reload);
}

const ALICE: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);
const LANES: [Lane; 3] = [Lane::Assignee(Some(ALICE)), Lane::Assignee(Some(BOB)), Lane::Assignee(None)];

/// Two columns: in the first, tasks 1 and 3 are assigned to Alice and 2 to Bob; in the second, 4 is unassigned.
fn board_with_lanes() -> BoardState {
    let mut columns = columns_of(&[&[1, 2, 3], &[4]]);
    for (at, person) in [(0, ALICE), (1, BOB), (2, ALICE)] {
        Arc::make_mut(&mut columns[0].tasks[at]).assignees = vec![person];
    }
    BoardState::new(columns, 0)
}

/// The task numbers of a column's cards in a lane.
fn in_lane(board: &BoardState, column: usize, lane: Lane) -> Vec<i64> {
    let columns = board.columns();
    columns[column].tasks.iter().filter(|task| lane.holds(task)).map(|task| task.number).collect()
}

#[test]
fn a_lifted_card_moves_within_its_lane_and_into_the_next() {
    let [alice, bob, nobody] = LANES;
    let mut board = board_with_lanes();
    board.lift(1, alice);
    assert_eq!(board.step(Step::Up, &LANES), None);
    assert!(board.step(Step::Down, &LANES).is_some());
    assert_eq!(in_lane(&board, 0, alice), [3, 1], "past the cards of other lanes");
    assert!(board.step(Step::Down, &LANES).is_some());
    assert_eq!((in_lane(&board, 0, alice), in_lane(&board, 0, bob)), (vec![3], vec![1, 2]));
    assert_eq!(board.lifted(), Some((1, bob)));
    assert!(board.step(Step::Down, &LANES).is_some() && board.step(Step::Down, &LANES).is_some());
    assert_eq!(in_lane(&board, 0, nobody), [1]);
    assert_eq!(board.step(Step::Down, &LANES), None);
    assert!(board.step(Step::Right, &LANES).is_some());
    assert_eq!(in_lane(&board, 1, nobody), [1, 4]);
    let drop = board.drop_lifted().unwrap();
    assert_eq!((drop.column, drop.before, drop.lane_move), (1, Some(4), LaneMove::between(alice, nobody)));
}

#[test]
fn a_card_back_in_its_lane_is_unchanged() {
    let [alice, bob, _] = LANES;
    let mut board = board_with_lanes();
    board.lift(3, alice);
    assert!(board.step(Step::Down, &LANES).is_some() && board.step(Step::Up, &LANES).is_some());
    assert_eq!(board.lifted(), Some((3, alice)));
    board.step(Step::Down, &LANES);
    assert_eq!(board.cancel_lift(), Some((CardIndex { column: 0, index: 2 }, alice)));
    assert_eq!((in_lane(&board, 0, alice), in_lane(&board, 0, bob)), (vec![1, 3], vec![2]));
}

#[test]
fn a_change_of_lane_is_undone_if_refused_and_kept_if_accepted() {
    let [alice, bob, nobody] = LANES;
    let mut board = board_with_lanes();
    assert!(board.move_card(2, bob, 0, alice, Some(3)).is_some());
    assert_eq!(in_lane(&board, 0, alice), [1, 2, 3]);
    board.settle(None);
    assert_eq!((in_lane(&board, 0, alice), in_lane(&board, 0, bob)), (vec![1, 3], vec![2]));
    assert!(board.move_card(2, bob, 1, nobody, None).is_some());
    board.settle(Some((&position("1", "9V"), Some(1))));
    assert_eq!((in_lane(&board, 1, nobody), board.pending_count()), (vec![4, 2], 0));
}

#[test]
fn a_card_in_two_lanes_dropped_onto_itself_leaves_one_of_them() {
    let [alice, bob, _] = LANES;
    let mut columns = columns_of(&[&[1, 2]]);
    Arc::make_mut(&mut columns[0].tasks[0]).assignees = vec![ALICE, BOB];
    let mut board = BoardState::new(columns, 0);
    assert_eq!(board.move_card(1, alice, 0, alice, Some(1)), None);
    assert!(board.move_card(1, alice, 0, bob, Some(1)).is_some());
    assert_eq!((numbers(&board), in_lane(&board, 0, alice)), (vec![vec![1, 2]], vec![]));
}

#[test]
fn a_card_moved_into_a_cut_column_stays_visible() {
    let many: Vec<i64> = (1..=100).collect();
    let mut columns = columns_of(&[&[101], &many]);
    for (task, rank) in columns[1].tasks.iter_mut().zip(1000..) {
        Arc::make_mut(task).rank = format!("{rank}V");
    }
    columns[1].state.category = StateCategory::Completed;
    columns[1].hidden = 7;
    let mut board = BoardState::new(columns, 0);
    board.lift(101, Lane::Whole);
    assert_eq!(board.step(Step::Right, &[Lane::Whole]), Some(CardIndex { column: 1, index: 1 }));
    board.cancel_lift();
    board.lift(2, Lane::Whole);
    assert_eq!(
        board.step(Step::Up, &[Lane::Whole]),
        Some(CardIndex { column: 1, index: 0 }),
        "the card was in the column before"
    );
    board.cancel_lift();
    let event = moved_event(&position("1", "0V"), &position("0", "9V"));
    assert_eq!(board.apply_event(1, Some(999), &event), EventOutcome::Reload, "a hidden task has moved");
}
