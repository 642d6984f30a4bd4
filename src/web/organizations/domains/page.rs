//! The page of one domain: DNS record, verification state and join mode.

use leptos::prelude::*;

use super::{
    functions::{ChangeDomain, CheckDomain, RemoveDomain, get_domain},
    join_mode::JoinModeForm,
    labels,
};
use crate::{
    domain::organizations::email_domains::{DomainDetails, DomainState},
    web::{
        organization::current::CurrentOrganization,
        organizations::settings::layout::{SettingsPage, Tab},
        ui::{
            app_form::{AppForm, SubmitButton},
            button_form::DangerForm,
            date::Date,
            form::FormFeedback,
            form_action::FormAction,
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/o/{org}/settings/domains/{domain}`.
#[component]
pub fn DomainSettings() -> impl IntoView {
    if let Some(forbidden) = Tab::Domains.forbidden_page() {
        return forbidden;
    }
    let slug = CurrentOrganization::expect().slug();
    let name = path_params(["domain"]);
    let (check, change) = (FormAction::of::<CheckDomain>(), FormAction::of::<ChangeDomain>());
    let domain = PageResource::new(
        move || (name(), check.version().get(), change.version().get()),
        move |([name], ..)| get_domain(slug.clone(), name),
    );
    domain.render_page(move |domain| view! { <Domain domain check change/> })
}

#[component]
fn Domain(domain: DomainDetails, check: FormAction, change: FormAction) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let name = domain.summary.domain.clone();
    let heading = domain.summary.unicode.clone();
    let punycode = (heading != name).then(|| view! { <p class="muted mono">{name.clone()}</p> });
    let is_lost = domain.summary.state == DomainState::Lost;
    view! {
        <SettingsPage tab=Tab::Domains>
            <section class="section measure">
                <p>
                    <a href=format!("/o/{org}/settings/domains")>
                        "All domains"
                    </a>
                </p>
                <h2>
                    {heading} " "
                    <span class="badge" class:danger=is_lost>
                        {labels::state(domain.summary.state)}
                    </span>
                </h2>
                {punycode}
                <Verification domain=domain.clone() check/>
            </section>
            <JoinModeForm domain=domain change/>
            <Remove name/>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Verification(domain: DomainDetails, check: FormAction) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let feedback = FormFeedback::of(check);
    let state = domain.summary.state;
    let instruction = match state {
        DomainState::Pending => "Add this record to your domain’s DNS, then check it.",
        DomainState::Verified => "This record verifies that the domain is yours.",
        DomainState::Lost => {
            "The record has been missing for days, so no one can join through this domain. Add it again, then check it."
        }
    };
    view! {
        <p>{instruction}</p>
        <dl class="properties card">
            <div>
                <dt>"Type"</dt>
                <dd class="mono">"TXT"</dd>
            </div>
            <div>
                <dt>"Host"</dt>
                <dd>
                    <input class="input mono" readonly=true aria-label="Record host" value=domain.host/>
                </dd>
            </div>
            <div>
                <dt>"Value"</dt>
                <dd>
                    <input class="input mono" readonly=true aria-label="Record value" value=domain.value/>
                </dd>
            </div>
        </dl>
        <p role="status" class="notice" class:danger=state == DomainState::Lost>
            {labels::problem(state, domain.summary.problem)}
        </p>
        <p class="muted small">
            {domain.checked_at.map(|at| view! { "Last checked: " <Date at=at time=true/> ". " })}
            {domain
                .missed_at
                .filter(|_| state == DomainState::Verified)
                .map(|at| view! { "Missing since: " <Date at=at time=true/> ". Verification is lost after three days." })}
        </p>
        <AppForm action=check feedback>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="domain" value=domain.summary.domain/>
            <div class="buttons">
                <SubmitButton label="Check now" pending=check.pending()/>
            </div>
        </AppForm>
    }
}

#[component]
fn Remove(name: String) -> impl IntoView {
    let remove = FormAction::of::<RemoveDomain>();
    let fields = vec![("org", CurrentOrganization::expect().slug()), ("domain", name)];
    view! {
        <section class="section measure">
            <h2>"Remove this domain"</h2>
            <p class="muted">"Existing members stay; no one new can join through it."</p>
            <DangerForm action=remove fields note=None label="Remove domain" pending=remove.pending()/>
        </section>
    }
}
