//! The app shell: sidebar, live feed, shortcuts and toasts around every page of an organization.

mod sidebar;
mod switcher;

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use self::sidebar::Sidebar;
use super::{
    live::feed::Feed,
    organization::{current::CurrentOrganization, functions::get_organization_shell},
    palette::{context::Palette, dialog::CommandPalette},
    shortcuts::{
        help::{Help, HelpSheet},
        keys::Shortcuts,
    },
    tasks::toast::{ToastView, Toasts},
    ui::{draft::DraftOwner, page::InAppShell, page_resource::PageResource, params::path_params},
};
use crate::domain::{live::Ended, organizations::OrganizationShell};

/// Loads the organization named in the address and renders its pages, or an error page.
#[component]
pub fn AppShell() -> impl IntoView {
    let shell = PageResource::new(path_params(["org"]), |[org]| get_organization_shell(org));
    shell.render_page(|shell| view! { <LoadedShell shell/> })
}

/// Provides the contexts of the organization's pages and renders sidebar and page side by side.
#[component]
fn LoadedShell(shell: OrganizationShell) -> impl IntoView {
    let home = format!("/o/{}", shell.organization.slug);
    provide_context(InAppShell { home: StoredValue::new(home) });
    let feed = Feed::provide(&shell.organization.slug, shell.as_of);
    let as_of = shell.as_of;
    Palette::provide();
    Help::provide();
    let owner = format!("{}:{}", shell.person_id, shell.organization.slug);
    Toasts::provide(&shell.organization.slug, &owner);
    provide_context(DraftOwner(StoredValue::new(owner)));
    let current = CurrentOrganization::provide(shell);
    feed.refresh_on(as_of, |event| event.tells_you || event.event.counts(), move || current.reload());

    // A form on the page just left may have changed the lists and counts of the sidebar.
    let path = use_location().pathname;
    Effect::new(move |previous: Option<String>| {
        let path = path.get();
        if previous.is_some_and(|previous| previous != path) {
            current.reload();
        }
        path
    });
    view! {
        {move || feed.ended().get().map(|why| view! { <EndedBanner why/> })}
        <a class="button primary visually-hidden skip" href="#main" rel="external">
            "Skip to content"
        </a>
        <div class="app-shell">
            <Sidebar/>
            <div class="main">
                <Outlet/>
            </div>
        </div>
        <Shortcuts/>
        <CommandPalette/>
        <HelpSheet/>
        <p class="offline" role="status">
            {move || feed.is_lost().get().then_some("Offline – reconnecting")}
        </p>
        <ToastView/>
    }
}

/// Says that the person's access has ended. The page stays, so that unsaved text can still be copied.
#[component]
fn EndedBanner(why: Ended) -> impl IntoView {
    let (text, link) = match why {
        Ended::SignedOut => (
            "You’ve been signed out of this workspace, so changes can’t be saved. Your text is kept. ",
            "Sign in again",
        ),
        Ended::NoAccess => (
            "You no longer have access to this workspace, so changes can’t be saved. Copy anything you need, then ",
            "reload the page",
        ),
    };
    view! {
        <div class="banner" role="alert">
            <p>{text} <a href="" rel="external">{link}</a>"."</p>
        </div>
    }
}
