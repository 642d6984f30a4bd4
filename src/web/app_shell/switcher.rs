//! The organization switcher at the head of the sidebar.

mod invited;
mod keys;

use leptos::{
    ev::KeyboardEvent,
    html::Input,
    prelude::*,
    task::spawn_local,
    web_sys::{Element, HtmlElement},
};
use leptos_router::components::A;
use wasm_bindgen::JsCast;

use self::{
    invited::{InvitationList, PendingInvitations},
    keys::{MENU_ID, NUMBERED_MAX},
};
use crate::{
    domain::organizations::OrganizationChoice,
    web::{
        inbox::functions::count_unread,
        organization::current::CurrentOrganization,
        organizations::workspace_search::SearchState,
        ui::{
            avatar::OrganizationAvatar,
            icon::{Glyph, Icon},
            keyboard::key_of,
            menu::{Menu, open_on_arrow},
        },
    },
};

/// A list longer than this has a filter.
const FILTER_ABOVE: usize = 7;

/// A button with the organization's name, and the menu of the person's organizations.
///
/// Every organization needs its own seat, so the links make the browser load the page instead of using the router.
#[component]
pub(super) fn OrganizationSwitcher() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (organization, organizations) =
        current.with_untracked(|workspace| (workspace.organization.clone(), workspace.organizations.clone()));
    let settings = format!("/o/{}/settings", organization.slug);
    let is_long = organizations.has_more || organizations.choices.len() > FILTER_ABOVE;
    let logo = organizations.choices.iter().find(|choice| choice.slug == organization.slug);
    let logo = logo.and_then(|choice| choice.logo_url.clone());
    let search = SearchState::new(organizations);
    let invitations = PendingInvitations::new();
    let unread = RwSignal::new(Vec::new());
    let typed = NodeRef::<Input>::new();
    let on_toggle = move |is_open| {
        if is_open {
            invitations.load();
            load_unread(unread);
        } else if let Some(field) = typed.get_untracked() {
            // The next time, all workspaces are listed again.
            field.set_value("");
            search.run(String::new());
        }
    };
    let shown = search.shown();
    let filter = is_long.then(|| view! { <Filter search typed/> });
    let slug = organization.slug.clone();
    let options = move || {
        let choices = shown.with(|list| list.choices.clone()).into_iter().enumerate();
        choices
            .map(|(index, choice)| {
                let is_current = choice.slug == slug;
                view! { <Choice choice is_current number=index + 1 unread/> }
            })
            .collect_view()
    };
    Effect::new(|_| {
        let listener = window_event_listener(leptos::ev::keydown, |event| keys::on_key(&event));
        on_cleanup(move || listener.remove());
    });
    view! {
        <button
            type="button"
            class="switcher"
            popovertarget=MENU_ID
            title="Switch workspace (Alt+O)"
            aria-keyshortcuts="Alt+O"
            data-testid="org-switcher"
            on:keydown=|event| open_on_arrow(&event, MENU_ID)
        >
            <OrganizationAvatar slug=organization.slug.clone() name=organization.display_name.clone() logo/>
            <span class="name clip">{organization.display_name.clone()}</span>
            <span class="visually-hidden">"Switch workspace"</span>
            <Icon icon=Glyph::ChevronsUpDown/>
        </button>
        <Menu id=MENU_ID label="Workspaces" class="switcher-menu" on_toggle>
            {filter}
            <ul class="choices">{options}</ul>
            <p class="nothing" role="status" hidden=move || shown.with(|list| !list.choices.is_empty())>
                "No matching workspaces."
            </p>
            <InvitationList invitations/>
            <hr/>
            <a class="menu-item" href="/" rel="external">
                <Icon icon=Glyph::Building/>
                "All workspaces"
            </a>
            <A href=settings attr:class="menu-item">
                <Icon icon=Glyph::Settings/>
                "Settings"
            </A>
            <a class="menu-item" href="/new-organization" rel="external">
                <Icon icon=Glyph::Plus/>
                "Create workspace"
            </a>
        </Menu>
    }
    .into_any()
}

#[component]
fn Choice(
    choice: OrganizationChoice,
    is_current: bool,
    /// The position in the list, from 1.
    number: usize,
    /// Numbers of tasks with unread notifications, by slug.
    unread: RwSignal<Vec<(String, i64)>>,
) -> impl IntoView {
    let OrganizationChoice { slug, display_name, logo_url, acts_as, .. } = choice;
    let counted = slug.clone();
    let count = move || {
        let count = unread.with(|counts| counts.iter().find(|(slug, _)| *slug == counted).map(|(_, count)| *count))?;
        Some(view! {
            <span class="count" title="Unread notifications">
                {count}
                <span class="visually-hidden">" unread"</span>
            </span>
        })
    };
    // Screen readers read `aria-keyshortcuts` instead.
    let key = (number <= NUMBERED_MAX).then(|| view! { <kbd aria-hidden="true">{number}</kbd> });
    view! {
        <li>
            <a
                class="menu-item"
                href=format!("/o/{slug}")
                rel="external"
                aria-current=is_current.then_some("true")
                aria-keyshortcuts=(number <= NUMBERED_MAX).then(|| number.to_string())
                data-testid=format!("org-option-{slug}")
            >
                <OrganizationAvatar slug=slug.clone() name=display_name.clone() logo=logo_url/>
                <span class="lines">
                    <span class="clip">{display_name.clone()}</span>
                    {acts_as.map(|email| view! { <span class="clip muted small">{email}</span> })}
                </span>
                <span class="end">
                    {count} {is_current.then(|| view! { <Icon icon=Glyph::Check/> })} {key}
                </span>
            </a>
        </li>
    }
}

/// A field that filters the list. Enter opens the first match.
#[component]
fn Filter(search: SearchState, typed: NodeRef<Input>) -> impl IntoView {
    view! {
        <div class="filter needs-script">
            <input
                node_ref=typed
                dir="auto"
                class="input"
                type="search"
                placeholder="Find a workspace"
                aria-label="Find a workspace"
                autocomplete="off"
                maxlength="255"
                on:input:target=move |event| search.run(event.target().value())
                on:keydown=|event| on_filter_key(&event)
            />
        </div>
    }
}

/// Fetches the numbers of tasks with unread notifications. If the request fails, the old ones stay.
fn load_unread(unread: RwSignal<Vec<(String, i64)>>) {
    spawn_local(async move {
        if let Ok(counts) = count_unread().await {
            // The person may have left the page before the response.
            drop(unread.try_set(counts));
        }
    });
}

/// Enter opens the first match. Escape closes the menu, also where the browser would clear the field alone.
fn on_filter_key(event: &KeyboardEvent) {
    match &*key_of(event) {
        "Enter" => open_first(event),
        "Escape" => {
            event.prevent_default();
            keys::close();
        }
        _ => {}
    }
}

fn open_first(event: &KeyboardEvent) {
    event.prevent_default();
    let field = event.target().and_then(|field| field.dyn_into::<Element>().ok());
    let first = field
        .and_then(|field| field.closest("[popover]").ok().flatten())
        .and_then(|menu| menu.query_selector(".choices a").ok().flatten())
        .and_then(|first| first.dyn_into::<HtmlElement>().ok());
    if let Some(first) = first {
        first.click();
    }
}
