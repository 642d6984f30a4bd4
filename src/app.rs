//! The route table of the pages in workspaces; on the server also the document around every page, and the other pages.

#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod visitors;

pub mod pages;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    MatchNestedRoutes, SsrMode,
    components::{ParentRoute, Route, Router, Routes, RoutesProps},
    hooks::use_location,
    path,
};

use self::pages::page;
use crate::web::{
    app_shell::AppShell,
    modules::load_from_server,
    ui::{
        error_page::{NotFound, query_suffix},
        form::{FormPage, FormRetry},
        rcdata::rcdata,
        sent_form::PageToken,
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
    let token = || use_context::<PageToken>().unwrap_or_default().0;
    provide_context(PageToken(SharedValue::new(token).into_inner()));
    let (is_routing, set_is_routing) = signal(false);

    view! {
        <DocumentTitle/>
        <Router set_is_routing=set_is_routing>
            <div class="progress" class:under-way=is_routing aria-hidden="true"></div>
            {Routes(RoutesProps::builder().fallback(NoRoute).children(ToChildren::to_children(routes)).build())}
        </Router>
    }
}

/// The route table.
fn routes() -> impl MatchNestedRoutes + Clone + Send + 'static {
    view! {
        <ParentRoute path=path!("/o/:org") view=AppShell ssr=SsrMode::Async>
            <Route path=path!("") view=page!(home::OrganizationHome)/>
            <Route path=path!("/inbox") view=page!(daily::InboxPage)/>
            <Route path=path!("/my-work") view=page!(daily::MyWorkPage)/>
            <Route path=path!("/settings") view=page!(settings::GeneralSettings)/>
            <Route path=path!("/settings/domains") view=page!(settings::DomainsSettings)/>
            <Route path=path!("/settings/domains/:domain") view=page!(settings::DomainSettings)/>
            <Route path=path!("/settings/people") view=page!(settings::PeopleSettings)/>
            <Route path=path!("/settings/people/invite") view=page!(settings::InvitePage)/>
            <Route path=path!("/settings/sign-in-service") view=page!(settings::ProviderSettings)/>
            <Route path=path!("/projects/new") view=page!(home::NewProjectPage)/>
            <Route path=path!("/projects/:key") view=page!(home::OverviewPage)/>
            <Route path=path!("/projects/:key/board") view=page!(board::BoardPage)/>
            <Route path=path!("/projects/:key/list") view=page!(list::ListPage)/>
            <Route path=path!("/projects/:key/bin") view=page!(home::TrashPage)/>
            <Route path=path!("/projects/:key/settings") view=page!(project::ProjectSettingsPage)/>
            <Route path=path!("/projects/:key/settings/moves") view=page!(project::TransitionsPage)/>
            <Route path=path!("/tasks/:task") view=page!(task::TaskPage)/>
            <Route path=path!("/search") view=page!(daily::SearchPage)/>
            <Route path=path!("/shortcuts") view=page!(home::ShortcutsPage)/>
        </ParentRoute>
    }
    .into_inner()
}

/// Loads the code of the page whose address the browser shows.
#[cfg(feature = "hydrate")]
pub async fn load_page() {
    let path = window().location().pathname().unwrap_or_default();
    if let Some(found) = leptos_router::RouteDefs::new(routes()).match_route(&path) {
        pages::load(found).await;
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
    Effect::new(move |_| load_from_server(&address));
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
