//! The invitations on the people page.

use leptos::{
    html,
    prelude::*,
    web_sys::js_sys::{Function, Reflect},
};
use wasm_bindgen::{JsCast, JsValue};

use super::actions::Actions;
use crate::{
    domain::organizations::people::{Invitation, InvitationState},
    web::{
        organization::current::CurrentOrganization,
        ui::{button_form::ButtonForm, date::Date},
    },
};

/// The list of invitations, newest first.
#[component]
pub(super) fn Invitations(invitations: Vec<Invitation>, actions: Actions) -> impl IntoView {
    let rows = invitations.into_iter().map(|invitation| view! { <InvitationRow invitation actions/> });
    view! {
        <section class="section measure">
            <h2>"Invitations"</h2>
            <ul class="rows card">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn InvitationRow(invitation: Invitation, actions: Actions) -> impl IntoView {
    let Invitation { id, email, role, state, inviter, created_at, expires_at, problem, link, may_change } = invitation;
    let is_failed = matches!(state, InvitationState::Failed);
    let end = expires_at.map(|at| {
        let preposition = if state == InvitationState::Expired { "expired " } else { "expires " };
        view! { <span>{preposition} <Date at=at/></span> }
    });
    let forms = may_change.then(|| view! { <Forms id=id.to_string() email=email.clone() state actions/> });
    view! {
        <li class="row wrapping">
            <div class="name">
                <p class="address">{email.clone()}</p>
                <p class="muted small parts">
                    <span>{format!("{}, invited by {inviter} on ", role.label())} <Date at=created_at/></span> {end}
                </p>
                {problem.map(|problem| view! { <p class="small problem">{problem}</p> })}
            </div>
            <span class="badge" class:danger=is_failed>
                {state.label()}
            </span>
            {forms}
            {link.map(|link| view! { <Link id=id.to_string() email link/> })}
        </li>
    }
    .into_any()
}

#[component]
fn Forms(id: String, email: String, state: InvitationState, actions: Actions) -> impl IntoView {
    let fields = vec![("org", CurrentOrganization::expect().slug()), ("id", id)];
    let is_open = matches!(state, InvitationState::Open | InvitationState::Waiting);
    let (end, ending) = if is_open { ("Revoke", "Revoke the invitation for") } else { ("Dismiss", "Dismiss") };
    let resend = (state != InvitationState::Waiting).then(|| {
        let aria_label = format!("Resend the invitation to {email}");
        view! { <ButtonForm action=actions.resend fields=fields.clone() label="Resend" aria_label/> }
    });
    view! {
        {resend}
        <ButtonForm
            action=actions.revoke
            fields
            label=end
            aria_label=format!("{ending} {email}")
            class="button quiet"
        />
    }
    .into_any()
}

/// The invitation link with a copy button. Without WASM the person copies it from the field.
#[component]
fn Link(id: String, email: String, link: String) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let (is_copied, set_copied) = signal(false);
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        // If the page may not use the clipboard, the selected text can be copied by hand.
        field.select();
        set_copied.set(copy_to_clipboard(&field.value()).is_some());
    };
    view! {
        <details class="link">
            <summary>"Link"</summary>
            <div class="copy">
                <input
                    class="input mono"
                    id=format!("link-{id}")
                    aria-label=format!("Invitation link for {email}")
                    readonly
                    value=link
                    node_ref=field
                />
                <button type="button" class="button needs-script" on:click=copy>
                    {move || if is_copied.get() { "Copied" } else { "Copy link" }}
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// Calls `navigator.clipboard.writeText(text)`. `None` if the browser has no clipboard API, for example without TLS.
fn copy_to_clipboard(text: &str) -> Option<()> {
    let property =
        |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined());
    let clipboard = property(&property(&window(), "navigator")?, "clipboard")?;
    let write: Function = property(&clipboard, "writeText")?.dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok().map(drop)
}
