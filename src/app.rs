//! The route table of the pages in workspaces; on the server also the document around every page, and the other pages.

#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod visitors;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::web::{
    app_shell::AppShell,
    board::BoardPage,
    inbox::page::InboxPage,
    list::ListPage,
    my_work::page::MyWorkPage,
    organizations::{
        domains::{list::DomainsSettings, page::DomainSettings},
        home::OrganizationHome,
        members::{invite::InvitePage, page::PeopleSettings},
        settings::{general::GeneralSettings, provider::ProviderSettings},
    },
    projects::{
        new::NewProjectPage,
        overview::page::OverviewPage,
        settings::{page::ProjectSettingsPage, transitions::TransitionsPage},
    },
    search::page::SearchPage,
    shortcuts::page::ShortcutsPage,
    tasks::page::TaskPage,
    trash::page::TrashPage,
    ui::{
        error_page::{NotFound, query_suffix},
        form::{FormPage, FormRetry},
        rcdata::rcdata,
    },
};

/// The pages of the workspaces, on the server and in the browser.
///
/// Pages are rendered in one piece (`SsrMode::Async`). The database responds fast, so waiting costs little. Status and
/// title are known before the first byte, and no script is needed to insert parts that arrive later.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The outcome of a form sent without WASM. Serialized, so that hydration renders the same page as the server.
    provide_retry(SharedValue::new(|| use_context::<Option<FormRetry>>().flatten()).into_inner());
    let (is_routing, set_is_routing) = signal(false);

    view! {
        <DocumentTitle/>
        <Router set_is_routing=set_is_routing>
            <div class="progress" class:under-way=is_routing aria-hidden="true"></div>
            <Routes fallback=NoRoute>
                <ParentRoute path=path!("/o/:org") view=AppShell ssr=SsrMode::Async>
                    <Route path=path!("") view=OrganizationHome/>
                    <Route path=path!("/inbox") view=InboxPage/>
                    <Route path=path!("/my-work") view=MyWorkPage/>
                    <Route path=path!("/settings") view=GeneralSettings/>
                    <Route path=path!("/settings/domains") view=DomainsSettings/>
                    <Route path=path!("/settings/domains/:domain") view=DomainSettings/>
                    <Route path=path!("/settings/people") view=PeopleSettings/>
                    <Route path=path!("/settings/people/invite") view=InvitePage/>
                    <Route path=path!("/settings/sign-in-service") view=ProviderSettings/>
                    <Route path=path!("/projects/new") view=NewProjectPage/>
                    <Route path=path!("/projects/:key") view=OverviewPage/>
                    <Route path=path!("/projects/:key/board") view=BoardPage/>
                    <Route path=path!("/projects/:key/list") view=ListPage/>
                    <Route path=path!("/projects/:key/bin") view=TrashPage/>
                    <Route path=path!("/projects/:key/settings") view=ProjectSettingsPage/>
                    <Route path=path!("/projects/:key/settings/moves") view=TransitionsPage/>
                    <Route path=path!("/tasks/:task") view=TaskPage/>
                    <Route path=path!("/search") view=SearchPage/>
                    <Route path=path!("/shortcuts") view=ShortcutsPage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The address of none of these pages. The browser loads it from the server if it is outside of workspaces: a server
/// function may redirect there.
#[component]
fn NoRoute() -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    if path.starts_with("/o/") {
        return view! { <NotFound/> }.into_any();
    }
    let address =
        path + &location.search.with_untracked(|search| query_suffix(search)) + &location.hash.get_untracked();
    Effect::new(move |_| drop(window().location().assign(&address)));
    ().into_any()
}

/// Adds the product's name to the title of every page.
#[component]
fn DocumentTitle() -> impl IntoView {
    let formatter = |page: String| if page.is_empty() { "Tessera".to_owned() } else { rcdata(page) + " · Tessera" };
    view! { <Title formatter/> }
}

/// Provides the outcome of a form that was sent without WASM to the forms of the page.
fn provide_retry(retry: Option<FormRetry>) {
    provide_context(FormPage(retry.as_ref().and_then(|retry| retry.page.clone())));
    provide_context(retry);
}
