//! For somebody who is signed in at the provider and in no organization.

use leptos::prelude::*;

use super::menu::SignOut;
use crate::{
    organizations::joining::offer::JoinOffers,
    organizations::people::pending::PendingInvitations,
    ui::{mark::Mark, page::PlainPage},
};

/// Says why there is nothing to see yet, and the two ways on.
#[component]
pub fn Welcome() -> impl IntoView {
    view! {
        <PlainPage title="Welcome">
            <main id="main" class="empty">
                <Mark/>
                <h1>"You aren’t in an organization yet"</h1>
                <p>
                    "You are signed in. Work in Tessera happens in an organization: ask somebody in yours to invite the "
                    "address you signed in with, or create an organization of your own."
                </p>
                <PendingInvitations/>
                <JoinOffers/>
                <div class="buttons">
                    <a class="button primary" href="/new-organization">
                        "Create organization"
                    </a>
                    <SignOut class="button"/>
                </div>
            </main>
        </PlainPage>
    }
    .into_any()
}
