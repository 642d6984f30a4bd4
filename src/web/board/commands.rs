//! Changes to a board: by the member, who gets an announcement, and by others, through events.

use std::sync::Arc;

use leptos::{prelude::*, task};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    board_state::{BoardState, CardIndex, Step},
    card_html::CardStyle,
    column_state::ColumnState,
    lanes::LanePlan,
    store::BoardStore,
};
use crate::{
    domain::{
        board::Board,
        live::LiveEvent,
        tasks::{
            Moved, TaskCard,
            event::Event,
            lane::{Lane, LaneMove},
        },
    },
    web::{
        organization::current::CurrentOrganization,
        projects::functions::get_board,
        task_view::{
            TaskView,
            commands::KeepFocus,
            store::{EventOutcome, TaskViewStore},
        },
        tasks::{functions::move_task, toast::Toasts},
    },
};

/// The commands of a board. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BoardCommands {
    pub store: BoardStore,
    page: StoredValue<PageHandles>,
}

/// Handles of the page around the board. Stored behind one handle, which keeps [`BoardCommands`] small to copy.
#[derive(Clone)]
struct PageHandles {
    current: CurrentOrganization,
    toasts: Toasts,
    keep_focus: KeepFocus,
    /// Navigates to another address of this board.
    navigate: Callback<String>,
}

impl TaskView for BoardCommands {
    fn store(&self) -> TaskViewStore {
        self.store.shared
    }

    fn tasks_around(&self, number: i64) -> Vec<i64> {
        let column = self.store.cards.with_untracked(|cards| cards.position(number)).map(|position| position.column);
        column.map_or_else(Vec::new, |column| self.store.tasks_of_column(column))
    }

    fn apply(&self, event: &LiveEvent) -> EventOutcome {
        let BoardStore { cards, shared, .. } = self.store;
        let outcome = cards.try_update(|cards| cards.apply_event(event.number, event.task, &event.event));
        // Cards that are no longer on the board cannot be edited from here.
        shared.selection().retain(|key| cards.with_untracked(|cards| cards.position(key.number).is_some()));
        // Only the server can tell whether a card matches the filter.
        let may_change_matches =
            shared.is_filtered() && matches!(event.event, Event::Created { .. } | Event::Changed { .. });
        if may_change_matches { EventOutcome::Reload } else { outcome.unwrap_or(EventOutcome::Applied) }
    }

    /// Rebuilds the board if its columns have changed.
    fn reload(&self) {
        let (commands, shared) = (*self, self.store.shared);
        let fetching = shared.fetching();
        if !fetching.start(true) {
            return;
        }
        let (org, project, query) = (shared.org(), shared.project().to_string(), shared.query().address());
        task::spawn_local(async move {
            // If a request fails, the board stays as it is.
            while let Ok(board) = get_board(org.clone(), project.clone(), query.clone()).await {
                let Some(is_stale) = fetching.receive() else { return };
                commands.replace(&org, board);
                if !is_stale {
                    break;
                }
            }
            fetching.finish();
        });
    }

    fn keep_focus(&self, change: &mut dyn FnMut()) {
        if let Some(keep_focus) = self.page.try_with_value(|page| page.keep_focus.clone()) {
            keep_focus(change);
        }
    }
}

impl BoardCommands {
    /// Creates the commands of the board with the state `store`.
    #[must_use]
    pub fn new(store: BoardStore, keep_focus: KeepFocus) -> Self {
        let navigate = use_navigate();
        let navigate = Callback::new(move |address: String| {
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        });
        let (current, toasts) = (CurrentOrganization::expect(), Toasts::expect());
        Self { store, page: StoredValue::new(PageHandles { current, toasts, keep_focus, navigate }) }
    }

    /// Collapses or expands a column.
    pub fn toggle_column(self, slug: &str) {
        let address = self.store.shared.href(&self.store.toggled_query(slug));
        self.page.with_value(|page| page.navigate).run(address);
    }

    /// Selects all tasks of a column, or deselects them if all are selected already.
    pub fn toggle_column_selection(self, column: usize) {
        let shared = self.store.shared;
        let tasks = self.store.tasks_of_column(column).into_iter().map(|number| shared.task_key(number));
        shared.selection().toggle_all(tasks.collect());
    }

    /// Lifts a card that is in `lane`.
    pub fn lift(self, number: i64, lane: Lane) {
        if let Some(index) = self.store.cards.try_update(|cards| cards.lift(number, lane)).flatten() {
            self.announce(number, "picked up", index, lane);
        }
    }

    /// Moves the lifted card by one position or column.
    pub fn step(self, step: Step) {
        let Some((number, _)) = self.store.lifted() else { return };
        let lanes = untrack(|| self.store.lanes());
        let index = self.store.cards.try_update(|cards| cards.step(step, &lanes)).flatten();
        match index.zip(self.store.lifted()) {
            Some((index, (_, lane))) => self.announce(number, "moved", index, lane),
            None => self.store.announcement.set(format!("{} can’t move further in that direction.", self.key(number))),
        }
    }

    /// Drops the lifted card where it is, and sends the move.
    pub fn drop_lifted(self) {
        let Some((number, lane)) = self.store.lifted() else { return };
        if self.store.cards.try_update(BoardState::drop_lifted).flatten().is_some() {
            self.send();
        }
        self.announce_position(number, "dropped", lane);
    }

    /// Returns the lifted card to where it came from.
    pub fn cancel_lift(self) {
        let Some((number, _)) = self.store.lifted() else { return };
        if let Some((index, lane)) = self.store.cards.try_update(BoardState::cancel_lift).flatten() {
            self.announce(number, "returned", index, lane);
        }
    }

    /// Moves a card out of a lane into a column and lane, and sends the move.
    pub fn move_card(self, number: i64, from: Lane, column: usize, lane: Lane, before: Option<i64>) {
        let move_card = |cards: &mut BoardState| cards.move_card(number, from, column, lane, before);
        if self.store.cards.try_update(move_card).flatten().is_some() {
            self.send();
            self.announce_position(number, "dropped", lane);
        }
    }

    /// Replaces the cards by those of the fetched `board`.
    fn replace(self, org: &str, board: Board) {
        let BoardStore { shared, cards, style, plan, .. } = self.store;
        // Labels and people may have changed, too.
        let new_style = CardStyle::new(org, &board, shared.may_write());
        if style.try_with_untracked(|old| *old != new_style) == Some(true) {
            style.set(new_style);
        }
        shared.context().try_set(board.project());
        let new_plan = LanePlan::new(shared.query().lanes, &board.people, &board.labels);
        if plan.try_with_untracked(|old| *old != new_plan) == Some(true) {
            plan.set(new_plan);
        }
        let (mut columns, mut has_same_columns) = (Some(board.columns), None);
        self.keep_focus(&mut || {
            let columns = columns.take().unwrap_or_default();
            has_same_columns = cards.try_update(|cards| cards.replace(columns, board.as_of));
        });
        if has_same_columns == Some(false) {
            shared.rebuild();
        }
    }

    /// Appends a task that the server has created to a column.
    pub fn add(self, column: usize, task: TaskCard) {
        let number = task.number;
        self.store.cards.update(|cards| cards.add(column, task));
        self.announce_position(number, "created", Lane::Whole);
        self.page.with_value(|page| page.current).reload();
    }

    /// Sends the pending moves one after the other, so that the server receives them in order.
    fn send(self) {
        self.store.refusal.set(None);
        if self.store.cards.with_untracked(BoardState::pending_count) > 1 {
            return;
        }
        // The async task owns these values, so that pending moves are sent even after the member has left the board.
        let BoardStore { shared, plan, refusal, .. } = self.store;
        let (cards, style) = (ArcRwSignal::from(self.store.cards), self.store.style.get_untracked());
        let (org, is_filtered) = (shared.org(), shared.is_filtered());
        let PageHandles { current, toasts, keep_focus, .. } = self.page.get_value();
        task::spawn_local(async move {
            while let Some(next) = cards.with_untracked(BoardState::next_pending) {
                let key = style.task_key(next.number);
                let state = cards.with_untracked(|cards| cards.columns()[next.column].state.slug.clone());
                // With a filter, hidden cards lie between the visible ones: the card stays right below its visible neighbour.
                let after = is_filtered.then(|| cards.with_untracked(|cards| cards.task_above(next))).flatten();
                let (out_of, into) = (next.lane_move.map(LaneMove::from), next.lane_move.map(LaneMove::to));
                let (out_of, into) = (out_of.map(|lane| lane.to_string()), into.map(|lane| lane.to_string()));
                let outcome = move_task(org.clone(), key.clone(), state, next.before, after, out_of, into).await;
                let accepted = outcome.as_ref().ok().map(|moved| (&moved.position, moved.event));
                keep_focus(&mut || cards.update(|cards| cards.settle(accepted)));
                let mut position = cards.with_untracked(|cards| state_name(cards, next.number));
                match outcome {
                    Ok(Moved { undo, .. }) => {
                        let lane = next
                            .lane_move
                            .and_then(|lane_move| plan.try_with_untracked(|plan| plan.name(lane_move.to())));
                        position.extend(lane.map(|lane| format!(", {lane}")));
                        toasts.done(format!("{key} moved to {position}"), undo);
                    }
                    Err(error) => {
                        refusal.try_set(Some(format!("{key} was moved back to {position}. {}", error.reasons())));
                    }
                }
            }
            // The sidebar shows the number of open tasks.
            current.reload();
        });
    }

    /// Announces what happened to a card, with its current position.
    fn announce_position(self, number: i64, what: &str, lane: Lane) {
        if let Some(index) = self.store.cards.with_untracked(|cards| cards.position(number)) {
            self.announce(number, what, index, lane);
        }
    }

    /// Announces to screen readers what happened to a card.
    fn announce(self, number: i64, what: &str, index: CardIndex, lane: Lane) {
        let name = self.store.plan.with_untracked(|plan| plan.name(lane));
        let position = self.store.cards.with_untracked(|cards| describe(&cards.columns(), index, lane, &name));
        self.store.announcement.set(format!("{} {what}. {position}.", self.key(number)));
    }

    fn key(self, number: i64) -> String {
        self.store.style.with_untracked(|style| style.task_key(number))
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
