//! The page of a project's board.

mod add;
pub mod board_state;
pub mod card_html;
mod focus;
mod keyboard;
mod lanes;
pub mod new_task_shortcut;
mod patch;
mod pointer;
pub mod selection;
pub mod store;
mod view;
pub mod viewport;
mod window;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use self::view::BoardView;
pub use self::{
    board_state::BoardState,
    new_task_shortcut::{NEW_TASK, start_task},
};
use super::{
    organization::current::CurrentOrganization,
    palette::{Palette, RecentPage},
    projects::{functions::get_board, page_actions::actions},
    toolbar::ProjectToolbar,
    ui::{
        await_resource::await_resource,
        error_page::ErrorPage,
        page::{Crumb, Page},
    },
};
use crate::domain::{permissions::Permission, query::Query, saved_views::Layout};

/// `/o/{org}/projects/{key}/board`.
#[component]
pub fn BoardPage() -> impl IntoView {
    let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let search = use_location().search;
    // A column that is opened or closed changes the address, and nothing that the server would have to say: unless it has
    // refused the one before.
    let is_refused = StoredValue::new(false);
    let address = Memo::new_owning(move |before: Option<(String, String, String)>| {
        let address = (param("org"), param("key"), search.get());
        let has_changed = before.is_none_or(|before| {
            let is_same = |one: &str, other: &str| without_collapsed(one).eq(without_collapsed(other));
            is_refused.get_value()
                || (&before.0, &before.1) != (&address.0, &address.1)
                || !is_same(&before.2, &address.2)
        });
        (address, has_changed)
    });
    let collapsed = Memo::new(move |_| Query::parse(&search.get()).0.collapsed);
    let board = Resource::new_blocking(move || address.get(), |(org, key, query)| get_board(org, key, query));
    let rebuild = Callback::new(move |()| board.refetch());

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(board).await {
                    Ok(board) => {
                        let org = current.with_untracked(|workspace| workspace.organization.clone());
                        let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
                        let title = format!("{} board", board.name);
                        let (href, detail) = (format!("/o/{}/projects/{}/board", org.slug, board.key), board.key.to_string());
                        palette.visit(RecentPage { href, label: board.name.clone(), detail });
                        let may_write = current.may(Permission::WriteTasks);
                        let (query, _) = Query::parse(&address.get_untracked().2);
                        let action = Some(actions(current, &org.slug, &board.key));
                        let (parts, shown) = (board.parts(), board.problems.is_empty());
                        is_refused.set_value(!shown);
                        let (bar, slug) = (query.clone(), org.slug.clone());
                        let bar = move || {
                            let query = Query { collapsed: collapsed.get(), ..bar.clone() };
                            let (org, parts) = (slug.clone(), parts.clone());
                            view! { <ProjectToolbar org parts layout=Layout::Board query changed=rebuild may_write/> }
                        };
                        view! {
                            <Page heading=board.name.clone() title crumbs action class="board-page">
                                {bar}
                                {shown.then(|| view! { <BoardView org=org.slug board query collapsed may_write rebuild/> })}
                            </Page>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The parts of an address besides the one that says which columns are collapsed.
fn without_collapsed(search: &str) -> impl Iterator<Item = &str> {
    search.split('&').filter(|part| !part.is_empty() && !part.starts_with("collapsed="))
}
