//! The picker: the signed-in person's organizations.

use leptos::prelude::*;

use super::{joining::offer::JoinOffers, members::pending::PendingInvitations};
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
    let search = is_searchable.then(|| view! { <Search q/> });
    let is_empty = list.choices.is_empty();
    let more = if list.has_more { more(is_filtered, all) } else { None };
    let is_whole = more.is_none();
    let rows = list.choices.into_iter().map(row).collect_view();
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
                <ul class="rows card" data-part="rows" hidden=is_empty>
                    {rows}
                </ul>
                <p class="muted" role="status" data-part="nothing" hidden=!is_empty>
                    {is_empty.then_some("No matching workspaces.")}
                </p>
                <div data-part="more" hidden=is_whole>
                    {more}
                </div>
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

/// A search form. With scripts the list updates while the person types.
#[component]
fn Search(q: String) -> impl IntoView {
    view! {
        <form class="search" method="get" action="/" role="search">
            <input
                dir="auto"
                class="input"
                type="search"
                name="q"
                value=q
                placeholder="Find a workspace"
                aria-label="Find a workspace"
                autocomplete="off"
                maxlength="255"
                data-search=""
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
