//! The picker: the signed-in person's organizations.

use leptos::prelude::*;

use super::{joining::offer::JoinOffers, members::pending::PendingInvitations, workspace_search::SearchState};
use crate::{
    domain::organizations::{OrganizationChoice, Picker},
    web::{
        account::menu::SignOut,
        ui::{
            avatar::OrganizationAvatar,
            icon::{Glyph, Icon},
            page::PlainPage,
        },
    },
};

/// A list longer than this has a search field.
const SEARCH_ABOVE: usize = 8;

/// The list of organizations: those that match `q`, or `all` of them.
#[component]
pub fn Workspaces(picker: Picker, q: String, all: bool) -> impl IntoView {
    let Picker { person, list } = picker;
    let is_filtered = !q.trim().is_empty();
    let is_searchable = is_filtered || list.has_more || list.choices.len() > SEARCH_ABOVE;
    let search_state = SearchState::new(list, is_filtered);
    let shown = search_state.shown();
    let has_text = RwSignal::new(is_filtered);
    let search = is_searchable.then(|| view! { <Search q search_state has_text/> });
    let rows = move || shown.with(|list| list.choices.clone()).into_iter().map(row).collect_view();
    let is_empty = move || shown.with(|list| list.choices.is_empty());
    let more = move || shown.with(|list| list.has_more).then(|| more(has_text.get(), all));
    let action = view! { <SignOut class="button quiet"/> }.into_any();
    view! {
        <PlainPage title="Your workspaces" action=Some(action)>
            <main id="main" class="workspaces">
                <div>
                    <h1>"Your workspaces"</h1>
                    {person
                        .map(|person| {
                            view! { <p class="muted small clip">{format!("Signed in as {}", person.email)}</p> }
                        })}
                </div>
                <PendingInvitations/>
                {search}
                <ul class="rows card" hidden=is_empty>
                    {rows}
                </ul>
                <p class="muted" role="status" hidden=move || !is_empty()>
                    "No matching workspaces."
                </p>
                {more}
                <JoinOffers/>
                <div class="buttons">
                    <a class="button" href="/new-organization">
                        <Icon icon=Glyph::Plus/>
                        "Create workspace"
                    </a>
                    <a class="button quiet" href="/login?prompt=login" rel="external">
                        "Sign in with another account"
                    </a>
                </div>
                <p class="muted small">
                    "Is a workspace missing? Ask someone in it to invite the email address you signed in with."
                </p>
            </main>
        </PlainPage>
    }
    .into_any()
}

fn row(choice: OrganizationChoice) -> impl IntoView {
    let OrganizationChoice { slug, display_name, logo_url, role, acts_as } = choice;
    view! {
        <li>
            <a class="row" href=format!("/o/{slug}") rel="external" data-testid=format!("workspace-{slug}")>
                <OrganizationAvatar slug=slug.clone() name=display_name.clone() logo=logo_url large=true/>
                <span class="name lines">
                    <span>{display_name.clone()}</span>
                    {acts_as.map(|email| view! { <span class="clip muted small">{email}</span> })}
                </span>
                <span class="badge">{role.label()}</span>
                <Icon icon=Glyph::ChevronRight/>
            </a>
        </li>
    }
}

/// A search form. With WASM the list updates while the person types.
#[component]
fn Search(q: String, search_state: SearchState, has_text: RwSignal<bool>) -> impl IntoView {
    let run = move |text: String| {
        has_text.set(!text.trim().is_empty());
        search_state.run(text);
    };
    view! {
        <form class="search" method="get" action="/" role="search">
            <input
                class="input"
                type="search"
                name="q"
                value=q
                placeholder="Find a workspace"
                aria-label="Find a workspace"
                autocomplete="off"
                maxlength="255"
                on:input:target=move |event| run(event.target().value())
            />
            <button type="submit" class="button">
                "Search"
            </button>
        </form>
    }
}

/// Says how to reach the organizations that the list leaves out.
fn more(is_filtered: bool, all: bool) -> Option<AnyView> {
    if is_filtered {
        return Some(view! { <p class="muted small">"Keep typing to narrow the list."</p> }.into_any());
    }
    (!all).then(|| {
        view! {
            <p>
                <a href="/?all=true" rel="external">
                    "Show all workspaces"
                </a>
            </p>
        }
        .into_any()
    })
}
