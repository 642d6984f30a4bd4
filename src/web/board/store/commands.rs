//! Changes to a board: by the member, who gets an announcement, and by others, through events.

use std::sync::Arc;

use leptos::{prelude::*, task};

use super::{BoardStore, PageHandles, picker_options};
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
            board_state::{BoardState, CardIndex, EventOutcome, Step},
            card_html::CardStyle,
            column_state::ColumnState,
            focus,
            lanes::LanePlan,
        },
        projects::functions::get_board,
        tasks::functions::move_task,
    },
};

impl BoardStore {
    /// Removes cards from the selection that are no longer on the board.
    fn prune_selection(self) {
        self.selection.retain(|key| self.cards.with_untracked(|cards| cards.position(key.number).is_some()));
    }

    /// Lifts a card that is in `lane`.
    pub fn lift(self, number: i64, lane: Lane) {
        if let Some(index) = self.cards.try_update(|cards| cards.lift(number, lane)).flatten() {
            self.announce(number, "lifted", index, lane);
        }
    }

    /// Moves the lifted card by one position or column.
    pub fn step(self, step: Step) {
        let Some((number, _)) = self.lifted() else { return };
        let lanes: Vec<_> = self.lanes.with_untracked(|lanes| lanes.iter().map(|(lane, _)| *lane).collect());
        let index = self.cards.try_update(|cards| cards.step(step, &lanes)).flatten();
        match index.zip(self.lifted()) {
            Some((index, (_, lane))) => self.announce(number, "moved", index, lane),
            None => self.announcement.set(format!("{} can’t go further that way.", self.key(number))),
        }
    }

    /// Drops the lifted card where it is, and sends the move.
    pub fn drop_lifted(self) {
        let Some((number, lane)) = self.lifted() else { return };
        if self.cards.try_update(BoardState::drop_lifted).flatten().is_some() {
            self.send();
        }
        self.announce_position(number, "dropped", lane);
    }

    /// Returns the lifted card to where it came from, and returns that lane.
    pub fn cancel_lift(self) -> Option<Lane> {
        let (number, _) = self.lifted()?;
        let (index, lane) = self.cards.try_update(BoardState::cancel_lift).flatten()?;
        self.announce(number, "is back", index, lane);
        Some(lane)
    }

    /// Moves a card out of a lane into a column and lane, and sends the move.
    pub fn move_card(self, number: i64, from: Lane, column: usize, lane: Lane, before: Option<i64>) {
        let move_card = |cards: &mut BoardState| cards.move_card(number, from, column, lane, before);
        if self.cards.try_update(move_card).flatten().is_some() {
            self.send();
            self.announce_position(number, "dropped", lane);
        }
    }

    /// Applies a live event. Own changes arrive as events, too.
    pub fn on_event(self, event: &LiveEvent) {
        let is_other_project = self.style.with_untracked(|style| *style.project() != event.project);
        if is_other_project {
            return;
        }
        let apply = |cards: &mut BoardState| cards.apply_event(event.number, event.task, &event.event);
        let outcome = focus::keep(self.viewport(), || self.cards.try_update(apply));
        // Only the server can tell whether a card matches the filter.
        let may_change_matches =
            self.is_filtered() && matches!(event.event, Event::Created { .. } | Event::Changed { .. });
        if may_change_matches || outcome == Some(EventOutcome::Reload) {
            self.reload();
        }
        self.prune_selection();
    }

    /// Fetches the cards again, and rebuilds the board if its columns have changed.
    pub fn reload(self) {
        let (org, project) = (self.org.get_value(), self.project());
        let query = self.query.with_value(Query::address);
        task::spawn_local(async move {
            // If the request fails, the board stays as it is.
            let Ok(board) = get_board(org.clone(), project, query).await else { return };
            // Labels and people may have changed, too.
            let style = CardStyle::new(&org, &board, self.may_move);
            if self.style.try_with_untracked(|old| *old != style) == Some(true) {
                self.style.set(style);
            }
            self.picker_options.try_set(picker_options(&board));
            let group_by = self.query.try_with_value(|query| query.lanes).unwrap_or_default();
            let plan = LanePlan::new(group_by, &board.people, &board.labels);
            if self.plan.try_with_untracked(|old| *old != plan) == Some(true) {
                self.plan.set(plan);
            }
            let replace = |cards: &mut BoardState| cards.replace(board.columns, board.as_of);
            if focus::keep(self.viewport(), || self.cards.try_update(replace)) == Some(false) {
                self.page.get_value().rebuild.run(());
            }
        });
    }

    /// Appends a task that the server has created to a column.
    pub fn add(self, column: usize, task: TaskCard) {
        let number = task.number;
        self.cards.update(|cards| cards.add(column, task));
        self.announce_position(number, "created", Lane::Whole);
        self.page.get_value().current.reload();
    }

    /// Sends the pending moves one after the other, so that the server receives them in order.
    fn send(self) {
        self.refusal.set(None);
        if self.cards.with_untracked(BoardState::pending_count) > 1 {
            return;
        }
        // Owned by the async task: pending moves are sent even after the member has left the board.
        let (cards, org, style) = (ArcRwSignal::from(self.cards), self.org.get_value(), self.style.get_untracked());
        let (PageHandles { current, toasts, viewport, .. }, is_filtered) = (self.page.get_value(), self.is_filtered());
        let plan = self.plan;
        task::spawn_local(async move {
            while let Some(next) = cards.with_untracked(BoardState::next_pending) {
                let state = cards.with_untracked(|cards| cards.columns()[next.column].state.slug.clone());
                // With a filter, hidden cards lie between the visible ones: the card stays right below its visible neighbour.
                let after = is_filtered.then(|| cards.with_untracked(|cards| cards.task_above(next))).flatten();
                let (out_of, into) = (next.lane_move.map(LaneMove::from), next.lane_move.map(LaneMove::to));
                let (out_of, into) = (out_of.map(|lane| lane.to_string()), into.map(|lane| lane.to_string()));
                let key = style.task_key(next.number);
                let outcome = move_task(org.clone(), key, state, next.before, after, out_of, into).await;
                let accepted = outcome.as_ref().ok().map(|moved| (&moved.position, moved.event));
                focus::keep(viewport, || cards.update(|cards| cards.settle(accepted)));
                let mut position = cards.with_untracked(|cards| state_name(cards, next.number));
                match outcome {
                    Ok(Moved { undo, .. }) => {
                        let lane = next
                            .lane_move
                            .and_then(|lane_move| plan.try_with_untracked(|plan| plan.name(lane_move.to())));
                        position.extend(lane.map(|lane| format!(", {lane}")));
                        toasts.done(format!("{} moved to {position}", style.task_key(next.number)), undo);
                    }
                    Err(error) => {
                        let text =
                            format!("{} went back to {position}. {}", style.task_key(next.number), error.reasons());
                        self.refusal.try_set(Some(text));
                    }
                }
            }
            // The sidebar shows the number of open tasks.
            current.reload();
        });
    }

    /// Announces what happened to a card, with its present position.
    fn announce_position(self, number: i64, what: &str, lane: Lane) {
        if let Some(index) = self.cards.with_untracked(|cards| cards.position(number)) {
            self.announce(number, what, index, lane);
        }
    }

    /// Announces to screen readers what happened to a card.
    fn announce(self, number: i64, what: &str, index: CardIndex, lane: Lane) {
        let name = self.plan.with_untracked(|plan| plan.name(lane));
        let position = self.cards.with_untracked(|cards| describe(&cards.columns(), index, lane, &name));
        self.announcement.set(format!("{} {what}. {position}.", self.key(number)));
    }

    fn key(self, number: i64) -> String {
        self.style.with_untracked(|style| style.task_key(number))
    }
}

/// The name of the state that a card is in.
fn state_name(cards: &BoardState, number: i64) -> String {
    cards.position(number).map_or_else(String::new, |position| cards.columns()[position.column].state.name.clone())
}

/// Describes a position, for example `To do, position 2 of 5`; in a lane `To do, Bob Baker, position 1 of 2`.
fn describe(columns: &[ColumnState], CardIndex { column, index }: CardIndex, lane: Lane, lane_name: &str) -> String {
    let ColumnState { state, tasks, .. } = &columns[column];
    let count_in_lane = |tasks: &[Arc<TaskCard>]| tasks.iter().filter(|task| lane.holds(task)).count();
    let (above, all) = (count_in_lane(&tasks[..index]), count_in_lane(tasks));
    let comma = if lane_name.is_empty() { "" } else { ", " };
    format!("{}{comma}{lane_name}, position {} of {all}", state.name, above + 1)
}
