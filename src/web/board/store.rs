//! The state of a board on the page. The [`commands`] change it.

mod commands;

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    board_state::BoardState,
    card_html::{CardStyle, Item},
    card_renderer::CardRenderer,
    column_state::ColumnState,
    lanes::{LaneCount, LanePlan},
    viewport::Viewport,
    window::{INITIAL_CARDS, MAX_UNWINDOWED},
};
use crate::{
    domain::{
        board::Board,
        keys::TaskKey,
        projects::State,
        query::{Lanes, Query},
        tasks::{TaskCard, lane::Lane},
    },
    web::{
        organization::current::CurrentOrganization,
        tasks::{
            selection::{PickerOptions, Selection},
            toast::Toasts,
        },
    },
};

/// The state of a board, shared by pointer, keyboard and forms. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BoardStore {
    cards: RwSignal<BoardState>,
    /// The last change in words, for screen readers.
    announcement: RwSignal<String>,
    /// Why the last move was undone.
    refusal: RwSignal<Option<String>>,
    org: StoredValue<String>,
    /// Filter and lanes of the board.
    query: StoredValue<Query>,
    style: RwSignal<CardStyle>,
    plan: RwSignal<LanePlan>,
    /// The visible columns, computed once for all lanes.
    visible: Memo<Vec<ColumnState>>,
    lanes: Memo<Vec<LaneCount>>,
    page: StoredValue<PageHandles>,
    selection: Selection,
    picker_options: RwSignal<PickerOptions>,
    may_move: bool,
    /// Slugs of the states whose columns are collapsed.
    collapsed: Memo<BTreeSet<String>>,
    /// Navigates to another address of this board.
    navigate: Callback<String>,
}

/// Handles of the page around the board. Stored behind one handle, which keeps [`BoardStore`] small to copy.
#[derive(Clone, Copy)]
struct PageHandles {
    current: CurrentOrganization,
    toasts: Toasts,
    renderer: CardRenderer,
    viewport: Viewport,
    /// Rebuilds the board with other columns.
    rebuild: Callback<()>,
}

impl BoardStore {
    /// Creates the store of `board` in the organization with the slug `org`.
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
        let go_to = Callback::new(move |address: String| {
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        });
        let plan = RwSignal::new(LanePlan::new(query.lanes, &board.people, &board.labels));
        let picker_options = RwSignal::new(picker_options(&board));
        let style = RwSignal::new(CardStyle::new(org, &board, may_write));
        let cards = RwSignal::new(BoardState::new(board.columns, board.as_of));
        let visible = Memo::new(move |_| cards.with(|cards| cards.columns().into_owned()));
        let lanes = Memo::new(move |_| {
            visible.with(|visible| cards.with(|cards| plan.with(|plan| plan.lanes(cards.acknowledged(), visible))))
        });
        let is_whole = Memo::new(move |_| {
            visible.with(|visible| visible.iter().map(|column| column.tasks.len()).sum::<usize>() <= MAX_UNWINDOWED)
        });
        let selection = Selection::default();
        let renderer = CardRenderer { style, selection, cards, is_whole };
        let viewport = Viewport::new(renderer);
        let (current, toasts) = (CurrentOrganization::expect(), Toasts::expect());
        Self {
            style,
            plan,
            visible,
            lanes,
            org: StoredValue::new(org.to_owned()),
            query: StoredValue::new(query),
            picker_options,
            cards,
            announcement: RwSignal::new(String::new()),
            refusal: RwSignal::new(None),
            page: StoredValue::new(PageHandles { current, toasts, renderer, viewport, rebuild }),
            selection,
            may_move: may_write,
            collapsed,
            navigate: go_to,
        }
    }

    /// Whether the member may move cards.
    #[must_use]
    pub const fn may_move(self) -> bool {
        self.may_move
    }

    /// The lanes from top to bottom; [`Lane::Whole`] on a board without lanes.
    #[must_use]
    pub fn lanes(self) -> Vec<Lane> {
        self.lanes.with(|lanes| lanes.iter().map(|(lane, _)| *lane).collect())
    }

    /// Whether the board has lanes.
    #[must_use]
    pub fn has_lanes(self) -> bool {
        self.query.with_value(|query| query.lanes != Lanes::None)
    }

    /// Number of cards in a lane.
    #[must_use]
    pub fn count_lane(self, lane: Lane) -> usize {
        self.lanes.with(|lanes| lanes.iter().find(|(other, _)| *other == lane).map_or(0, |(_, cards)| *cards))
    }

    /// The displayed name of a lane; empty on a board without lanes.
    #[must_use]
    pub fn lane_name(self, lane: Lane) -> String {
        self.plan.with(|plan| plan.name(lane))
    }

    /// The hue of a label's lane; `None` for other lanes.
    #[must_use]
    pub fn lane_hue(self, lane: Lane) -> Option<u8> {
        let Lane::Label(Some(id)) = lane else { return None };
        self.plan.with(|plan| plan.label(id).map(|label| label.hue))
    }

    /// The cards of a column in a lane; none if the column is collapsed.
    #[must_use]
    pub fn items(self, column: usize, lane: Lane) -> Vec<Item> {
        if self.is_collapsed(column) {
            return Vec::new();
        }
        let lifted = self.cards.with(BoardState::lifted);
        self.visible.with(|columns| {
            let ColumnState { state, tasks, .. } = &columns[column];
            let is_done = state.category.is_done();
            let item = |card: &Arc<TaskCard>| {
                let is_lifted = lifted == Some((card.number, lane));
                Item { card: card.clone(), is_lifted, is_done }
            };
            tasks.iter().filter(|card| lane.holds(card)).map(item).collect()
        })
    }

    /// Renders cards as HTML list items.
    #[must_use]
    pub fn html(self, items: &[Item]) -> String {
        self.page.with_value(|page| page.renderer).html(items)
    }

    /// The scrolling part of the board.
    #[must_use]
    pub fn viewport(self) -> Viewport {
        self.page.with_value(|page| page.viewport)
    }

    /// Whether a column shows no cards. The column of the lifted card is expanded until the card is dropped.
    #[must_use]
    pub fn is_collapsed(self, column: usize) -> bool {
        let lifted = self.cards.with(BoardState::lifted);
        self.visible.with(|columns| {
            let ColumnState { state, tasks, .. } = &columns[column];
            let holds = |number| tasks.iter().any(|task| task.number == number);
            self.collapsed.with(|collapsed| collapsed.contains(&state.slug))
                && !lifted.is_some_and(|(number, _)| holds(number))
        })
    }

    /// The query and the path of the board with one column collapsed or expanded.
    #[must_use]
    pub fn toggled_address(self, slug: &str) -> (Query, String) {
        let mut query = self.query.get_value().from_the_top();
        query.collapsed = self.collapsed.get_untracked();
        if !query.collapsed.remove(slug) {
            query.collapsed.insert(slug.to_owned());
        }
        (query, format!("/o/{}/projects/{}/board", self.org.get_value(), self.project()))
    }

    /// Collapses or expands a column.
    pub fn toggle_column(self, slug: &str) {
        let (query, path) = self.toggled_address(slug);
        self.navigate.run(query.href(&path));
    }

    /// The column of a card, if that column is collapsed.
    #[must_use]
    pub fn collapsed_column_of(self, number: i64) -> Option<usize> {
        let column = self.cards.with_untracked(|cards| cards.position(number))?.column;
        untrack(|| self.is_collapsed(column)).then_some(column)
    }

    fn is_filtered(self) -> bool {
        self.query.with_value(|query| !query.filter.is_empty())
    }

    fn project(self) -> String {
        self.style.with_untracked(|style| style.project().to_string())
    }

    /// Whether a column shows only its most recent tasks.
    #[must_use]
    pub fn is_cut(self, column: usize) -> bool {
        self.visible.with(|columns| columns[column].is_cut())
    }

    /// Whether a list of the column has more cards than are rendered without scripts.
    #[must_use]
    pub fn is_long(self, column: usize) -> bool {
        self.visible.with(|columns| {
            let tasks = &columns[column].tasks;
            let is_long = |lane: Lane| tasks.iter().filter(|task| lane.holds(task)).count() > INITIAL_CARDS;
            tasks.len() > INITIAL_CARDS && self.lanes().into_iter().any(is_long)
        })
    }

    /// The address of the list view of a state, with the board's filter.
    #[must_use]
    pub fn list_address(self, state: &State) -> String {
        let project = self.project();
        let mut filter = self.query.with_value(|query| query.filter.clone());
        filter.states = [state.slug.clone()].into();
        let path = self.org.with_value(|org| format!("/o/{org}/projects/{project}/list"));
        Query { filter, ..Query::default() }.href(&path)
    }

    /// The displayed number of cards of a column, for example `7`, or `100 of 350` if some are hidden.
    #[must_use]
    pub fn count(self, column: usize) -> String {
        self.visible.with(|columns| {
            let ColumnState { tasks, hidden, .. } = &columns[column];
            if *hidden == 0 { tasks.len().to_string() } else { format!("{} of {}", tasks.len(), tasks.len() + hidden) }
        })
    }

    /// The selected tasks.
    #[must_use]
    pub const fn selection(self) -> Selection {
        self.selection
    }

    /// The states, labels and people that the selection bar offers.
    #[must_use]
    pub fn picker_options(self) -> Signal<PickerOptions> {
        self.picker_options.into()
    }

    /// The tasks of the column that contains the card `number`, from top to bottom.
    #[must_use]
    pub fn tasks_in_column_of(self, number: i64) -> Vec<TaskKey> {
        let column = self.cards.with_untracked(|cards| cards.position(number)).map(|position| position.column);
        column.map_or_else(Vec::new, |column| self.tasks_of_column(column))
    }

    /// The tasks of a column, from top to bottom.
    #[must_use]
    pub fn tasks_of_column(self, column: usize) -> Vec<TaskKey> {
        let project = self.style.with_untracked(|style| style.project().clone());
        let key = |task: &Arc<TaskCard>| TaskKey { project: project.clone(), number: task.number };
        self.cards.with_untracked(|cards| cards.columns()[column].tasks.iter().map(key).collect())
    }

    /// The key of task `number`.
    #[must_use]
    pub fn task_key(self, number: i64) -> TaskKey {
        TaskKey { project: self.style.with_untracked(|style| style.project().clone()), number }
    }

    /// Whether the board has no card.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.visible.with(|columns| columns.iter().all(|column| column.tasks.is_empty()))
    }

    /// The last change in words, for screen readers.
    #[must_use]
    pub fn announcement(self) -> Signal<String> {
        self.announcement.into()
    }

    /// Why the last move was undone.
    #[must_use]
    pub fn refusal(self) -> Signal<Option<String>> {
        self.refusal.into()
    }

    /// The lifted card's number and its current lane.
    #[must_use]
    pub fn lifted(self) -> Option<(i64, Lane)> {
        self.cards.with_untracked(BoardState::lifted)
    }
}

fn picker_options(board: &Board) -> PickerOptions {
    PickerOptions {
        states: board.columns.iter().map(|column| column.state.clone()).collect(),
        labels: board.labels.clone(),
        people: board.people.clone(),
    }
}
