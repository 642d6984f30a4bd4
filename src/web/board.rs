//! The page of a project's board.

mod add;
pub mod board_state;
mod card_html;
mod card_renderer;
mod column_state;
mod commands;
mod focus;
#[cfg(feature = "ssr")]
mod kept_lists;
mod keyboard;
mod lanes;
mod patch;
mod pointer;
mod store;
mod view;
mod viewport;
mod window;

use leptos::prelude::*;

use self::view::BoardView;
use super::{projects::functions::get_board, task_view::page::task_page};
use crate::domain::{board::Board, saved_views::Layout};

/// `/o/{org}/projects/{key}/board`.
#[component]
pub fn BoardPage() -> impl IntoView {
    task_page(Layout::Board, get_board, Board::project, |page, board| view! { <BoardView page board/> }.into_any())
}
