//! The organization switcher at the head of the sidebar.

use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    web_sys::{Element, HtmlElement},
};
use leptos_router::components::A;
use wasm_bindgen::JsCast;

use super::{current::CurrentWorkspace, model::OrganizationSummary};
use crate::ui::{
    icon::{Icon, Icon as Glyph},
    menu::{Menu, open_on_arrow},
    tile::Tile,
};

const MENU: &str = "organizations";

/// With more organizations than this, the list has a filter.
const FILTER_ABOVE: usize = 7;

/// Names the organization; opens the list of the person's organizations.
///
/// Another organization is another seat, so that its link is one for the browser, not for the router.
#[component]
pub fn OrganizationSwitcher() -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let (organization, organizations) =
        current.with_untracked(|workspace| (workspace.organization.clone(), workspace.organizations.clone()));
    let settings = format!("/o/{}/settings", organization.slug);
    let wanted = RwSignal::new(String::new());
    let filter = (organizations.len() > FILTER_ABOVE).then(|| view! { <Filter wanted/> });
    let names: Vec<_> = organizations.iter().map(|organization| organization.display_name.clone()).collect();
    let nothing = move || wanted.with(|wanted| !names.iter().any(|name| matches(name, wanted)));
    let options = organizations
        .into_iter()
        .map(|option| {
            let is_current = option.slug == organization.slug;
            view! { <Choice option is_current wanted/> }
        })
        .collect_view();
    view! {
        <button
            type="button"
            class="switcher"
            popovertarget=MENU
            data-testid="org-switcher"
            on:keydown=|event| open_on_arrow(&event, MENU)
        >
            <Tile slug=organization.slug.clone() name=organization.display_name.clone()/>
            <span class="name clip">{organization.display_name.clone()}</span>
            <span class="unseen">"Switch organization"</span>
            <Icon icon=Glyph::ChevronsUpDown/>
        </button>
        <Menu id=MENU label="Organizations" class="switcher-menu">
            {filter}
            <ul>{options}</ul>
            <p class="nothing" role="status" hidden=move || !nothing()>
                "No organization by this name."
            </p>
            <hr/>
            <A href=settings attr:class="menu-item">
                <Icon icon=Glyph::Settings/>
                "Settings"
            </A>
            <A href="/new-organization" attr:class="menu-item">
                <Icon icon=Glyph::Plus/>
                "Create organization"
            </A>
        </Menu>
    }
    .into_any()
}

#[component]
fn Choice(option: OrganizationSummary, is_current: bool, wanted: RwSignal<String>) -> impl IntoView {
    let OrganizationSummary { slug, display_name, .. } = option;
    let shown = display_name.clone();
    view! {
        <li hidden=move || wanted.with(|wanted| !matches(&shown, wanted))>
            <a
                class="menu-item"
                href=format!("/o/{slug}")
                rel="external"
                aria-current=is_current.then_some("true")
                data-testid=format!("org-option-{slug}")
            >
                <Tile slug=slug.clone() name=display_name.clone()/>
                <span class="clip">{display_name.clone()}</span>
                {is_current
                    .then(|| {
                        view! {
                            <span class="end">
                                <Icon icon=Glyph::Check/>
                            </span>
                        }
                    })}
            </a>
        </li>
    }
}

/// Narrows the list while one types; Enter takes the first that is left.
#[component]
fn Filter(wanted: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="filter needs-script">
            <input
                class="input"
                type="search"
                placeholder="Find an organization"
                aria-label="Find an organization"
                autocomplete="off"
                autofocus
                on:input:target=move |event| wanted.set(event.target().value())
                on:keydown=|event| choose_first(&event)
            />
        </div>
    }
}

fn choose_first(event: &KeyboardEvent) {
    if event.key() != "Enter" {
        return;
    }
    event.prevent_default();
    let field = event.target().and_then(|field| field.dyn_into::<Element>().ok());
    let first = field
        .and_then(|field| field.closest("[popover]").ok().flatten())
        .and_then(|menu| menu.query_selector("li:not([hidden]) > a").ok().flatten())
        .and_then(|first| first.dyn_into::<HtmlElement>().ok());
    if let Some(first) = first {
        first.click();
    }
}

fn matches(name: &str, wanted: &str) -> bool {
    name.to_lowercase().contains(&wanted.trim().to_lowercase())
}
