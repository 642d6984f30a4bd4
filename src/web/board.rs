//! The page of a project's board.

mod add;
pub mod board_state;
mod card_html;
mod card_renderer;
mod column_state;
mod focus;
mod keyboard;
mod lanes;
mod patch;
mod pointer;
mod selection;
mod store;
mod view;
mod viewport;
mod window;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use self::view::BoardView;
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
    // Collapsing or expanding a column changes the address but not the data, so it does not fetch the board again unless the
    // server rejected the previous address.
    let was_rejected = StoredValue::new(false);
    let address = Memo::new_owning(move |before: Option<(String, String, String)>| {
        let address = (param("org"), param("key"), search.get());
        let has_changed = before.is_none_or(|before| {
            let same_data = |one: &str, other: &str| without_collapsed(one).eq(without_collapsed(other));
            was_rejected.get_value()
                || (&before.0, &before.1) != (&address.0, &address.1)
                || !same_data(&before.2, &address.2)
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
                        let org = current.with_untracked(|shell| shell.organization.clone());
                        let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
                        let title = format!("{} board", board.name);
                        let (href, detail) = (format!("/o/{}/projects/{}/board", org.slug, board.key), board.key.to_string());
                        palette.visit(RecentPage { href, label: board.name.clone(), detail });
                        let may_write = current.may(Permission::WriteTasks);
                        let (query, _) = Query::parse(&address.get_untracked().2);
                        let action = Some(actions(current, &org.slug, &board.key));
                        let (project, is_valid) = (board.project(), board.problems.is_empty());
                        was_rejected.set_value(!is_valid);
                        let (toolbar_query, slug) = (query.clone(), org.slug.clone());
                        let toolbar = move || {
                            let query = Query { collapsed: collapsed.get(), ..toolbar_query.clone() };
                            let (org, project) = (slug.clone(), project.clone());
                            view! { <ProjectToolbar org project layout=Layout::Board query changed=rebuild may_write/> }
                        };
                        view! {
                            <Page heading=board.name.clone() title crumbs action class="board-page">
                                {toolbar}
                                {is_valid.then(|| view! { <BoardView org=org.slug board query collapsed may_write rebuild/> })}
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

/// The parts of a query string except the one that names the collapsed columns.
fn without_collapsed(search: &str) -> impl Iterator<Item = &str> {
    search.split('&').filter(|part| !part.is_empty() && !part.starts_with("collapsed="))
}
