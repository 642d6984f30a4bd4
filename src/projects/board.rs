//! The page of a project's board.

mod add;
mod cards;
mod controls;
mod keyboard;
mod moves;
mod pointer;
mod view;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use self::view::BoardView;
use crate::projects::functions::get_board;

/// `/o/{org}/projects/{key}/board`.
#[component]
pub fn BoardPage() -> impl IntoView {
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let address = Memo::new(move |_| (param("org"), param("key")));
    let board = Resource::new_blocking(move || address.get(), |(org, key)| get_board(org, key));

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match board.await {
                    Ok(board) => {
                        let org = address.with_untracked(|(org, _)| org.clone());
                        view! {
                            <Title text=format!("{} board", board.name) />
                            <BoardView org board may_write=true />
                        }
                        .into_any()
                    }
                    Err(error) => error.to_string().into_any(),
                }
            })}
        </Transition>
    }
}
