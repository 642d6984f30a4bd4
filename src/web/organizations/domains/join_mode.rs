//! The form for a domain's join mode.

use leptos::prelude::*;

use super::labels;
use crate::{
    domain::{
        organizations::email_domains::{DomainDetails, JoinMode},
        permissions::Role,
    },
    web::{
        organization::current::CurrentOrganization,
        sorting::sort_by_key,
        ui::{
            app_form::{AppForm, SubmitButton},
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
        },
    },
};

/// Chooses the join mode, the role of new members and whether the organization can be found by this domain.
#[component]
pub(super) fn JoinModeForm(domain: DomainDetails, change: FormAction) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let feedback = FormFeedback::of(change);
    let selected_mode = feedback.typed("mode", domain.summary.mode.as_str());
    let selected_role = feedback.typed("role", domain.summary.role.as_str());
    let modes = JoinMode::ALL.into_iter().map(move |mode| {
        let (label, hint) = labels::mode(mode);
        view! {
            <label class="option">
                <input type="radio" name="mode" value=mode.as_str() checked=selected_mode == mode.as_str()/>
                <span>
                    {label} <span class="muted small block">{hint}</span>
                </span>
            </label>
        }
    });
    // The current role stays selectable even if it is above the person's own role.
    let current = domain.summary.role;
    let roles = domain.roles.into_iter().chain((current > Role::Viewer).then_some(current));
    let mut roles: Vec<Role> = roles.collect();
    sort_by_key(&mut roles, |role| *role);
    roles.dedup();
    let roles = roles.into_iter().map(move |role| {
        view! {
            <option value=role.as_str() selected=selected_role == role.as_str()>
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
                                <legend>"How people with an address at this domain join"</legend>
                                {modes.collect_view()}
                            </fieldset>
                            <ErrorText error=mode_error/>
                            <div class="field">
                                <label for="role">"Default role"</label>
                                <select class="input" id="role" name="role">
                                    {roles.collect_view()}
                                </select>
                                <ErrorText error=role_error/>
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
                        "Send them here when they sign in with their email address"
                        <span class="muted small block">
                            "Anyone who enters an address at this domain can see that it has a workspace."
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
fn ErrorText(error: Signal<Option<String>>) -> impl IntoView {
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
