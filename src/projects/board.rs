//! The page of a project's board.

mod add;
mod cards;
mod controls;
mod focus;
mod keyboard;
mod moves;
mod pointer;
mod start;
mod view;

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_params_map};

use self::view::BoardView;
pub use self::{
    moves::Moves,
    start::{NEW_TASK, start_task},
};
use crate::{
    access::Permission,
    organizations::current::CurrentWorkspace,
    palette::{Palette, Visited},
    projects::{favourite::Favourite, functions::get_board},
    ui::{
        error_page::ErrorPage,
        icon::{Icon, Icon as Glyph},
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
    let address = Memo::new(move |_| (param("org"), param("key")));
    let board = Resource::new_blocking(move || address.get(), |(org, key)| get_board(org, key));
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
                        let settings = format!("/o/{}/projects/{}/settings", org.slug, board.key);
                        let settings = current
                            .may(Permission::WriteProjects)
                            .then(|| {
                                view! {
                                    <A href=settings attr:class="button quiet square" attr:aria-label="Project settings">
                                        <Icon icon=Glyph::Settings/>
                                    </A>
                                }
                            });
                        let action = view! {
                            <div class="actions">
                                <Favourite key=board.key.clone()/>
                                {settings}
                            </div>
                        };
                        let action = Some(action.into_any());
                        view! {
                            <Page heading=board.name.clone() title crumbs action class="board-page">
                                <BoardView org=org.slug board may_write rebuild/>
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
