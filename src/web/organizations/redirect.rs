//! Redirects to another organization.

use leptos::prelude::*;

/// Redirects to the organization's home page, with a status on the server and by script in the browser.
///
/// Every organization needs its own seat, so the browser loads the page instead of using the router.
pub(super) fn redirect_to_organization(home: &str) {
    #[cfg(feature = "ssr")]
    leptos_axum::redirect(home);
    let home = home.to_owned();
    // If the browser refuses the redirect, the page's button remains.
    Effect::new(move |_| drop(window().location().replace(&home)));
}
