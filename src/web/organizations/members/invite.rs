//! The invitation form.

use leptos::prelude::*;

use super::functions::{InvitePeople, get_people};
use crate::domain::isolate::isolated;
use crate::{
    domain::{
        errors::AppError,
        organizations::people::{AT_ONCE_MAX, Lifetime, MESSAGE_MAX},
        permissions::{Permission, Role},
    },
    web::{
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, SubmitButton},
            error_page::ErrorPage,
            field::{SelectField, TextArea},
            form::FormFeedback,
            form_action::FormAction,
            page::{Crumb, Page},
            page_resource::PageResource,
        },
    },
};

/// `/o/{org}/settings/people/invite`.
#[component]
pub fn InvitePage() -> impl IntoView {
    let current = CurrentOrganization::expect();
    if !current.may(Permission::ManageInvitations) {
        return view! { <ErrorPage error=AppError::Forbidden { permission: Permission::ManageInvitations }/> }
            .into_any();
    }
    let slug = current.slug();
    let people = PageResource::new(|| (), move |()| get_people(slug.clone()));
    let form = people.render_section(|people| {
        if people.is_managed { view! { <InviteForm/> }.into_any() } else { view! { <ManagedByProvider/> }.into_any() }
    });
    let name = current.with_untracked(|shell| shell.organization.display_name.clone());
    let home = format!("/o/{}", current.slug());
    let crumbs = vec![
        Crumb::new("Home", home.clone()),
        Crumb::new("Settings", format!("{home}/settings")),
        Crumb::new("People", format!("{home}/settings/people")),
    ];
    view! {
        <Page heading="Invite people" title=format!("Invite people · {}", isolated(&name)) crumbs=crumbs>
            {form}
        </Page>
    }
    .into_any()
}

#[component]
fn InviteForm() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (org, own_role) =
        current.with_untracked(|workspace| (workspace.organization.slug.clone(), workspace.organization.role));
    let action = FormAction::of::<InvitePeople>();
    let feedback = FormFeedback::of(action);
    let roles: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| *role <= own_role)
        .map(|role| (role.as_str().to_owned(), role.label().to_owned()))
        .collect();
    let lifetimes: Vec<_> =
        Lifetime::ALL.into_iter().map(|lifetime| (lifetime.days.to_string(), lifetime.label())).collect();
    let back = format!("/o/{org}/settings/people");
    view! {
        <AppForm action feedback has_file=true>
            <input type="hidden" name="org" value=org/>
            <TextArea
                name="addresses"
                label="Email addresses"
                feedback
                hint="One per line or comma-separated. To set roles, paste CSV with an “email,role” header."
            />
            <div class="field">
                <label for="addresses_file">"Or a CSV file"</label>
                <input class="input" type="file" id="addresses_file" name="addresses_file" accept=".csv,.tsv,.txt,text/csv,text/plain"/>
            </div>
            <SelectField name="role" label="Role" feedback options=roles value=Role::Member.as_str()/>
            <TextArea
                name="message"
                label="Message (optional)"
                feedback
                maxlength=MESSAGE_MAX
                hint="Shown before they accept."
            />
            <SelectField
                name="lifetime"
                label="Expires after"
                feedback
                options=lifetimes
                value=Lifetime::USUAL.days.to_string()
            />
            <p class="muted small">
                {format!(
                    "Everyone gets their own link by email. You can invite up to {AT_ONCE_MAX} people at a time.",
                )}
            </p>
            <div class="buttons">
                <SubmitButton label="Send invitations" pending=action.pending()/>
                <a class="button" href=back>
                    "Cancel"
                </a>
            </div>
        </AppForm>
    }
    .into_any()
}

#[component]
fn ManagedByProvider() -> impl IntoView {
    view! {
        <p class="measure">
            "People are invited in your identity provider, because Tessera has no access to manage it. Ask an administrator there to send the invitation, or to give Tessera access."
        </p>
    }
}
