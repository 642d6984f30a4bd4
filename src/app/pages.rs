//! The pages, by the modules of the WASM that hold them.
//!
//! Pages that people open one after the other, and that share much code, share a module.

use leptos::prelude::*;
use leptos_router::{ChooseView, location::Url};

use crate::web::{
    board::BoardPage,
    inbox::page::InboxPage,
    list::ListPage,
    modules::{Module, split_module},
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
    ui::error_page::query_suffix,
};

split_module! {
    /// The entrance of a workspace, and of a project.
    pub mod home { OrganizationHome, OverviewPage, NewProjectPage, TrashPage, ShortcutsPage }
}
split_module! {
    /// What a person looks at every day.
    pub mod daily { InboxPage, MyWorkPage, SearchPage }
}
split_module! {
    pub mod board { BoardPage }
}
split_module! {
    pub mod list { ListPage }
}
split_module! {
    pub mod task { TaskPage }
}
split_module! {
    /// Settings of the workspace.
    pub mod settings {
        GeneralSettings, DomainsSettings, DomainSettings, PeopleSettings, InvitePage, ProviderSettings,
    }
}
split_module! {
    /// Settings of projects.
    pub mod project { ProjectSettingsPage, TransitionsPage }
}

/// The page of a route.
#[derive(Clone, Copy)]
pub struct Page {
    module: &'static Module,
    view: usize,
}

/// Names the page `module::View`.
macro_rules! page {
    ($module:ident :: $view:ident) => {
        $crate::app::pages::Page::new(
            &$crate::app::pages::$module::MODULE,
            $crate::app::pages::$module::View::$view as usize,
        )
    };
}
pub(super) use page;

impl Page {
    pub const fn new(module: &'static Module, view: usize) -> Self {
        Self { module, view }
    }
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        #[cfg(feature = "ssr")]
        link_files(self.module.name);
        self.module.load_page(address).await[self.view]()
    }

    async fn preload(&self) {
        self.module.load_page(address).await;
    }
}

/// Links to the files of a module in the head of the page, so that the browser asks for all of them at once. Leptos' own
/// `prefetch_lazy_fn_on_server` loses some: it needs a context that is provided when routes may have been chosen already.
#[cfg(feature = "ssr")]
fn link_files(module: &str) {
    use leptos_meta::Link;

    let Some(modules) = use_context::<Option<std::sync::Arc<crate::server::built_files::Modules>>>().flatten() else {
        return;
    };
    // Rendering a link adds it to the head.
    for href in modules.files.get(module).into_iter().flatten().cloned() {
        _ = view! { <Link rel="preload" href as_="fetch" type_="application/wasm" crossorigin="anonymous"/> }.to_html();
    }
    _ = view! { <Link rel="modulepreload" href=modules.loader.clone() crossorigin="anonymous"/> }.to_html();
}

/// The address of the page that is being opened: the router's while it goes there, or else the browser's.
fn address() -> String {
    let Some(url) = use_context::<ArcRwSignal<Url>>() else { return window().location().href().unwrap_or_default() };
    url.with_untracked(|url| format!("{}{}{}", url.path(), query_suffix(url.search()), url.hash()))
}

/// Loads the modules of a page whose route has been matched, so that it can be rendered at once.
#[cfg(feature = "hydrate")]
pub fn load<M: leptos_router::MatchInterface + 'static>(found: M) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        let (view, child) = found.into_view_and_child();
        view.preload().await;
        if let Some(child) = child {
            load(child).await;
        }
    })
}
