//! The open invitations in the switcher.
//!
//! They load when the switcher opens, so that no page waits for them. Without WASM they are listed on the start page.

use leptos::{prelude::*, task::spawn_local};

use crate::domain::isolate::isolated;
use crate::{
    domain::organizations::people::PendingInvitation,
    web::{organizations::members::functions::list_pending_invitations, ui::avatar::OrganizationAvatar},
};

/// The invitations loaded when the switcher last opened.
#[derive(Clone, Copy)]
pub struct PendingInvitations(RwSignal<Vec<PendingInvitation>>);

impl PendingInvitations {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Fetches the invitations, in the browser. If the request fails, the old list stays.
    pub fn load(self) {
        spawn_local(async move {
            if let Ok(invitations) = list_pending_invitations().await {
                // The person may have left the page before the response.
                drop(self.0.try_set(invitations));
            }
        });
    }
}

/// A link for each invitation, to the start page, where it can be accepted; hidden if there is none.
#[component]
pub fn InvitationList(invitations: PendingInvitations) -> impl IntoView {
    let heading = move || match invitations.0.with(Vec::len) {
        0 => None,
        1 => Some("1 invitation".to_owned()),
        count => Some(format!("{count} invitations")),
    };
    let rows = move || invitations.0.get().into_iter().map(row).collect_view();
    view! {
        <div class="invited" hidden=move || invitations.0.with(Vec::is_empty)>
            <hr/>
            <p class="menu-label" role="status">
                {heading}
            </p>
            <ul>{rows}</ul>
        </div>
    }
    .into_any()
}

fn row(invitation: PendingInvitation) -> impl IntoView {
    let PendingInvitation { slug, display_name, inviter, role, .. } = invitation;
    view! {
        <li>
            <a class="menu-item" href="/" rel="external">
                <OrganizationAvatar slug=slug name=display_name.clone()/>
                <span class="lines">
                    <span class="clip">{display_name}</span>
                    <span class="clip muted small">{format!("{}, as {}", isolated(&inviter), role.label().to_ascii_lowercase())}</span>
                </span>
            </a>
        </li>
    }
}
