//! The organization, project and task that the current address names.

use crate::domain::keys::{ProjectKey, TaskKey};

/// The open page of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentPage {
    /// The organization's slug.
    pub org: String,
    /// The project of the page, or of the task on the page.
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    /// Whether the page is a board.
    pub is_board: bool,
}

impl CurrentPage {
    /// Parses the path of an address. `None` if the page belongs to no organization.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix("/o/")?.split('/');
        let org = parts.next().filter(|org| !org.is_empty())?.to_owned();
        let (folder, name, page) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
        let task: Option<TaskKey> = if folder == Some("tasks") { name.parse().ok() } else { None };
        let project = match (&task, folder, page) {
            (Some(task), ..) => Some(task.project.clone()),
            // `/projects/new` names no project.
            (None, Some("projects"), _) if name != "new" => name.parse().ok(),
            _ => None,
        };
        let is_board = project.is_some() && page == Some("board");
        Some(Self { org, project, task, is_board })
    }

    /// Returns the address of a page of the organization. `path` is empty for the home page, or begins with a slash.
    #[must_use]
    pub fn org_href(&self, path: &str) -> String {
        format!("/o/{}{path}", self.org)
    }

    /// Returns the address of a page of the current project. `None` if the page belongs to no project.
    #[must_use]
    pub fn project_href(&self, page: &str) -> Option<String> {
        let project = self.project.as_ref()?;
        Some(self.org_href(format!("/projects/{project}/{page}").trim_end_matches('/')))
    }
}
