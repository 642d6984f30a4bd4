//! The general settings page.

use leptos::prelude::*;

use super::layout::{SettingsPage, Tab};
use crate::{
    domain::organizations::{OrganizationSummary, Person},
    web::organization::current::CurrentOrganization,
};

/// `/o/{org}/settings`: the organization, and the person's role and permissions in it.
#[component]
pub fn GeneralSettings() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (OrganizationSummary { slug, display_name, role }, Person { name, email }, permissions) = current
        .with_untracked(|workspace| (workspace.organization.clone(), workspace.person.clone(), workspace.permissions));
    let allowed = permissions.iter().map(|permission| {
        view! {
            <li>
                <code class="badge mono">{permission.as_str()}</code>
            </li>
        }
    });
    view! {
        <SettingsPage tab=Tab::General>
            <section class="section">
                <h2>"Workspace"</h2>
                <dl class="properties card">
                    <div>
                        <dt>"Name"</dt>
                        <dd>{display_name}</dd>
                    </div>
                    <div>
                        <dt>"Workspace URL"</dt>
                        <dd class="mono">{slug}</dd>
                    </div>
                </dl>
            </section>
            <section class="section">
                <h2>"You"</h2>
                <dl class="properties card">
                    <div>
                        <dt>"Name"</dt>
                        <dd>{name}</dd>
                    </div>
                    <div>
                        <dt>"Email"</dt>
                        <dd>{email}</dd>
                    </div>
                    <div>
                        <dt>"Role"</dt>
                        <dd>{role.label()}</dd>
                    </div>
                    <div>
                        <dt>"Permissions"</dt>
                        <dd>
                            <ul class="chips">{allowed.collect_view()}</ul>
                        </dd>
                    </div>
                </dl>
            </section>
        </SettingsPage>
    }
    .into_any()
}
