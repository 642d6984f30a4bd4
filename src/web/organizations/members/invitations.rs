//! The invitations on the people page.

use leptos::prelude::*;

use super::actions::Actions;
use crate::domain::isolate::isolated;
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
    let Invitation { id, email, role, state, inviter, created_at, expires_at, problem, may_change } = invitation;
    let is_failed = matches!(state, InvitationState::Failed);
    let end = expires_at.map(|at| {
        let preposition = if state == InvitationState::Expired { "expired " } else { "expires " };
        view! { <span>{preposition} <Date at=at/></span> }
    });
    let forms = may_change.then(|| view! { <Forms id=id.to_string() email=email.clone() state actions/> });
    view! {
        <li class="row wrapping">
            <div class="name">
                <p class="address">{email}</p>
                <p class="muted small parts">
                    <span>{format!("{}, invited by {} on ", role.label(), isolated(&inviter))} <Date at=created_at/></span> {end}
                </p>
                {problem.map(|problem| view! { <p class="small problem">{problem}</p> })}
            </div>
            <span class="badge" class:danger=is_failed>
                {state.label()}
            </span>
            {forms}
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
