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
                    "Ask someone in your workspace to invite the email address "
                    "you signed in with, or create your own workspace."
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
