//! The HTML document around every page, and the route table.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

#[cfg(feature = "ssr")]
use crate::server::built_files::BuiltFiles;
use crate::web::{
    account::{sign_in::SignInPage, welcome::Welcome},
    app_shell::AppShell,
    board::BoardPage,
    inbox::page::InboxPage,
    list::ListPage,
    my_work::page::MyWorkPage,
    organizations::{
        domains::{list::DomainsSettings, page::DomainSettings},
        home::OrganizationHome,
        joining::page::JoinPage,
        landing::Landing,
        members::{invite::InvitePage, page::PeopleSettings},
        settings::{general::GeneralSettings, provider::ProviderSettings},
        setup::{form::NewOrganization, progress::SetupPage},
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
        error_page::NotFound,
        form::{FormPage, FormRetry},
        rcdata::rcdata,
    },
};

/// Renders the HTML document around the application.
#[cfg(feature = "ssr")]
pub fn shell(files: &BuiltFiles) -> impl IntoView + use<> {
    use leptos_meta::MetaTags;

    use crate::web::ui::theme;

    let page = use_context::<Option<FormRetry>>().flatten().and_then(|retry| retry.page);
    let BuiltFiles { stylesheet, script, wasm } = files.clone();
    let start = format!(
        "import({script:?}).then(app => app.default({{ module_or_path: {wasm:?} }}).then(() => app.hydrate()))"
    );
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page=page>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <script nonce=leptos::nonce::use_nonce()>{theme::SCRIPT}</script>
                <link
                    rel="preload"
                    href="/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link id="leptos" rel="stylesheet" href=stylesheet/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/site.webmanifest"/>
                <link rel="modulepreload" href=script crossorigin="anonymous"/>
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <script type="module" nonce=leptos::nonce::use_nonce()>{start}</script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The application, on the server and in the browser.
///
/// Pages are rendered in one piece (`SsrMode::Async`). The database responds fast, so waiting costs little. Status and
/// title are known before the first byte, and no script is needed to insert parts that arrive later.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The outcome of a form sent without WASM. Serialized, so that hydration renders the same page as the server.
    let retry = SharedValue::new(|| use_context::<Option<FormRetry>>().flatten()).into_inner();
    provide_context(FormPage(retry.as_ref().and_then(|retry| retry.page.clone())));
    provide_context(retry);
    let (is_routing, set_is_routing) = signal(false);

    view! {
        <Title formatter=|page: String| if page.is_empty() { "Tessera".to_owned() } else { rcdata(page) + " · Tessera" }/>
        <Router set_is_routing=set_is_routing>
            <div class="progress" class:under-way=is_routing aria-hidden="true"></div>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Landing ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=Welcome ssr=SsrMode::Async/>
                <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async/>
                <Route path=path!("/new-organization") view=NewOrganization ssr=SsrMode::Async/>
                <Route path=path!("/new-organization/:id") view=SetupPage ssr=SsrMode::Async/>
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
