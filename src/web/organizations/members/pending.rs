//! The signed-in person's open invitations, on the pages that list organizations.

use leptos::prelude::*;

use super::functions::list_pending_invitations;
use crate::{
    domain::organizations::people::PendingInvitation,
    web::ui::{
        avatar::OrganizationAvatar,
        icon::{Glyph, Icon},
        page_resource::PageResource,
    },
};

/// A row for each open invitation. Renders nothing if there is none or the request fails: the invitation also comes by mail.
#[component]
pub fn PendingInvitations() -> impl IntoView {
    let pending = PageResource::new(|| (), |()| list_pending_invitations());
    pending.render_or_default(|pending| (!pending.is_empty()).then(|| view! { <Rows pending/> }))
}

#[component]
fn Rows(pending: Vec<PendingInvitation>) -> impl IntoView {
    let rows = pending.into_iter().map(|PendingInvitation { slug, display_name, inviter, role, href }| {
        view! {
            <li>
                <a class="row" href=href rel="external">
                    <OrganizationAvatar slug=slug name=display_name.clone() large=true/>
                    <span class="name">
                        {format!("{display_name} invites you")}
                        <span class="muted small block">{format!("{inviter}, as {}", role.label().to_lowercase())}</span>
                    </span>
                    <span class="badge">"Invitation"</span>
                    <Icon icon=Glyph::ChevronRight/>
                </a>
            </li>
        }
    });
    view! { <ul class="rows card" aria-label="Invitations">{rows.collect_view()}</ul> }
}
