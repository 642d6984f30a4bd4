//! The signed-in person's open invitations, on the pages that list organizations.

use leptos::prelude::*;

use super::functions::{AcceptInvitation, list_pending_invitations};
use crate::domain::isolate::isolated;
use crate::{
    domain::organizations::people::PendingInvitation,
    web::ui::{
        avatar::OrganizationAvatar, button_form::ButtonForm, form_action::FormAction, page_resource::PageResource,
    },
};

/// A row for each open invitation, with a button that accepts it. Renders nothing if there is none or the request fails: the
/// invitation also comes by mail.
#[component]
pub fn PendingInvitations() -> impl IntoView {
    let accept = FormAction::of::<AcceptInvitation>();
    let pending = PageResource::new(|| (), |()| list_pending_invitations());
    pending.render_or_default(move |pending| (!pending.is_empty()).then(|| view! { <Rows pending accept/> }))
}

#[component]
fn Rows(pending: Vec<PendingInvitation>, accept: FormAction<String>) -> impl IntoView {
    let rows = pending.into_iter().map(|PendingInvitation { id, slug, display_name, inviter, role }| {
        let aria_label = format!("Accept the invitation to {display_name}");
        view! {
            <li class="row wrapping">
                <OrganizationAvatar slug=slug name=display_name.clone() large=true/>
                <span class="name">
                    {format!("{display_name} invites you")}
                    <span class="muted small block">{format!("{}, as {}", isolated(&inviter), role.label().to_ascii_lowercase())}</span>
                </span>
                <ButtonForm
                    action=accept
                    fields=vec![("id", id.to_string())]
                    label="Accept"
                    aria_label
                    class="button primary"
                    pending=accept.pending()
                />
            </li>
        }
    });
    view! { <ul class="rows card" aria-label="Invitations">{rows.collect_view()}</ul> }
}
