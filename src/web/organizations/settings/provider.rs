//! The settings page about the provider: queued commands and reconciliation.

use leptos::prelude::*;

use super::{
    functions::{DropChange, ReconcileNow, RetryChange, get_provider_state},
    layout::{SettingsPage, Tab},
};
use crate::{
    domain::organizations::provider_queue::{OpenChange, ProviderState},
    web::{
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, SubmitButton},
            button_form::ButtonForm,
            date::Date,
            form::FormFeedback,
            form_action::FormAction,
            page_resource::PageResource,
        },
    },
};

/// `/o/{org}/settings/sign-in-service`.
#[component]
pub fn ProviderSettings() -> impl IntoView {
    if let Some(forbidden) = Tab::Provider.forbidden_page() {
        return forbidden;
    }
    let slug = CurrentOrganization::expect().slug();
    let (retry, give_up, reconcile) =
        (FormAction::of::<RetryChange>(), FormAction::of::<DropChange>(), FormAction::of::<ReconcileNow>());
    let state = PageResource::new(
        move || (retry.version().get(), give_up.version().get(), reconcile.version().get()),
        move |_| get_provider_state(slug.clone()),
    );
    // Polls while a command is queued or a reconciliation is running.
    state.poll_while(|state| {
        let has_queued = state.changes.iter().any(|change| !change.is_failed);
        state.is_managed && (has_queued || state.reconciled_at.is_none())
    });
    view! {
        <SettingsPage tab=Tab::Provider>
            {state.render_section(move |state| view! { <ProviderStateView state retry give_up reconcile/> })}
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn ProviderStateView(
    state: ProviderState,
    retry: FormAction,
    give_up: FormAction,
    reconcile: FormAction,
) -> impl IntoView {
    let ProviderState { is_managed, reconciled_at, changes } = state;
    if !is_managed {
        return view! {
            <p class="measure">
                "People and workspaces are managed in your identity provider. Changes made there apply from each person’s next sign-in."
            </p>
        }
        .into_any();
    }
    let org = CurrentOrganization::expect().slug();
    let feedback = FormFeedback::of(reconcile);
    let list = if changes.is_empty() {
        view! { <p class="muted">"Everything is in sync."</p> }.into_any()
    } else {
        let rows = changes.into_iter().map(|change| view! { <QueuedCommand change retry give_up/> });
        view! { <ul class="rows card">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="section measure">
            <h2>"Pending sync"</h2>
            <p class="muted">
                "Invitations and memberships are stored in the sign-in service. Changes made here are sent to it in the background and retried until they succeed."
            </p>
            {list}
        </section>
        <section class="section measure">
            <h2>"Changes from provider"</h2>
            <p class="muted">
                "Name, branding and members are synced every 15 minutes. "
                {match reconciled_at {
                    Some(at) => view! { "Last sync: " <Date at=at time=true/> "." }.into_any(),
                    None => "Not synced yet.".into_any(),
                }}
            </p>
            <AppForm action=reconcile feedback>
                <input type="hidden" name="org" value=org/>
                <div class="buttons">
                    <SubmitButton label="Sync now" pending=reconcile.pending()/>
                </div>
            </AppForm>
        </section>
    }
    .into_any()
}

#[component]
fn QueuedCommand(change: OpenChange, retry: FormAction, give_up: FormAction) -> impl IntoView {
    let OpenChange { id, what, since, problem, is_failed } = change;
    let fields = vec![("org", CurrentOrganization::expect().slug()), ("id", id.to_string())];
    let state = if is_failed { "Rejected" } else { "Pending" };
    view! {
        <li class="row wrapping">
            <div class="name">
                <p>{what}</p>
                <p class="muted small">
                    <Date at=since time=true/>
                    {problem.map(|problem| format!(" · {problem}"))}
                </p>
            </div>
            <span class="badge" class:danger=is_failed>
                {state}
            </span>
            <ButtonForm action=retry fields=fields.clone() label="Retry now"/>
            {is_failed
                .then(|| view! { <ButtonForm action=give_up fields label="Cancel" class="button quiet"/> })}
        </li>
    }
    .into_any()
}
