//! Renders a text with its search matches highlighted.

use leptos::{either::Either, prelude::*};

use crate::domain::search::Marked;

/// Renders `text`, with each match in a `<mark>`.
pub fn marked(text: &Marked) -> impl IntoView + use<> {
    text.pieces()
        .filter(|(piece, _)| !piece.is_empty())
        .map(|(piece, is_marked)| {
            let piece = piece.to_owned();
            if is_marked { Either::Left(view! { <mark>{piece}</mark> }) } else { Either::Right(piece) }
        })
        .collect_view()
        .into_any()
}
