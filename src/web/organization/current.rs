//! The shell data of the current organization, as context.

use leptos::{prelude::*, task::spawn_local};

use super::functions::get_organization_shell;
use crate::domain::{organizations::OrganizationShell, permissions::Permission};

/// The shell data of the current organization, shared by the app shell and its pages.
#[derive(Clone, Copy, Debug)]
pub struct CurrentOrganization(RwSignal<OrganizationShell>);

impl CurrentOrganization {
    /// Provides `shell` as context.
    pub fn provide(shell: OrganizationShell) -> Self {
        let current = Self(RwSignal::new(shell));
        provide_context(current);
        current
    }

    /// Returns the current organization from the context.
    ///
    /// # Panics
    ///
    /// If called outside the app shell.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("the app shell provides the current organization")
    }

    /// Reads the data and subscribes to its changes.
    pub fn with<T>(self, read: impl FnOnce(&OrganizationShell) -> T) -> T {
        self.0.with(read)
    }

    /// Reads the data without subscribing.
    pub fn with_untracked<T>(self, read: impl FnOnce(&OrganizationShell) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Returns the organization's slug.
    #[must_use]
    pub fn slug(self) -> String {
        self.with_untracked(|shell| shell.organization.slug.clone())
    }

    /// Whether to offer an action that requires `permission`. The server authorizes every request itself.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.with_untracked(|shell| shell.permissions.allow(permission))
    }

    /// Fetches the data again, in the browser. If the request fails, the old data stays.
    pub fn reload(self) {
        let Some(slug) = self.0.try_with_untracked(|shell| shell.organization.slug.clone()) else { return };
        spawn_local(async move {
            if let Ok(fresh) = get_organization_shell(slug).await {
                // The person may have left the organization's pages before the response.
                drop(self.0.try_set(fresh));
            }
        });
    }
}
