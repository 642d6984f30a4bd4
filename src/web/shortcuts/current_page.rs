//! Where somebody is: what an address says.

use crate::domain::keys::{ProjectKey, TaskKey};

/// A page of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentPage {
    /// The organization's slug.
    pub org: String,
    /// The project that the page is about, or whose task it is about.
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    /// Whether it is a board.
    pub is_board: bool,
}

impl CurrentPage {
    /// The page at `path`; none outside of workspaces.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix("/o/")?.split('/');
        let org = parts.next().filter(|org| !org.is_empty())?.to_owned();
        let (folder, name, page) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
        let task: Option<TaskKey> = if folder == Some("tasks") { name.parse().ok() } else { None };
        let project = match (&task, folder, page) {
            (Some(task), ..) => Some(task.project.clone()),
            // `/projects/new` is the page of none.
            (None, Some("projects"), _) if name != "new" => name.parse().ok(),
            _ => None,
        };
        let is_board = project.is_some() && page == Some("board");
        Some(Self { org, project, task, is_board })
    }

    /// A page of the workspace; `path` is empty for its home, or begins with a slash.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("/o/{}{path}", self.org)
    }

    /// A page of the project, where one is in sight.
    #[must_use]
    pub fn project_page(&self, page: &str) -> Option<String> {
        let project = self.project.as_ref()?;
        Some(self.page(format!("/projects/{project}/{page}").trim_end_matches('/')))
    }
}
