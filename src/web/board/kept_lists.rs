//! Keeps rendered lists of cards, so that a list that is shown again as it was is not rendered again.
//!
//! A kept list is used for exactly the cards and the style that it was rendered from: who reads the page, in which
//! organization, with which rights and on which day, is part of them, or changes nothing in the list. The cards of a kept
//! board (`server/boards.rs`) are the same objects, which makes the comparison cheap.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, LazyLock},
};

use moka::sync::Cache;

use super::card_html::{CardStyle, Item};

/// Maximum size in bytes of all kept lists.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What a key and the entry itself take in memory in bytes, with the style.
const ENTRY_BYTES: usize = 4 * 1024;

struct Kept {
    style: CardStyle,
    items: Vec<Item>,
    html: Arc<str>,
}

static LISTS: LazyLock<Cache<u64, Arc<Kept>>> = LazyLock::new(|| {
    let size = |_: &u64, kept: &Arc<Kept>| {
        u32::try_from(kept.html.len() + size_of_val(&*kept.items) + ENTRY_BYTES).unwrap_or(u32::MAX)
    };
    Cache::builder().max_capacity(MAX_BYTES).weigher(size).build()
});

/// Returns what `render` returns for these cards in this style. It is called only if the list is not kept.
pub fn html(style: &CardStyle, items: &[Item], render: impl FnOnce() -> String) -> Arc<str> {
    let place = place(style, items);
    if let Some(kept) = LISTS.get(&place).filter(|kept| kept.items == items && kept.style == *style) {
        return kept.html.clone();
    }
    let html: Arc<str> = render().into();
    LISTS.insert(place, Arc::new(Kept { style: style.clone(), items: items.to_vec(), html: html.clone() }));
    html
}

/// Where a list is kept. Its next version has most likely the same place, and replaces it.
fn place(style: &CardStyle, items: &[Item]) -> u64 {
    let mut hasher = DefaultHasher::new();
    style.hash_place(&mut hasher);
    items.first().map(|item| item.card.number).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        board::Board,
        projects::{Assignable, Label},
        tasks::TaskCard,
    };

    fn board(org: &str) -> Board {
        Board {
            key: org.to_uppercase().parse().unwrap(),
            name: String::new(),
            columns: Vec::new(),
            labels: vec![Label { id: Uuid::from_u128(1), name: "Bug".to_owned(), hue: 1 }],
            people: vec![Assignable { id: Uuid::from_u128(2), name: "Alice".to_owned() }],
            views: Vec::new(),
            problems: Vec::new(),
            as_of: 1,
            today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        }
    }

    fn item(number: i64, title: &str) -> Item {
        let card = TaskCard { number, title: title.to_owned(), ..TaskCard::default() };
        Item { card: Arc::new(card), is_lifted: false, is_done: false }
    }

    #[test]
    fn a_list_is_kept_for_exactly_what_it_was_rendered_from() {
        let rendered = Cell::new(0);
        let show = |style: &CardStyle, items: &[Item]| {
            let html = html(style, items, || {
                rendered.set(rendered.get() + 1);
                style.html(items, |_| false)
            });
            assert_eq!(*html, *style.html(items, |_| false));
        };
        let (board, items) = (board("kept"), vec![item(1, "One"), item(2, "Two")]);
        let member = CardStyle::new("kept", &board, true);
        show(&member, &items);
        show(&member, &items);
        show(&CardStyle::new("kept", &board, true), &[item(1, "One"), item(2, "Two")]);
        assert_eq!(rendered.get(), 1, "equal cards in an equal style");
        let tomorrow = Board { today: board.today.succ_opt().unwrap(), ..board.clone() };
        let mut renamed = board.clone();
        renamed.people[0].name = "Bob".to_owned();
        let mut recoloured = board.clone();
        recoloured.labels[0].hue = 2;
        let others = [
            CardStyle::new("kept", &board, false),
            CardStyle::new("kept", &tomorrow, true),
            CardStyle::new("kept", &renamed, true),
            CardStyle::new("kept", &recoloured, true),
            CardStyle::new("other", &board, true),
            CardStyle::new("kept", &self::board("other"), true),
        ];
        for (number, style) in (2..).zip(&others) {
            show(style, &items);
            assert_eq!(rendered.get(), number, "{style:?}");
        }
        let done = items.iter().map(|item| Item { is_done: true, ..item.clone() }).collect();
        for (number, items) in
            (8..).zip([done, vec![item(1, "One")], vec![item(1, "One"), item(2, "Zwei")], vec![item(2, "Two")], vec![]])
        {
            show(&member, &items);
            assert_eq!(rendered.get(), number, "{items:?}");
        }
    }
}
