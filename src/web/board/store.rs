//! The behaviour of a board: what is to be seen of it, and in `acting` what is done to it.

pub mod commands;
use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    board_state::{BoardState, ColumnState},
    card_html::CardStyle,
    lanes::{Counted, Plan},
    patch::Item,
    viewport::Viewport,
    window::{FIRST, WHOLE},
};
use crate::{
    domain::{
        keys::TaskKey,
        projects::{Board, State},
        query::{Lanes, Query},
        tasks::{TaskCard, lane::Lane},
    },
    web::{
        organization::current::CurrentOrganization,
        tasks::{
            selection::{Choices, Selection},
            toast::Toasts,
        },
    },
};

/// The board's behaviour, shared by pointer, keyboard and forms.
#[derive(Clone, Copy)]
pub struct BoardStore {
    moves: RwSignal<BoardState>,
    told: RwSignal<String>,
    refused: RwSignal<Option<String>>,
    org: StoredValue<String>,
    /// What the board shows.
    query: StoredValue<Query>,
    style: RwSignal<CardStyle>,
    plan: RwSignal<Plan>,
    /// The columns as they are to be seen, worked out once for all of their lanes.
    seen: Memo<Vec<ColumnState>>,
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
    current: CurrentOrganization,
    toasts: Toasts,
    pane: Viewport,
    is_whole: Memo<bool>,
    /// Builds the board anew.
    rebuild: Callback<()>,
}

impl BoardStore {
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
        let moves = RwSignal::new(BoardState::new(board.columns, board.as_of));
        let seen = Memo::new(move |_| moves.with(|moves| moves.columns().into_owned()));
        let lanes = Memo::new(move |_| {
            seen.with(|seen| moves.with(|moves| plan.with(|plan| plan.lanes(moves.acknowledged(), seen))))
        });
        let is_whole =
            Memo::new(move |_| seen.with(|seen| seen.iter().map(|column| column.tasks.len()).sum::<usize>() <= WHOLE));
        let (current, toasts) = (CurrentOrganization::expect(), Toasts::expect());
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
            frame: StoredValue::new(Frame { current, toasts, pane: Viewport::new(), is_whole, rebuild }),
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
        let lifted = self.moves.with(BoardState::lifted);
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
    pub fn pane(self) -> Viewport {
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
        let lifted = self.moves.with(BoardState::lifted);
        self.seen.with(|columns| {
            let ColumnState { state, tasks, .. } = &columns[column];
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
            let ColumnState { tasks, hidden, .. } = &columns[column];
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
        self.moves.with_untracked(BoardState::lifted)
    }
}

fn choices(board: &Board) -> Choices {
    Choices {
        states: board.columns.iter().map(|column| column.state.clone()).collect(),
        labels: board.labels.clone(),
        people: board.people.clone(),
    }
}
