//! A member's row on the people page.

use leptos::prelude::*;

use super::actions::Actions;
use crate::domain::isolate::isolated;
use crate::{
    domain::{organizations::people::Member, permissions::Role},
    web::{
        organization::current::CurrentOrganization,
        ui::{app_form::AppForm, avatar::Avatar, button_form::DangerForm, date::Date, form::FormFeedback},
    },
};

/// A member. The button opens the permitted changes in a popover, which works without WASM.
#[component]
pub(super) fn MemberRow(member: Member, actions: Actions, is_managed: bool) -> impl IntoView {
    let Member { id, name, email, role, since, is_suspended, is_you, roles, may_remove } = member;
    let may_leave = is_you && is_managed;
    let panel = format!("member-{id}");
    let may_change = !roles.is_empty();
    let manage = (may_change || may_remove || may_leave).then(|| {
        let label = if is_you { "Manage your membership".to_owned() } else { format!("Manage {}", isolated(&name)) };
        let title = format!("{panel}-title");
        let labelled = title.clone();
        view! {
            <button type="button" class="button quiet" popovertarget=panel.clone() aria-label=label>
                "Manage"
            </button>
            <div id=panel class="panel" popover="auto" role="dialog" aria-labelledby=labelled>
                <h3 id=title dir="auto">{name.clone()}</h3>
                {may_change.then(|| view! { <RoleForm id=id.to_string() role roles actions/> })}
                {may_remove.then(|| view! { <RemoveForm id=id.to_string() name=name.clone() actions/> })}
                {may_leave.then(|| view! { <LeaveForm actions/> })}
            </div>
        }
    });
    let label = if name.is_empty() { email.clone() } else { name.clone() };
    view! {
        <li class="row wrapping">
            <Avatar name=label.clone() large=true/>
            <div class="name">
                <p>{label} {is_you.then(|| view! { <span class="muted">" (you)"</span> })}</p>
                <p class="muted small parts">
                    <span class="address">{email}</span>
                    <span>"since " <Date at=since/></span>
                </p>
            </div>
            {is_suspended.then(|| view! { <span class="badge danger">"Suspended"</span> })}
            <span class="badge">{role.label()}</span>
            {manage}
        </li>
    }
    .into_any()
}

#[component]
fn RoleForm(id: String, role: Role, roles: Vec<Role>, actions: Actions) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let field = format!("role-{id}");
    let feedback = FormFeedback::at(actions.role, &id);
    let options = roles.into_iter().map(move |option| {
        view! {
            <option value=option.as_str() selected=feedback.ticked("role", option.as_str(), option == role)>
                {option.label()}
            </option>
        }
    });
    view! {
        <AppForm action=actions.role feedback>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="person" value=id/>
            <div class="field">
                <label for=field.clone()>"Role"</label>
                <select class="input" id=field name="role">
                    {options.collect_view()}
                </select>
            </div>
            <div class="buttons">
                <button type="submit" class="button primary">
                    "Change role"
                </button>
            </div>
        </AppForm>
    }
    .into_any()
}

#[component]
fn RemoveForm(id: String, name: String, actions: Actions) -> impl IntoView {
    let fields = vec![("org", CurrentOrganization::expect().slug()), ("person", id)];
    let note = "They lose access immediately on all devices. Their content stays.";
    view! { <DangerForm action=actions.remove fields note=Some(note) label=format!("Remove {}", isolated(&name))/> }
}

#[component]
fn LeaveForm(actions: Actions) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (org, name) = current
        .with_untracked(|workspace| (workspace.organization.slug.clone(), workspace.organization.display_name.clone()));
    let note = "You lose access immediately and need a new invitation to come back. Your content stays.";
    view! { <DangerForm action=actions.leave fields=vec![("org", org)] note=Some(note) label=format!("Leave {}", isolated(&name))/> }
}
