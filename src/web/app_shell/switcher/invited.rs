//! The open invitations in the switcher. They are looked for when it opens, so that no page has to wait for them; without
//! scripts they are on the page of all workspaces.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::organizations::people::PendingInvitation,
    web::{organizations::members::functions::list_pending_invitations, ui::avatar::OrganizationAvatar},
};

/// What was found when the switcher was opened last.
#[derive(Clone, Copy)]
pub struct Invited(RwSignal<Vec<PendingInvitation>>);

impl Invited {
    /// Nothing yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Looks again, in the browser.
    pub fn look(self) {
        spawn_local(async move {
            // What cannot be had leaves what is there. A page that was left meanwhile needs it no more.
            if let Ok(found) = list_pending_invitations().await {
                drop(self.0.try_set(found));
            }
        });
    }
}

/// A link for each; nothing without one.
#[component]
pub fn Invitations(invited: Invited) -> impl IntoView {
    let heading = move || match invited.0.with(Vec::len) {
        0 => None,
        1 => Some("1 invitation".to_owned()),
        count => Some(format!("{count} invitations")),
    };
    let rows = move || invited.0.get().into_iter().map(row).collect_view();
    view! {
        <div class="invited" hidden=move || invited.0.with(Vec::is_empty)>
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
    let PendingInvitation { slug, display_name, inviter, role, href } = invitation;
    view! {
        <li>
            <a class="menu-item" href=href rel="external">
                <OrganizationAvatar slug=slug name=display_name.clone()/>
                <span class="lines">
                    <span class="clip">{display_name}</span>
                    <span class="clip muted small">{format!("{inviter}, as {}", role.label().to_lowercase())}</span>
                </span>
            </a>
        </li>
    }
}
