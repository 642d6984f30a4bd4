//! The list of an organization's domains.

use leptos::prelude::*;

use super::{
    functions::{AddDomain, get_domains},
    labels,
};
use crate::{
    domain::organizations::email_domains::{DOMAIN_MAX, DomainState, DomainSummary, Domains},
    web::{
        organization::current::CurrentOrganization,
        organizations::settings::layout::{SettingsPage, Tab},
        ui::{
            app_form::{AppForm, SubmitButton},
            field::TextField,
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
            page_resource::PageResource,
        },
    },
};

/// `/o/{org}/settings/domains`: the domains and the form that adds one.
#[component]
pub fn DomainsSettings() -> impl IntoView {
    if let Some(forbidden) = Tab::Domains.forbidden_page() {
        return forbidden;
    }
    let slug = CurrentOrganization::expect().slug();
    let domains = PageResource::new(|| (), move |()| get_domains(slug.clone()));
    view! {
        <SettingsPage tab=Tab::Domains>
            {domains.render_section(|domains| view! { <List domains/> })}
            <AddForm/>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn List(domains: Domains) -> impl IntoView {
    let org = CurrentOrganization::expect().slug();
    let Domains { domains, is_managed } = domains;
    let rows = domains.into_iter().map(|domain| view! { <Row domain org=org.clone()/> }).collect_view();
    let list = if rows.is_empty() {
        view! {
            <p class="muted">
                "No domains yet. Add your company’s email domain, verify it with a DNS record, then choose how people there join."
            </p>
        }
        .into_any()
    } else {
        view! { <ul class="rows card">{rows}</ul> }.into_any()
    };
    view! {
        <section class="section measure">
            <h2>"Your domains"</h2>
            <p class="muted">
                "People with an email address at a verified domain can find this workspace. You choose whether they can join without an invitation."
            </p>
            {(!is_managed)
                .then(|| {
                    view! {
                        <p class="notice">
                            "Members are managed in your identity provider, so no one can join from here. People can still find this workspace with their email address."
                        </p>
                    }
                })}
            {list}
        </section>
    }
}

#[component]
fn Row(domain: DomainSummary, org: String) -> impl IntoView {
    let joining = labels::joining(&domain);
    let is_lost = domain.state == DomainState::Lost;
    let punycode =
        (domain.unicode != domain.domain).then(|| view! { <span class="mono">{domain.domain.clone()} " · "</span> });
    view! {
        <li>
            <a class="row" href=format!("/o/{org}/settings/domains/{}", domain.domain)>
                <span class="name">
                    <span class="block">{domain.unicode}</span>
                    <span class="muted small">{punycode} {joining}</span>
                </span>
                <span class="badge" class:danger=is_lost>
                    {labels::state(domain.state)}
                </span>
                <Icon icon=Glyph::ChevronRight/>
            </a>
        </li>
    }
}

#[component]
fn AddForm() -> impl IntoView {
    let add = FormAction::of::<AddDomain>();
    let feedback = FormFeedback::of(add);
    view! {
        <section class="section measure">
            <h2>"Add a domain"</h2>
            <AppForm action=add feedback>
                <input type="hidden" name="org" value=CurrentOrganization::expect().slug()/>
                <TextField
                    name="domain"
                    label="Domain"
                    feedback
                    hint="The part after @ in your email addresses, for example acme.com. Subdomains need verifying separately."
                    maxlength=DOMAIN_MAX
                    required=true
                />
                <div class="buttons">
                    <SubmitButton label="Add domain" pending=add.pending()/>
                </div>
            </AppForm>
        </section>
    }
}
