//! Renders the cards of one board from its signals.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;

use super::{
    board_state::BoardState,
    card_html::{CardStyle, Item},
};
use crate::{domain::tasks::lane::Lane, web::task_view::selection::Selection};

/// The signals that the rendered cards depend on. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct CardRenderer {
    pub style: RwSignal<CardStyle>,
    pub selection: Selection,
    pub cards: RwSignal<BoardState>,
    /// Whether the board has so few cards that all of them are rendered.
    pub is_whole: Memo<bool>,
}

impl CardRenderer {
    /// Renders `items` as HTML list items.
    #[must_use]
    pub fn html(self, items: &[Item]) -> String {
        self.style.with_untracked(|style| {
            // Ticking a checkbox changes the page itself, so a changed selection does not render the cards again.
            self.selection.with_untracked(|keys| {
                let selected: BTreeSet<_> = keys.iter().map(|key| key.number).collect();
                style.html(items, |number| selected.contains(&number))
            })
        })
    }

    /// Renders the cards that the page starts with, or returns them as they are kept.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn initial_html(self, items: &[Item]) -> Arc<str> {
        self.style.with_untracked(|style| super::kept_lists::html(style, items, || self.html(items)))
    }

    /// Renders the cards that the page starts with.
    #[cfg(not(feature = "ssr"))]
    #[must_use]
    pub fn initial_html(self, items: &[Item]) -> Arc<str> {
        self.html(items).into()
    }

    /// The lifted card's number and its current lane.
    #[must_use]
    pub fn lifted(self) -> Option<(i64, Lane)> {
        self.cards.with_untracked(BoardState::lifted)
    }
}
