//! The page of a project's list.

mod commands;
mod editor;
mod focus;
mod keyboard;
mod list_state;
mod row_html;
mod store;
mod view;
mod viewport;
mod window;

use leptos::prelude::*;

use self::view::ListView;
use super::{projects::functions::get_list, task_view::page::task_page};
use crate::domain::{list::Listing, saved_views::Layout};

/// `/o/{org}/projects/{key}/list`.
#[component]
pub fn ListPage() -> impl IntoView {
    let project = |listing: &Listing| listing.project.clone();
    task_page(Layout::List, get_list, project, |page, listing| view! { <ListView page listing/> }.into_any())
}
