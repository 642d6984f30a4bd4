//! The page of a project's board.

mod add;
mod cards;
mod controls;
mod focus;
mod keyboard;
mod lanes;
mod moves;
mod patch;
mod picking;
mod pointer;
mod start;
mod view;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use self::view::BoardView;
pub use self::{
    moves::Moves,
    start::{NEW_TASK, start_task},
};
use crate::{
    access::Permission,
    organizations::current::CurrentWorkspace,
    palette::{Palette, Visited},
    projects::{bar::ProjectBar, functions::get_board, head::actions, views::model::Layout},
    tasks::query::Query,
    ui::{
        error_page::ErrorPage,
        loaded::loaded,
        page::{Crumb, Page},
    },
};

/// `/o/{org}/projects/{key}/board`.
#[component]
pub fn BoardPage() -> impl IntoView {
    let (current, palette) = (CurrentWorkspace::expect(), Palette::expect());
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let search = use_location().search;
    let address = Memo::new(move |_| (param("org"), param("key"), search.get()));
    let board = Resource::new_blocking(move || address.get(), |(org, key, query)| get_board(org, key, query));
    let rebuild = Callback::new(move |()| board.refetch());

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match loaded(board).await {
                    Ok(board) => {
                        let org = current.with_untracked(|workspace| workspace.organization.clone());
                        let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
                        let title = format!("{} board", board.name);
                        let (href, detail) = (format!("/o/{}/projects/{}/board", org.slug, board.key), board.key.to_string());
                        palette.visit(Visited { href, label: board.name.clone(), detail });
                        let may_write = current.may(Permission::WriteTasks);
                        let (query, _) = Query::parse(&address.get_untracked().2);
                        let action = Some(actions(current, &org.slug, &board.key));
                        let (parts, shown) = (board.parts(), board.problems.is_empty());
                        let bar = query.clone();
                        view! {
                            <Page heading=board.name.clone() title crumbs action class="board-page">
                                <ProjectBar org=org.slug.clone() parts layout=Layout::Board query=bar changed=rebuild may_write/>
                                {shown.then(|| view! { <BoardView org=org.slug board query may_write rebuild/> })}
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
