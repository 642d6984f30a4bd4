//! What a person does to the cards of a board, and how it is shown, told and sent.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{prelude::*, task};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    cards::CardStyle,
    focus,
    lanes::{Counted, Plan},
    moves::{Meaning, Moves, Place, Stack, Step},
    pane::Pane,
    patch::Item,
    window::{FIRST, WHOLE},
};
use crate::{
    live::model::LiveEvent,
    organizations::current::CurrentWorkspace,
    projects::{
        functions::get_board,
        key::TaskKey,
        model::{Board, State},
    },
    tasks::{
        event::Event,
        functions::move_task,
        lane::{Lane, Shift},
        model::{Moved, TaskCard},
        query::{Lanes, Query},
        selection::{Choices, Selection},
        toast::Toasts,
    },
};

/// The board's behaviour, shared by pointer, keyboard and forms.
#[derive(Clone, Copy)]
pub struct Controls {
    moves: RwSignal<Moves>,
    told: RwSignal<String>,
    refused: RwSignal<Option<String>>,
    org: StoredValue<String>,
    /// What the board shows.
    query: StoredValue<Query>,
    style: RwSignal<CardStyle>,
    plan: RwSignal<Plan>,
    /// The columns as they are to be seen, worked out once for all of their lanes.
    seen: Memo<Vec<Stack>>,
    lanes: Memo<Vec<Counted>>,
    frame: StoredValue<Frame>,
    selection: Selection,
    choices: RwSignal<Choices>,
    may_move: bool,
    /// The states whose columns are collapsed.
    collapsed: Memo<BTreeSet<String>>,
    /// Shows the board at another address of its own.
    go: Callback<String>,
}

/// What is around the board. Kept in one place, since the board's behaviour is copied as a handle is.
#[derive(Clone, Copy)]
struct Frame {
    current: CurrentWorkspace,
    toasts: Toasts,
    pane: Pane,
    is_whole: Memo<bool>,
    /// Builds the board anew.
    rebuild: Callback<()>,
}

impl Controls {
    /// For `board` in the organization `org`.
    #[must_use]
    pub fn new(
        org: &str,
        board: Board,
        query: Query,
        collapsed: Memo<BTreeSet<String>>,
        may_write: bool,
        rebuild: Callback<()>,
    ) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |address: String| {
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        });
        let plan = RwSignal::new(Plan::new(query.lanes, &board.people, &board.labels));
        let choices = RwSignal::new(choices(&board));
        let style = RwSignal::new(CardStyle::new(org, &board, may_write));
        let moves = RwSignal::new(Moves::new(board.columns, board.as_of));
        let seen = Memo::new(move |_| moves.with(|moves| moves.columns().into_owned()));
        let lanes = Memo::new(move |_| {
            seen.with(|seen| moves.with(|moves| plan.with(|plan| plan.lanes(moves.acknowledged(), seen))))
        });
        let is_whole =
            Memo::new(move |_| seen.with(|seen| seen.iter().map(|column| column.tasks.len()).sum::<usize>() <= WHOLE));
        let (current, toasts) = (CurrentWorkspace::expect(), Toasts::expect());
        Self {
            style,
            plan,
            seen,
            lanes,
            org: StoredValue::new(org.to_owned()),
            query: StoredValue::new(query),
            choices,
            moves,
            told: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            frame: StoredValue::new(Frame { current, toasts, pane: Pane::new(), is_whole, rebuild }),
            selection: Selection::default(),
            may_move: may_write,
            collapsed,
            go,
        }
    }

    /// Whether the reader may take cards up at all.
    #[must_use]
    pub const fn may_move(self) -> bool {
        self.may_move
    }

    /// The lanes, from top to bottom; one on a board without.
    #[must_use]
    pub fn lanes(self) -> Vec<Lane> {
        self.lanes.with(|lanes| lanes.iter().map(|(lane, _)| *lane).collect())
    }

    /// Whether the board has lanes.
    #[must_use]
    pub fn has_lanes(self) -> bool {
        self.query.with_value(|query| query.lanes != Lanes::None)
    }

    /// How many cards stand in a lane.
    #[must_use]
    pub fn count_lane(self, lane: Lane) -> usize {
        self.lanes.with(|lanes| lanes.iter().find(|(known, _)| *known == lane).map_or(0, |(_, cards)| *cards))
    }

    /// What a lane is called; nothing on a board without.
    #[must_use]
    pub fn lane_name(self, lane: Lane) -> String {
        self.plan.with(|plan| plan.name(lane))
    }

    /// The hue of the label of a lane.
    #[must_use]
    pub fn lane_hue(self, lane: Lane) -> Option<u8> {
        let Lane::Label(Some(id)) = lane else { return None };
        self.plan.with(|plan| plan.label(id).map(|label| label.hue))
    }

    /// The cards of a column that stand in a lane.
    #[must_use]
    pub fn items(self, column: usize, lane: Lane) -> Vec<Item> {
        if self.is_collapsed(column) {
            return Vec::new();
        }
        let lifted = self.moves.with(Moves::lifted);
        self.seen.with(|columns| {
            let tasks = columns[column].tasks.iter().filter(|task| lane.holds(task));
            tasks.map(|task| (task.clone(), lifted == Some((task.number, lane)))).collect()
        })
    }

    /// The list items of some cards.
    #[must_use]
    pub fn html(self, items: &[Item]) -> String {
        self.style.with_untracked(|style| {
            // A box that is ticked is ticked on the page: the card need not be rendered for it.
            self.selection.with_untracked(|chosen| {
                let chosen: BTreeSet<_> = chosen.iter().map(|key| key.number).collect();
                style.html(items, |number| chosen.contains(&number))
            })
        })
    }

    /// What the cards have in common.
    #[must_use]
    pub fn style(self) -> Signal<CardStyle> {
        self.style.into()
    }

    /// The part of the board that scrolls.
    #[must_use]
    pub fn pane(self) -> Pane {
        self.frame.with_value(|frame| frame.pane)
    }

    /// Whether there are so few cards that all of them are on the page.
    #[must_use]
    pub fn is_whole(self) -> Memo<bool> {
        self.frame.with_value(|frame| frame.is_whole)
    }

    /// Whether a column shows no cards. The one that the lifted card is in does, until that is put down.
    #[must_use]
    pub fn is_collapsed(self, column: usize) -> bool {
        let lifted = self.moves.with(Moves::lifted);
        self.seen.with(|columns| {
            let Stack { state, tasks, .. } = &columns[column];
            let holds = |number| tasks.iter().any(|task| task.number == number);
            self.collapsed.with(|collapsed| collapsed.contains(&state.slug))
                && !lifted.is_some_and(|(number, _)| holds(number))
        })
    }

    /// What the board shows with a column collapsed that is not, and the other way round; and the path that it is at.
    #[must_use]
    pub fn with_toggled(self, slug: &str) -> (Query, String) {
        let mut query = self.query.get_value().from_the_top();
        query.collapsed = self.collapsed.get_untracked();
        if !query.collapsed.remove(slug) {
            query.collapsed.insert(slug.to_owned());
        }
        (query, format!("/o/{}/projects/{}/board", self.org.get_value(), self.project()))
    }

    /// Collapses a column, or opens it.
    pub fn toggle_column(self, slug: &str) {
        let (query, path) = self.with_toggled(slug);
        self.go.run(query.href(&path));
    }

    /// The collapsed column that a card is in.
    #[must_use]
    pub fn collapsed_around(self, number: i64) -> Option<usize> {
        let column = self.moves.with_untracked(|moves| moves.place(number))?.column;
        untrack(|| self.is_collapsed(column)).then_some(column)
    }

    fn is_filtered(self) -> bool {
        self.query.with_value(|query| !query.filter.is_empty())
    }

    fn project(self) -> String {
        self.style.with_untracked(|style| style.project().to_string())
    }

    /// Whether a column shows its last tasks alone.
    #[must_use]
    pub fn is_cut(self, column: usize) -> bool {
        self.seen.with(|columns| columns[column].is_cut())
    }

    /// Whether a list of a column has more cards than are on the page before a browser says what is seen.
    #[must_use]
    pub fn is_long(self, column: usize) -> bool {
        self.seen.with(|columns| {
            let tasks = &columns[column].tasks;
            let is_long = |lane: Lane| tasks.iter().filter(|task| lane.holds(task)).count() > FIRST;
            tasks.len() > FIRST && self.lanes().into_iter().any(is_long)
        })
    }

    /// The address of the list of everything in a state that the board's filter lets through.
    #[must_use]
    pub fn list_of(self, state: &State) -> String {
        let project = self.project();
        let mut filter = self.query.with_value(|query| query.filter.clone());
        filter.states = [state.slug.clone()].into();
        let path = self.org.with_value(|org| format!("/o/{org}/projects/{project}/list"));
        Query { filter, ..Query::default() }.href(&path)
    }

    /// How many cards a column has, and of how many, when some are left out.
    #[must_use]
    pub fn count(self, column: usize) -> String {
        self.seen.with(|columns| {
            let Stack { tasks, hidden, .. } = &columns[column];
            if *hidden == 0 { tasks.len().to_string() } else { format!("{} of {}", tasks.len(), tasks.len() + hidden) }
        })
    }

    /// The cards that are chosen to be changed together.
    #[must_use]
    pub const fn selection(self) -> Selection {
        self.selection
    }

    /// What they can be given.
    #[must_use]
    pub fn choices(self) -> Signal<Choices> {
        self.choices.into()
    }

    /// The tasks of the column with the card `number`, from top to bottom.
    #[must_use]
    pub fn beside(self, number: i64) -> Vec<TaskKey> {
        let column = self.moves.with_untracked(|moves| moves.place(number)).map(|place| place.column);
        column.map_or_else(Vec::new, |column| self.of_column(column))
    }

    /// The tasks of a column, from top to bottom.
    #[must_use]
    pub fn of_column(self, column: usize) -> Vec<TaskKey> {
        let project = self.style.with_untracked(|style| style.project().clone());
        let key = |task: &Arc<TaskCard>| TaskKey { project: project.clone(), number: task.number };
        self.moves.with_untracked(|moves| moves.columns()[column].tasks.iter().map(key).collect())
    }

    /// The task with this number.
    #[must_use]
    pub fn task(self, number: i64) -> TaskKey {
        TaskKey { project: self.style.with_untracked(|style| style.project().clone()), number }
    }

    /// Chooses no card that is no longer on the board.
    fn forget_gone(self) {
        self.selection.retain(|key| self.moves.with_untracked(|moves| moves.place(key.number).is_some()));
    }

    /// Whether there is no card on the whole board.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.seen.with(|columns| columns.iter().all(|column| column.tasks.is_empty()))
    }

    /// What happened last, for those who do not see it.
    #[must_use]
    pub fn told(self) -> Signal<String> {
        self.told.into()
    }

    /// Why the last move was undone.
    #[must_use]
    pub fn refused(self) -> Signal<Option<String>> {
        self.refused.into()
    }

    /// The number of the card in the air, and the lane it is in.
    #[must_use]
    pub fn lifted(self) -> Option<(i64, Lane)> {
        self.moves.with_untracked(Moves::lifted)
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
        if self.moves.try_update(Moves::put_down).flatten().is_some() {
            self.send();
        }
        self.tell_place(number, "dropped", lane);
    }

    /// Returns the lifted card to where it came from; says in which lane that is.
    pub fn put_back(self) -> Option<Lane> {
        let (number, _) = self.lifted()?;
        let (place, lane) = self.moves.try_update(Moves::put_back).flatten()?;
        self.tell(number, "is back", place, lane);
        Some(lane)
    }

    /// Moves a card in one go, out of a lane into a column and lane.
    pub fn carry(self, number: i64, from: Lane, column: usize, lane: Lane, before: Option<i64>) {
        let carry = |moves: &mut Moves| moves.carry(number, from, column, lane, before);
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
        let hear = |moves: &mut Moves| moves.hear(event.number, event.task, &event.event);
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
            let renew = |moves: &mut Moves| moves.renew(board.columns, board.as_of);
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
        if self.moves.with_untracked(Moves::waiting) > 1 {
            return;
        }
        // Held by the task: what is pending is sent even when the board has been left.
        let (moves, org, style) = (ArcRwSignal::from(self.moves), self.org.get_value(), self.style.get_untracked());
        let (Frame { current, toasts, pane, .. }, is_filtered) = (self.frame.get_value(), self.is_filtered());
        let plan = self.plan;
        task::spawn_local(async move {
            while let Some(next) = moves.with_untracked(Moves::next) {
                let state = moves.with_untracked(|moves| moves.columns()[next.column].state.slug.clone());
                // Among cards of which others are left out, it goes right below the one that it is seen below.
                let after = is_filtered.then(|| moves.with_untracked(|moves| moves.above(next))).flatten();
                let (out_of, into) = (next.shift.map(Shift::from), next.shift.map(Shift::to));
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

    fn tell(self, number: i64, what: &str, place: Place, lane: Lane) {
        let name = self.plan.with_untracked(|plan| plan.name(lane));
        let place = self.moves.with_untracked(|moves| describe(&moves.columns(), place, lane, &name));
        self.told.set(format!("{} {what}. {place}.", self.key(number)));
    }

    fn key(self, number: i64) -> String {
        self.style.with_untracked(|style| style.key(number))
    }
}

fn choices(board: &Board) -> Choices {
    Choices {
        states: board.columns.iter().map(|column| column.state.clone()).collect(),
        labels: board.labels.clone(),
        people: board.people.clone(),
    }
}

fn where_is(moves: &Moves, number: i64) -> String {
    moves.place(number).map_or_else(String::new, |place| moves.columns()[place.column].state.name.clone())
}

/// For example `To do, position 2 of 5`; in a lane `To do, Bob Baker, position 1 of 2`.
fn describe(columns: &[Stack], Place { column, index }: Place, lane: Lane, name: &str) -> String {
    let Stack { state, tasks, .. } = &columns[column];
    let among = |tasks: &[Arc<TaskCard>]| tasks.iter().filter(|task| lane.holds(task)).count();
    let (above, all) = (among(&tasks[..index]), among(tasks));
    let comma = if name.is_empty() { "" } else { ", " };
    format!("{}{comma}{name}, position {} of {all}", state.name, above + 1)
}
