//! Keeps the cards of boards, so that a board that does not change is read from the database once.
//!
//! A kept board belongs to the number of the organization's last event when it was read. Every change of what it shows
//! is committed together with a further event, on whichever node, and each request reads the present number from the
//! database before it asks here. So a board with this number is as new as one that is read now.

use std::sync::Arc;

use moka::sync::Cache;
use uuid::Uuid;

use super::repo::tasks::{BoardCards, CardRow};
use crate::domain::{
    ids::{OrgId, ProjectId},
    tasks::TaskCard,
};

/// Maximum size in bytes of all kept boards, about that of 1,000 boards with 100 cards each.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What a key and the entry itself take in memory, in bytes.
const ENTRY_BYTES: usize = 512;

/// A board and the number of the last event when it was read.
#[derive(Clone, Debug)]
struct Kept {
    number: i64,
    cards: Arc<BoardCards>,
}

/// The kept boards: of each project the last one, without a filter.
#[derive(Clone, Debug)]
pub struct KeptBoards(Cache<(OrgId, ProjectId), Kept>);

impl Default for KeptBoards {
    fn default() -> Self {
        let size = |_: &(OrgId, ProjectId), kept: &Kept| u32::try_from(bytes_of(&kept.cards)).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(size).build())
    }
}

impl KeptBoards {
    /// Returns the board of a project if the organization's last event still has this number.
    pub fn get(&self, org: OrgId, project: ProjectId, number: i64) -> Option<Arc<BoardCards>> {
        self.0.get(&(org, project)).filter(|kept| kept.number == number).map(|kept| kept.cards)
    }

    /// Keeps a board that was read after the organization's last event had this number.
    pub fn insert(&self, org: OrgId, project: ProjectId, number: i64, cards: Arc<BoardCards>) {
        self.0.insert((org, project), Kept { number, cards });
    }
}

/// Estimates the memory that a board takes.
fn bytes_of(board: &BoardCards) -> usize {
    let of_card = |CardRow { state, card }: &CardRow| {
        let ids = (card.assignees.len() + card.labels.len()) * size_of::<Uuid>();
        size_of::<CardRow>() + size_of::<TaskCard>() + state.len() + card.title.len() + card.rank.len() + ids
    };
    let labels: usize = board.labels.iter().map(|label| size_of_val(label) + label.name.len()).sum();
    ENTRY_BYTES + labels + board.cards.iter().map(of_card).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn board(cards: i64) -> Arc<BoardCards> {
        let card = |number| CardRow {
            state: "todo".to_owned(),
            card: Arc::new(TaskCard { number, title: "x".repeat(200), ..TaskCard::default() }),
        };
        Arc::new(BoardCards { cards: (0..cards).map(card).collect(), labels: Vec::new(), totals: HashMap::new() })
    }

    fn key(number: u128) -> (OrgId, ProjectId) {
        (OrgId(Uuid::from_u128(number)), ProjectId(Uuid::from_u128(number)))
    }

    #[test]
    fn a_board_is_kept_for_its_number_and_its_project() {
        let boards = KeptBoards::default();
        let ((org, project), (other_org, other_project)) = (key(1), key(2));
        boards.insert(org, project, 7, board(1));
        assert!(boards.get(org, project, 7).is_some());
        for (org, project, number) in
            [(org, project, 8), (org, project, 6), (org, other_project, 7), (other_org, project, 7)]
        {
            assert!(boards.get(org, project, number).is_none(), "{org} {project:?} {number}");
        }
    }

    #[test]
    fn the_kept_boards_have_a_limited_size() {
        let (boards, large) = (KeptBoards::default(), board(1_000));
        for number in 0..500 {
            let (org, project) = key(number);
            boards.insert(org, project, 1, large.clone());
        }
        boards.0.run_pending_tasks();
        assert!(boards.0.weighted_size() <= MAX_BYTES && boards.0.entry_count() > 10, "{:?}", boards.0);
    }
}
