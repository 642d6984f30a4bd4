//! The state that a board and a list share. Does not touch the DOM.

use leptos::prelude::*;

use super::selection::Selection;
use crate::domain::{
    board::ProjectContext,
    keys::{ProjectKey, TaskKey},
    query::Query,
    saved_views::Layout,
};

/// Reaction of the page to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOutcome {
    /// Nothing: the event is applied, or it concerns no task of the page.
    Applied,
    /// Fetch the tasks again: the event does not contain everything that the page shows.
    Reload,
    /// Rebuild the page: its states, labels or people may have changed.
    Rebuild,
}

/// The state that a board and a list share. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct TaskViewStore {
    page: StoredValue<PageInfo>,
    /// States, labels and people of the project.
    context: RwSignal<ProjectContext>,
    /// Tasks stay selected when they are scrolled out of view.
    selection: Selection,
    fetching: Fetching,
}

/// Data that stays the same while the page is open. It is stored behind one handle, so that [`TaskViewStore`] is small
/// to copy.
#[derive(Clone)]
pub struct PageInfo {
    pub layout: Layout,
    /// Slug of the organization.
    pub org: String,
    pub project: ProjectKey,
    /// Filter and arrangement of the tasks.
    pub query: Query,
    /// Whether the member may change tasks.
    pub may_write: bool,
    /// Rebuilds the page with other states, labels or people.
    pub rebuild: Callback<()>,
}

impl TaskViewStore {
    /// Creates the state of the page `page` of a project with this `context`.
    #[must_use]
    pub fn new(page: PageInfo, context: ProjectContext) -> Self {
        Self {
            page: StoredValue::new(page),
            context: RwSignal::new(context),
            selection: Selection::default(),
            fetching: Fetching::default(),
        }
    }

    /// The selected tasks.
    #[must_use]
    pub const fn selection(self) -> Selection {
        self.selection
    }

    /// The states, labels and people of the project.
    #[must_use]
    pub const fn context(self) -> RwSignal<ProjectContext> {
        self.context
    }

    /// The requests of the page.
    #[must_use]
    pub const fn fetching(self) -> Fetching {
        self.fetching
    }

    /// Reads the data that stays the same while the page is open; `None` after the page was closed.
    pub fn page<T>(self, read: impl FnOnce(&PageInfo) -> T) -> Option<T> {
        self.page.try_with_value(read)
    }

    /// The slug of the organization.
    #[must_use]
    pub fn org(self) -> String {
        self.page.with_value(|page| page.org.clone())
    }

    /// The key of the project.
    #[must_use]
    pub fn project(self) -> ProjectKey {
        self.page.with_value(|page| page.project.clone())
    }

    /// The filter and the arrangement of the tasks.
    #[must_use]
    pub fn query(self) -> Query {
        self.page.with_value(|page| page.query.clone())
    }

    /// Whether the page shows only the tasks that match a filter.
    #[must_use]
    pub fn is_filtered(self) -> bool {
        self.page.with_value(|page| !page.query.filter.is_empty())
    }

    /// Whether the member may change tasks.
    #[must_use]
    pub fn may_write(self) -> bool {
        self.page.with_value(|page| page.may_write)
    }

    /// The key of task `number`.
    #[must_use]
    pub fn task_key(self, number: i64) -> TaskKey {
        TaskKey { project: self.project(), number }
    }

    /// The address of this page with another query.
    #[must_use]
    pub fn href(self, query: &Query) -> String {
        query.href(&self.path(self.page.with_value(|page| page.layout)))
    }

    /// The path of a page of the project.
    #[must_use]
    pub fn path(self, layout: Layout) -> String {
        self.page.with_value(|page| path(&page.org, &page.project, layout))
    }

    /// Rebuilds the page with other states, labels or people.
    pub fn rebuild(self) {
        if let Some(rebuild) = self.page(|page| page.rebuild) {
            rebuild.run(());
        }
    }
}

/// The path of a page of the project `project`.
#[must_use]
pub fn path(org: &str, project: &ProjectKey, layout: Layout) -> String {
    format!("/o/{org}/projects/{project}/{}", layout.slug())
}

/// The requests of a page: one at a time, and one more if the tasks became stale during a request.
#[derive(Clone, Copy)]
pub struct Fetching(StoredValue<FetchState>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FetchState {
    #[default]
    Idle,
    /// A request is in flight.
    Busy,
    /// A request is in flight, and its response may be out of date.
    BusyAndStale,
}

impl Default for Fetching {
    fn default() -> Self {
        Self(StoredValue::new(FetchState::default()))
    }
}

impl Fetching {
    /// Whether the caller may send a request now. If not and `is_stale` is set, the current sender sends another
    /// request.
    #[must_use]
    pub fn start(self, is_stale: bool) -> bool {
        let start = |state: &mut FetchState| {
            let is_idle = *state == FetchState::Idle;
            match *state {
                FetchState::Idle => *state = FetchState::Busy,
                FetchState::Busy if is_stale => *state = FetchState::BusyAndStale,
                FetchState::Busy | FetchState::BusyAndStale => {}
            }
            is_idle
        };
        self.0.try_update_value(start).unwrap_or_default()
    }

    /// Reports a response. Returns whether it may be out of date; `None` if the page was closed.
    #[must_use]
    pub fn receive(self) -> Option<bool> {
        self.0.try_update_value(|state| std::mem::replace(state, FetchState::Busy) == FetchState::BusyAndStale)
    }

    /// Ends the requests.
    pub fn finish(self) {
        self.0.try_set_value(FetchState::Idle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_sent_one_at_a_time() {
        let owner = Owner::new();
        owner.with(|| {
            let fetching = Fetching::default();
            assert!(fetching.start(false));
            assert!(!fetching.start(false), "one is in flight");
            assert_eq!(fetching.receive(), Some(false));
            assert!(!fetching.start(true) && !fetching.start(false));
            assert_eq!(fetching.receive(), Some(true), "the tasks became stale meanwhile");
            assert_eq!(fetching.receive(), Some(false));
            fetching.finish();
            assert!(fetching.start(true));
        });
    }
}
