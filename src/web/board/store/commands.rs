//! What a person does to the cards of a board, how it is told and sent, and what is heard of others.

use std::sync::Arc;

use leptos::{prelude::*, task};

use super::{BoardStore, Frame, choices};
use crate::{
    domain::{
        live::LiveEvent,
        query::Query,
        tasks::{
            Moved, TaskCard,
            event::Event,
            lane::{Lane, LaneMove},
        },
    },
    web::{
        board::{
            board_state::{BoardState, CardIndex, ColumnState, Meaning, Step},
            card_html::CardStyle,
            focus,
            lanes::Plan,
        },
        projects::functions::get_board,
        tasks::functions::move_task,
    },
};

impl BoardStore {
    /// Chooses no card that is no longer on the board.
    fn forget_gone(self) {
        self.selection.retain(|key| self.moves.with_untracked(|moves| moves.place(key.number).is_some()));
    }

    pub fn lift(self, number: i64, lane: Lane) {
        if let Some(place) = self.moves.try_update(|moves| moves.lift(number, lane)).flatten() {
            self.tell(number, "lifted", place, lane);
        }
    }

    /// Moves the lifted card by one place or column.
    pub fn step(self, step: Step) {
        let Some((number, _)) = self.lifted() else { return };
        let lanes: Vec<_> = self.lanes.with_untracked(|lanes| lanes.iter().map(|(lane, _)| *lane).collect());
        let place = self.moves.try_update(|moves| moves.step(step, &lanes)).flatten();
        match place.zip(self.lifted()) {
            Some((place, (_, lane))) => self.tell(number, "moved", place, lane),
            None => self.told.set(format!("{} can’t go further that way.", self.key(number))),
        }
    }

    /// Puts the lifted card down where it is.
    pub fn put_down(self) {
        let Some((number, lane)) = self.lifted() else { return };
        if self.moves.try_update(BoardState::put_down).flatten().is_some() {
            self.send();
        }
        self.tell_place(number, "dropped", lane);
    }

    /// Returns the lifted card to where it came from; says in which lane that is.
    pub fn put_back(self) -> Option<Lane> {
        let (number, _) = self.lifted()?;
        let (place, lane) = self.moves.try_update(BoardState::put_back).flatten()?;
        self.tell(number, "is back", place, lane);
        Some(lane)
    }

    /// Moves a card in one go, out of a lane into a column and lane.
    pub fn carry(self, number: i64, from: Lane, column: usize, lane: Lane, before: Option<i64>) {
        let carry = |moves: &mut BoardState| moves.carry(number, from, column, lane, before);
        if self.moves.try_update(carry).flatten().is_some() {
            self.send();
            self.tell_place(number, "dropped", lane);
        }
    }

    /// Shows what happened on the board, whoever did it.
    pub fn hear(self, event: &LiveEvent) {
        let is_elsewhere = self.style.with_untracked(|style| *style.project() != event.project);
        if is_elsewhere {
            return;
        }
        let hear = |moves: &mut BoardState| moves.hear(event.number, event.task, &event.event);
        let meaning = focus::keep(self.pane(), || self.moves.try_update(hear));
        // Whether a card is to be seen, and what is not to be seen, the server says.
        let may_filter = self.is_filtered() && matches!(event.event, Event::Created { .. } | Event::Changed { .. });
        if may_filter || meaning == Some(Meaning::Reload) {
            self.reload();
        }
        self.forget_gone();
    }

    /// Loads the cards again; the whole board when its columns are no longer the ones on the page.
    pub fn reload(self) {
        let (org, project) = (self.org.get_value(), self.project());
        let query = self.query.with_value(Query::address);
        task::spawn_local(async move {
            // What cannot be had stays as it is.
            let Ok(board) = get_board(org.clone(), project, query).await else { return };
            // Labels and people may be others too.
            let style = CardStyle::new(&org, &board, self.may_move);
            if self.style.try_with_untracked(|known| *known != style) == Some(true) {
                self.style.set(style);
            }
            self.choices.try_set(choices(&board));
            let by = self.query.try_with_value(|query| query.lanes).unwrap_or_default();
            let plan = Plan::new(by, &board.people, &board.labels);
            if self.plan.try_with_untracked(|known| *known != plan) == Some(true) {
                self.plan.set(plan);
            }
            let renew = |moves: &mut BoardState| moves.renew(board.columns, board.as_of);
            if focus::keep(self.pane(), || self.moves.try_update(renew)) == Some(false) {
                self.frame.get_value().rebuild.run(());
            }
        });
    }

    /// Shows a task that the server has created at the end of a column.
    pub fn add(self, column: usize, task: TaskCard) {
        let number = task.number;
        self.moves.update(|moves| moves.add(column, task));
        self.tell_place(number, "created", Lane::Whole);
        self.frame.get_value().current.reload();
    }

    /// Sends the pending moves one after the other, so that they arrive in the order in which they were made.
    fn send(self) {
        self.refused.set(None);
        if self.moves.with_untracked(BoardState::waiting) > 1 {
            return;
        }
        // Held by the task: what is pending is sent even when the board has been left.
        let (moves, org, style) = (ArcRwSignal::from(self.moves), self.org.get_value(), self.style.get_untracked());
        let (Frame { current, toasts, pane, .. }, is_filtered) = (self.frame.get_value(), self.is_filtered());
        let plan = self.plan;
        task::spawn_local(async move {
            while let Some(next) = moves.with_untracked(BoardState::next) {
                let state = moves.with_untracked(|moves| moves.columns()[next.column].state.slug.clone());
                // Among cards of which others are left out, it goes right below the one that it is seen below.
                let after = is_filtered.then(|| moves.with_untracked(|moves| moves.above(next))).flatten();
                let (out_of, into) = (next.shift.map(LaneMove::from), next.shift.map(LaneMove::to));
                let (out_of, into) = (out_of.map(|lane| lane.to_string()), into.map(|lane| lane.to_string()));
                let key = style.key(next.number);
                let outcome = move_task(org.clone(), key, state, next.before, after, out_of, into).await;
                let accepted = outcome.as_ref().ok().map(|moved| (&moved.place, moved.event));
                focus::keep(pane, || moves.update(|moves| moves.settle(accepted)));
                let mut place = moves.with_untracked(|moves| where_is(moves, next.number));
                match outcome {
                    Ok(Moved { undo, .. }) => {
                        let lane = next.shift.and_then(|shift| plan.try_with_untracked(|plan| plan.name(shift.to())));
                        place.extend(lane.map(|lane| format!(", {lane}")));
                        toasts.done(format!("{} moved to {place}", style.key(next.number)), undo);
                    }
                    Err(error) => {
                        let text = format!("{} went back to {place}. {}", style.key(next.number), error.reasons());
                        self.refused.try_set(Some(text));
                    }
                }
            }
            // The sidebar counts what is open.
            current.reload();
        });
    }

    fn tell_place(self, number: i64, what: &str, lane: Lane) {
        if let Some(place) = self.moves.with_untracked(|moves| moves.place(number)) {
            self.tell(number, what, place, lane);
        }
    }

    fn tell(self, number: i64, what: &str, place: CardIndex, lane: Lane) {
        let name = self.plan.with_untracked(|plan| plan.name(lane));
        let place = self.moves.with_untracked(|moves| describe(&moves.columns(), place, lane, &name));
        self.told.set(format!("{} {what}. {place}.", self.key(number)));
    }

    fn key(self, number: i64) -> String {
        self.style.with_untracked(|style| style.key(number))
    }
}

fn where_is(moves: &BoardState, number: i64) -> String {
    moves.place(number).map_or_else(String::new, |place| moves.columns()[place.column].state.name.clone())
}

/// For example `To do, position 2 of 5`; in a lane `To do, Bob Baker, position 1 of 2`.
fn describe(columns: &[ColumnState], CardIndex { column, index }: CardIndex, lane: Lane, name: &str) -> String {
    let ColumnState { state, tasks, .. } = &columns[column];
    let among = |tasks: &[Arc<TaskCard>]| tasks.iter().filter(|task| lane.holds(task)).count();
    let (above, all) = (among(&tasks[..index]), among(tasks));
    let comma = if name.is_empty() { "" } else { ", " };
    format!("{}{comma}{name}, position {} of {all}", state.name, above + 1)
}
