//! The open join requests, for members who may decide them.

use leptos::prelude::*;

use super::functions::{ApproveJoinRequest, DeclineJoinRequest, count_join_requests, get_join_requests};
use crate::{
    domain::organizations::email_domains::JoinRequest,
    web::{
        organization::current::CurrentOrganization,
        ui::{
            avatar::Avatar, button_form::ButtonForm, date::Date, form_action::FormAction, page_resource::PageResource,
        },
    },
};

/// The server actions that decide join requests, shared by the list and the count in the navigation.
#[derive(Clone, Copy)]
pub struct Decisions {
    approve: FormAction,
    decline: FormAction,
}

impl Decisions {
    /// Provides the actions as context.
    #[must_use]
    pub fn provide() -> Self {
        let decisions =
            Self { approve: FormAction::of::<ApproveJoinRequest>(), decline: FormAction::of::<DeclineJoinRequest>() };
        provide_context(decisions);
        decisions
    }

    /// Returns a value that changes with every decision.
    #[must_use]
    pub fn version(self) -> (usize, usize) {
        (self.approve.version().get(), self.decline.version().get())
    }
}

/// The number of open requests, beside the People tab. Renders nothing if there is none.
#[component]
pub fn JoinRequestCount() -> impl IntoView {
    let slug = CurrentOrganization::expect().slug();
    let decisions = use_context::<Decisions>();
    let version = move || decisions.map(Decisions::version);
    let count = PageResource::new(version, move |_| count_join_requests(slug.clone()));
    // The page itself reports the error.
    count.render_or_default(|count| {
        let label = if count == 1 { "1 join request".to_owned() } else { format!("{count} join requests") };
        (count > 0).then(|| {
            view! {
                <span class="count" aria-hidden="true">
                    {count}
                </span>
                <span class="visually-hidden">{label}</span>
            }
        })
    })
}

/// The list of open requests. Renders nothing if there is none.
#[component]
pub fn JoinRequests(decisions: Decisions) -> impl IntoView {
    let slug = CurrentOrganization::expect().slug();
    let Decisions { approve, decline } = decisions;
    let requests = PageResource::new(move || decisions.version(), move |_| get_join_requests(slug.clone()));
    requests.render_section(move |requests| (!requests.is_empty()).then(|| view! { <List requests approve decline/> }))
}

#[component]
fn List(requests: Vec<JoinRequest>, approve: FormAction, decline: FormAction) -> impl IntoView {
    let rows = requests.into_iter().map(|request| view! { <Request request approve decline/> });
    view! {
        <section class="section measure">
            <h2>"Join requests"</h2>
            <p class="muted">"They have a verified email address at one of your domains. Declined people can ask again after a week."</p>
            <ul class="rows card">{rows.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Request(request: JoinRequest, approve: FormAction, decline: FormAction) -> impl IntoView {
    let JoinRequest { person, name, email, asked_at, role } = request;
    let fields = vec![("org", CurrentOrganization::expect().slug()), ("person", person.to_string())];
    let label = if name.is_empty() { email.clone() } else { name };
    let role = role.label().to_ascii_lowercase();
    let (approve_label, decline_label) = (format!("Approve {label} as {role}"), format!("Decline {label}"));
    view! {
        <li class="row wrapping">
            <Avatar name=label.clone()/>
            <div class="name">
                <p>{label}</p>
                <p class="muted small parts">
                    <span class="address">{email}</span>
                    <span>"asked on " <Date at=asked_at/></span>
                </p>
            </div>
            <ButtonForm
                action=approve
                fields=fields.clone()
                label=format!("Approve as {role}")
                aria_label=approve_label
                class="button primary"
            />
            <ButtonForm action=decline fields label="Decline" aria_label=decline_label/>
        </li>
    }
    .into_any()
}
