//! The start page.

use leptos::prelude::*;

use super::picker::Workspaces;
use crate::web::{
    account::welcome::Welcome,
    organization::functions::list_organizations,
    ui::{page::PlainPage, page_resource::PageResource, params::query_params},
};

/// `/`: the public landing page for a visitor, the organizations of a signed-in person otherwise.
#[component]
pub fn Landing() -> impl IntoView {
    let params = query_params(["q", "all"]);
    let query = move || {
        let [q, all] = params();
        (q, all == "true")
    };
    let picker = PageResource::new(query, |(q, all)| list_organizations(q, all));
    picker.render_page(move |picker| {
        let (q, all) = untrack(query);
        if picker.person.is_none() {
            view! { <Introduction/> }.into_any()
        } else if picker.list.choices.is_empty() && q.is_empty() {
            view! { <Welcome/> }.into_any()
        } else {
            view! { <Workspaces picker q all/> }.into_any()
        }
    })
}

#[component]
fn Introduction() -> impl IntoView {
    view! {
        <PlainPage>
            <main id="main" class="landing">
                <div class="stack">
                    <h1>"Every piece of work in its place"</h1>
                    <p class="lead">
                        "Tessera is where teams plan their projects: boards that take a task from idea to done, in a "
                        "workspace that only your team can see."
                    </p>
                    <div class="buttons">
                        <a class="button primary large" href="/login" rel="external">
                            "Sign in"
                        </a>
                        <a class="button large" href="/login?screen_hint=signup" rel="external">
                            "Sign up"
                        </a>
                    </div>
                    <a class="quiet-link" href="/sign-in" rel="external">
                        "Use your workspace name or email"
                    </a>
                </div>
                <Mosaic/>
            </main>
        </PlainPage>
    }
}

/// An illustration: a board with one tile split in two.
#[component]
fn Mosaic() -> impl IntoView {
    view! {
        <svg class="mosaic" viewBox="0 0 400 320" aria-hidden="true">
            <g class="slot">
                <rect x="0" y="0" width="94" height="320" rx="10"></rect>
                <rect x="102" y="0" width="94" height="320" rx="10"></rect>
                <rect x="204" y="0" width="94" height="320" rx="10"></rect>
                <rect x="306" y="0" width="94" height="320" rx="10"></rect>
            </g>
            <g class="stone">
                <rect x="8" y="8" width="78" height="62" rx="6"></rect>
                <rect x="8" y="78" width="78" height="46" rx="6"></rect>
                <rect x="8" y="132" width="78" height="78" rx="6"></rect>
                <rect x="110" y="8" width="78" height="46" rx="6"></rect>
                <rect x="110" y="62" width="78" height="62" rx="6"></rect>
                <rect x="212" y="94" width="78" height="46" rx="6"></rect>
                <rect x="314" y="8" width="78" height="62" rx="6"></rect>
                <rect x="314" y="78" width="78" height="46" rx="6"></rect>
                <rect x="314" y="132" width="78" height="46" rx="6"></rect>
                <rect x="314" y="186" width="78" height="62" rx="6"></rect>
            </g>
            <g class="ink">
                <path d="M18 20h34v6H18zM18 34h54v6H18zM18 90h46v6H18zM18 144h54v6H18zM18 158h40v6H18zM18 172h50v6H18z"></path>
                <path d="M120 20h46v6h-46zM120 74h54v6h-54zM120 88h32v6h-32zM222 106h46v6h-46z"></path>
                <path d="M324 20h54v6h-54zM324 34h30v6h-30zM324 90h46v6h-46zM324 144h36v6h-36zM324 198h54v6h-54zM324 212h42v6h-42z"></path>
            </g>
            <path class="warm" d="M218 8h64.5L212 78.5V14a6 6 0 0 1 6-6z"></path>
            <path class="dark" d="M284 86h-64.5L290 15.5V80a6 6 0 0 1-6 6z"></path>
        </svg>
    }
}
