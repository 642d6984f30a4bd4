//! How an organization comes to be.

use leptos::prelude::*;

use crate::ui::page::PlainPage;

/// Explains that organizations are made at the identity provider.
#[component]
pub fn NewOrganization() -> impl IntoView {
    view! {
        <PlainPage title="Create organization">
            <main id="main" class="workspaces">
                <h1>"Create organization"</h1>
                <p>
                    "Organizations and their members are kept by your identity provider. Whoever administers it creates the "
                    "organization there and adds its first member."
                </p>
                <p>
                    "Once that is done, sign in to the organization here with its name: its workspace opens at once, and "
                    "nobody outside of it can see it."
                </p>
                <div class="buttons">
                    <a class="button" href="/">
                        "Back to your workspaces"
                    </a>
                </div>
            </main>
        </PlainPage>
    }
    .into_any()
}
