//! The state of a board on the page. The [`commands`](super::commands) change it. Does not touch the DOM.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;

use super::{
    board_state::BoardState,
    card_html::{CardStyle, Item},
    card_renderer::CardRenderer,
    column_state::ColumnState,
    lanes::{LaneCount, LanePlan},
    window::{INITIAL_CARDS, MAX_UNWINDOWED},
};
use crate::{
    domain::{
        board::Board,
        projects::State,
        query::{Lanes, Query},
        saved_views::Layout,
        tasks::{TaskCard, lane::Lane},
    },
    web::task_view::{
        page::OpenPage,
        store::{PageInfo, TaskViewStore},
    },
};

/// The state of a board, shared by pointer, keyboard and forms. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct BoardStore {
    /// The state that the board shares with a list.
    pub shared: TaskViewStore,
    pub cards: RwSignal<BoardState>,
    /// The last change in words, for screen readers.
    pub announcement: RwSignal<String>,
    /// Why the last move was undone.
    pub refusal: RwSignal<Option<String>>,
    pub style: RwSignal<CardStyle>,
    pub plan: RwSignal<LanePlan>,
    /// The visible columns, computed once for all lanes.
    visible: Memo<Vec<ColumnState>>,
    lanes: Memo<Vec<LaneCount>>,
    /// Slugs of the states whose columns are collapsed.
    collapsed: Memo<BTreeSet<String>>,
    /// Whether the board has so few cards that all of them are rendered.
    is_whole: Memo<bool>,
}

impl BoardStore {
    /// Creates the state of `board` on an open page.
    #[must_use]
    pub fn new(page: OpenPage, board: Board) -> Self {
        let OpenPage { org, project, query, collapsed, may_write, rebuild } = page;
        let plan = RwSignal::new(LanePlan::new(query.lanes, &board.people, &board.labels));
        let style = RwSignal::new(CardStyle::new(&org, &board, may_write));
        let cards = RwSignal::new(BoardState::new(board.columns, board.as_of));
        let visible = Memo::new(move |_| cards.with(|cards| cards.columns().into_owned()));
        let lanes = Memo::new(move |_| {
            visible.with(|visible| cards.with(|cards| plan.with(|plan| plan.lanes(cards.acknowledged(), visible))))
        });
        let is_whole = Memo::new(move |_| {
            visible.with(|visible| visible.iter().map(|column| column.tasks.len()).sum::<usize>() <= MAX_UNWINDOWED)
        });
        let page = PageInfo { layout: Layout::Board, org, project: board.key, query, may_write, rebuild };
        Self {
            shared: TaskViewStore::new(page, project),
            cards,
            announcement: RwSignal::new(String::new()),
            refusal: RwSignal::new(None),
            style,
            plan,
            visible,
            lanes,
            collapsed,
            is_whole,
        }
    }

    /// The signals that the rendered cards depend on.
    #[must_use]
    pub const fn renderer(self) -> CardRenderer {
        let Self { style, cards, is_whole, shared, .. } = self;
        CardRenderer { style, selection: shared.selection(), cards, is_whole }
    }

    /// The lanes from top to bottom; [`Lane::Whole`] on a board without lanes.
    #[must_use]
    pub fn lanes(self) -> Vec<Lane> {
        self.lanes.with(|lanes| lanes.iter().map(|(lane, _)| *lane).collect())
    }

    /// Whether the board has lanes.
    #[must_use]
    pub fn has_lanes(self) -> bool {
        self.shared.query().lanes != Lanes::None
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

    /// The cards of a column in a lane. Empty if the column is collapsed.
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

    /// The query of the board with one column collapsed or expanded.
    #[must_use]
    pub fn toggled_query(self, slug: &str) -> Query {
        let mut query = self.shared.query().first_page();
        query.collapsed = self.collapsed.get_untracked();
        if !query.collapsed.remove(slug) {
            query.collapsed.insert(slug.to_owned());
        }
        query
    }

    /// The column of a card, if that column is collapsed.
    #[must_use]
    pub fn collapsed_column_of(self, number: i64) -> Option<usize> {
        let column = self.cards.with_untracked(|cards| cards.position(number))?.column;
        untrack(|| self.is_collapsed(column)).then_some(column)
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
        let mut filter = self.shared.query().filter;
        filter.states = [state.slug.clone()].into();
        Query { filter, ..Query::default() }.href(&self.shared.path(Layout::List))
    }

    /// The displayed number of cards of a column, for example `7`, or `100 of 350` if some are hidden.
    #[must_use]
    pub fn count(self, column: usize) -> String {
        self.visible.with(|columns| {
            let ColumnState { tasks, hidden, .. } = &columns[column];
            if *hidden == 0 { tasks.len().to_string() } else { format!("{} of {}", tasks.len(), tasks.len() + hidden) }
        })
    }

    /// Whether a column has as many tasks as its limit allows, or more.
    #[must_use]
    pub fn is_full(self, column: usize) -> bool {
        self.visible.with(|columns| {
            let ColumnState { state, tasks, hidden } = &columns[column];
            state.wip_limit.is_some_and(|limit| i64::try_from(tasks.len() + hidden).is_ok_and(|count| count >= limit))
        })
    }

    /// The tasks of a column, from top to bottom.
    #[must_use]
    pub fn tasks_of_column(self, column: usize) -> Vec<i64> {
        self.cards.with_untracked(|cards| cards.columns()[column].tasks.iter().map(|task| task.number).collect())
    }

    /// Whether the board has no card.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.visible.with(|columns| columns.iter().all(|column| column.tasks.is_empty()))
    }

    /// The lifted card's number and its current lane.
    #[must_use]
    pub fn lifted(self) -> Option<(i64, Lane)> {
        self.cards.with_untracked(BoardState::lifted)
    }
}
