//! The workspace that a page is in.

use leptos::{prelude::*, task::spawn_local};

use super::functions::get_workspace;
use crate::domain::{organizations::Workspace, permissions::Permission};

/// What the frame knows, for the pages inside it.
#[derive(Clone, Copy, Debug)]
pub struct CurrentOrganization(RwSignal<Workspace>);

impl CurrentOrganization {
    /// Gives `workspace` to everything rendered from here on down.
    pub fn provide(workspace: Workspace) -> Self {
        let current = Self(RwSignal::new(workspace));
        provide_context(current);
        current
    }

    /// The workspace of the present page.
    ///
    /// # Panics
    ///
    /// Outside of the frame, where no page has one.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("a page of an organization is rendered inside the frame")
    }

    /// Reads it; in a reactive closure, again whenever it has changed.
    pub fn with<T>(self, read: impl FnOnce(&Workspace) -> T) -> T {
        self.0.with(read)
    }

    /// Reads it once.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Workspace) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// The organization's name in addresses.
    #[must_use]
    pub fn slug(self) -> String {
        self.with_untracked(|workspace| workspace.organization.slug.clone())
    }

    /// Whether to offer what needs `permission`. The server decides for itself.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.with_untracked(|workspace| workspace.permissions.allow(permission))
    }

    /// Asks the server again, in the browser. What cannot be had stays as it is: the page says what is wrong.
    pub fn reload(self) {
        let Some(slug) = self.0.try_with_untracked(|workspace| workspace.organization.slug.clone()) else { return };
        spawn_local(async move {
            if let Ok(fresh) = get_workspace(slug).await {
                // A page that was left meanwhile needs it no more.
                drop(self.0.try_set(fresh));
            }
        });
    }
}
