//! Who may join by a domain.

use leptos::prelude::*;

use super::{functions::ChangeDomain, labels};
use crate::{
    domain::{
        organizations::email_domains::{DomainDetails, JoinMode},
        permissions::Role,
    },
    web::{
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, SubmitButton},
            form::FormFeedback,
            icon::{Icon, Icon as Glyph},
        },
    },
};

/// The form in which that is chosen.
#[component]
pub fn Joining(domain: DomainDetails, change: ServerAction<ChangeDomain>) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let feedback = FormFeedback::of(change);
    let chosen = feedback.typed("mode", domain.summary.mode.as_str());
    let chosen_role = feedback.typed("role", domain.summary.role.as_str());
    let modes = JoinMode::ALL.into_iter().map(move |mode| {
        let (label, hint) = labels::mode(mode);
        view! {
            <label class="option">
                <input type="radio" name="mode" value=mode.as_str() checked=chosen == mode.as_str()/>
                <span>
                    {label} <span class="muted small block">{hint}</span>
                </span>
            </label>
        }
    });
    // One that is above the reader’s own cannot be chosen again once it is left.
    let current = domain.summary.role;
    let roles = domain.roles.into_iter().chain((current > Role::Viewer).then_some(current));
    let mut offered: Vec<Role> = roles.collect();
    offered.sort();
    offered.dedup();
    let roles = offered.into_iter().map(move |role| {
        view! {
            <option value=role.as_str() selected=chosen_role == role.as_str()>
                {role.label()}
            </option>
        }
    });
    let role_error = feedback.field("role");
    let mode_error = feedback.field("mode");
    let is_discoverable =
        if feedback.is_retry() { feedback.typed("discoverable", "") == "true" } else { domain.is_discoverable };
    view! {
        <section class="section measure">
            <h2>"Joining"</h2>
            <AppForm action=change feedback>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="domain" value=domain.summary.domain/>
                {domain
                    .is_managed
                    .then(|| {
                        view! {
                            <fieldset class="options">
                                <legend>"How people with a verified address there become members"</legend>
                                {modes.collect_view()}
                            </fieldset>
                            <Problem error=mode_error/>
                            <div class="field">
                                <label for="role">"Their role"</label>
                                <select class="input" id="role" name="role">
                                    {roles.collect_view()}
                                </select>
                                <Problem error=role_error/>
                            </div>
                        }
                    })}
                {(!domain.is_managed)
                    .then(|| {
                        view! {
                            <input type="hidden" name="mode" value="off"/>
                            <input type="hidden" name="role" value="viewer"/>
                        }
                    })}
                <label class="option">
                    <input type="checkbox" name="discoverable" value="true" checked=is_discoverable/>
                    <span>
                        "Lead them here when they sign in with their address"
                        <span class="muted small block">
                            "Whoever types an address at this domain sees that a workspace belongs to it."
                        </span>
                    </span>
                </label>
                <div class="buttons">
                    <SubmitButton label="Save" pending=change.pending()/>
                </div>
            </AppForm>
        </section>
    }
    .into_any()
}

#[component]
fn Problem(error: Signal<Option<String>>) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! {
                <p class="error">
                    <Icon icon=Glyph::Alert/>
                    <span>{error}</span>
                </p>
            }
        })
    }
}
