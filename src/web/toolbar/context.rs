//! The data that the parts of the toolbar share.

use leptos::prelude::*;

use crate::{
    domain::{board::ProjectContext, query::Query, saved_views::Layout},
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
    /// The path of the project's board or list, without a query.
    pub fn path(&self, layout: Layout) -> String {
        path(&self.org, &self.project.key, layout)
    }
}
