//! The data that the parts of the toolbar share.

use leptos::prelude::*;

use crate::{
    domain::{
        board::ProjectContext,
        query::Query,
        saved_views::{Layout, SavedView},
    },
    web::task_view::store::path,
};

/// The data that the parts of the toolbar share.
#[derive(Clone)]
pub struct Toolbar {
    pub org: String,
    pub project: ProjectContext,
    pub layout: Layout,
    /// The query of the page, starting at the first row.
    pub query: Query,
    /// Fetches the page's data again.
    pub changed: Callback<()>,
    pub may_write: bool,
}

impl Toolbar {
    /// The saved view that the address names. Without one, the view whose query is the page's.
    pub fn opened_view(&self) -> Option<SavedView> {
        let views = || self.project.views.iter().filter(|view| view.layout == self.layout);
        let named = self.query.view.and_then(|id| views().find(|view| view.id == id));
        named.or_else(|| views().find(|view| self.query.view.is_none() && self.shows(view))).cloned()
    }

    /// Whether the page shows `view` as it was saved.
    pub fn shows(&self, view: &SavedView) -> bool {
        view.query == self.query.clone().saved().address()
    }

    /// The address of `view`.
    pub fn view_href(&self, view: &SavedView) -> String {
        let (query, _) = Query::parse(&view.query);
        Query { view: Some(view.id), ..query }.href(&self.path(view.layout))
    }

    /// The path of the project's board or list, without a query.
    pub fn path(&self, layout: Layout) -> String {
        path(&self.org, &self.project.key, layout)
    }
}
