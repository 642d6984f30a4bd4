//! The page for a signed-in person without a membership.

use leptos::prelude::*;

use super::menu::SignOut;
use crate::web::{
    organizations::{joining::offer::JoinOffers, members::pending::PendingInvitations},
    ui::{logo::Mark, page::PlainPage},
};

/// Explains that the person is in no organization, and offers invitations, joining and creating one.
#[component]
pub fn Welcome() -> impl IntoView {
    view! {
        <PlainPage title="Welcome">
            <main id="main" class="empty">
                <Mark/>
                <h1>"You aren’t in a workspace yet"</h1>
                <p>
                    "You are signed in. Work in Tessera happens in workspaces: ask somebody in yours to invite the address "
                    "you signed in with, or create a workspace of your own."
                </p>
                <PendingInvitations/>
                <JoinOffers/>
                <div class="buttons">
                    <a class="button primary" href="/new-organization">
                        "Create workspace"
                    </a>
                    <SignOut class="button"/>
                </div>
            </main>
        </PlainPage>
    }
    .into_any()
}
