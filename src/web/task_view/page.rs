//! The page of a project's board or list: its address, title, toolbar and errors.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};

use super::store::path;
use crate::{
    domain::{board::ProjectContext, errors::AppError, permissions::Permission, query::Query, saved_views::Layout},
    web::{
        organization::current::CurrentOrganization,
        palette::{Palette, RecentPage},
        projects::page_actions::actions,
        toolbar::ProjectToolbar,
        ui::{
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// Organization, project and query string of the page's address.
type Address = (String, String, String);

/// Data of a page that is available before its tasks are rendered.
pub struct OpenPage {
    /// Slug of the organization.
    pub org: String,
    pub project: ProjectContext,
    pub query: Query,
    /// Slugs of the states whose columns are collapsed.
    pub collapsed: Memo<BTreeSet<String>>,
    /// Whether the member may create and change tasks.
    pub may_write: bool,
    /// Fetches the page's data again, and rebuilds the page.
    pub rebuild: Callback<()>,
}

/// The page `layout` of a project. `fetch` fetches its data for an address, `project` returns the project in the data, and
/// `content` renders the tasks.
pub fn task_page<T, F>(
    layout: Layout,
    fetch: fn(String, String, String) -> F,
    project: fn(&T) -> ProjectContext,
    content: fn(OpenPage, T) -> AnyView,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let setup = PageSetup::new(layout);
    let data = PageResource::new(move || setup.address.get(), move |(org, key, query)| fetch(org, key, query));
    let rebuild = Callback::new(move |()| data.refetch());
    data.render_page(move |data| {
        let page = setup.open(project(&data), rebuild);
        setup.render(page, Box::new(move |page| content(page, data)))
    })
}

/// Everything around the tasks.
#[derive(Clone, Copy)]
struct PageSetup {
    layout: Layout,
    current: CurrentOrganization,
    palette: Palette,
    address: Memo<Address>,
    collapsed: Memo<BTreeSet<String>>,
    /// Whether the server rejected the current address.
    is_rejected: StoredValue<bool>,
}

impl PageSetup {
    fn new(layout: Layout) -> Self {
        let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
        let params = path_params(["org", "key"]);
        let search = use_location().search;
        // Collapsing or expanding a column changes the address but not the data, so it does not fetch the board again unless
        // the server rejected the previous address.
        let is_rejected = StoredValue::new(false);
        let address = Memo::new_owning(move |before: Option<Address>| {
            let [org, key] = params();
            let address = (org, key, search.get());
            let has_changed = before.is_none_or(|before| {
                let same_data = |one: &str, other: &str| without_collapsed(one).eq(without_collapsed(other));
                is_rejected.get_value()
                    || (&before.0, &before.1) != (&address.0, &address.1)
                    || !same_data(&before.2, &address.2)
            });
            (address, has_changed)
        });
        let collapsed = Memo::new(move |_| Query::parse(&search.get()).0.collapsed);
        Self { layout, current, palette, address, collapsed, is_rejected }
    }

    /// Opens the page of `project`.
    fn open(self, project: ProjectContext, rebuild: Callback<()>) -> OpenPage {
        let org = self.current.slug();
        if self.layout == Layout::Board {
            let (href, label) = (path(&org, &project.key, self.layout), project.name.clone());
            self.palette.visit(RecentPage { href, label, detail: project.key.to_string() });
        }
        self.is_rejected.set_value(!project.problems.is_empty());
        let (query, _) = Query::parse(&self.address.get_untracked().2);
        let may_write = self.current.may(Permission::WriteTasks);
        OpenPage { org, project, query, collapsed: self.collapsed, may_write, rebuild }
    }

    /// Renders the page; `content` renders the tasks, unless the address is invalid.
    fn render(self, page: OpenPage, content: Box<dyn FnOnce(OpenPage) -> AnyView + Send>) -> AnyView {
        let Self { layout, current, collapsed, .. } = self;
        let crumb = current.with_untracked(|shell| shell.organization.display_name.clone());
        let crumbs = vec![Crumb::new(crumb, format!("/o/{}", page.org))];
        let heading = page.project.name.clone();
        let title = format!("{heading} {}", layout.slug());
        let action = Some(actions(current, &page.org, &page.project.key));
        let class = match layout {
            Layout::Board => "board-page",
            Layout::List => "list-page",
        };
        let (org, project, query) = (page.org.clone(), page.project.clone(), page.query.clone());
        let (changed, may_write) = (page.rebuild, page.may_write);
        let toolbar = move || {
            let query = Query { collapsed: collapsed.get(), ..query.clone() };
            view! { <ProjectToolbar org=org.clone() project=project.clone() layout query changed may_write/> }
        };
        let is_valid = page.project.problems.is_empty();
        view! {
            <Page heading title crumbs action class>
                {toolbar}
                {is_valid.then(move || content(page))}
            </Page>
        }
        .into_any()
    }
}

/// The parts of a query string except the one that names the collapsed columns.
fn without_collapsed(search: &str) -> impl Iterator<Item = &str> {
    search.split('&').filter(|part| !part.is_empty() && !part.starts_with("collapsed="))
}
