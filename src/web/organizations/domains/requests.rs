//! Who asks to become a member, for those who decide.

use leptos::prelude::*;

use super::functions::{ApproveJoinRequest, DeclineJoinRequest, count_join_requests, get_join_requests};
use crate::{
    domain::organizations::email_domains::JoinRequest,
    web::{
        organization::current::CurrentOrganization,
        ui::{app_form::AppForm, avatar::Avatar, date::Date, form::FormFeedback},
    },
};

/// What can be done with requests, shared by whatever on the page changes with them.
#[derive(Clone, Copy)]
pub struct Decisions {
    approve: ServerAction<ApproveJoinRequest>,
    decline: ServerAction<DeclineJoinRequest>,
}

impl Decisions {
    /// Gives them to everything rendered from here on down.
    #[must_use]
    pub fn provide() -> Self {
        let decisions = Self { approve: ServerAction::new(), decline: ServerAction::new() };
        provide_context(decisions);
        decisions
    }

    /// Another with every decision.
    #[must_use]
    pub fn version(self) -> (usize, usize) {
        (self.approve.version().get(), self.decline.version().get())
    }
}

/// How many requests wait, behind the name of the page where they are decided; nothing while there is none.
#[component]
pub fn JoinRequestCount() -> impl IntoView {
    let slug = CurrentOrganization::expect().slug();
    let decisions = use_context::<Decisions>();
    let count =
        Resource::new_blocking(move || decisions.map(Decisions::version), move |_| count_join_requests(slug.clone()));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // The page itself says what is wrong.
                let count = count.await.unwrap_or_default();
                let label = if count == 1 { "1 request to join".to_owned() } else { format!("{count} requests to join") };
                (count > 0)
                    .then(|| {
                        view! {
                            <span class="count" aria-hidden="true">
                                {count}
                            </span>
                            <span class="unseen">{label}</span>
                        }
                    })
            })}
        </Transition>
    }
    .into_any()
}

/// The requests that wait; nothing while there is none.
#[component]
pub fn JoinRequests(decisions: Decisions) -> impl IntoView {
    let slug = CurrentOrganization::expect().slug();
    let Decisions { approve, decline } = decisions;
    let requests = Resource::new_blocking(move || decisions.version(), move |_| get_join_requests(slug.clone()));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match requests.await {
                    Ok(requests) if requests.is_empty() => ().into_any(),
                    Ok(requests) => view! { <List requests approve decline/> }.into_any(),
                    Err(error) => view! { <p class="notice danger">{error.to_string()}</p> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn List(
    requests: Vec<JoinRequest>,
    approve: ServerAction<ApproveJoinRequest>,
    decline: ServerAction<DeclineJoinRequest>,
) -> impl IntoView {
    let rows = requests.into_iter().map(|request| view! { <Request request approve decline/> });
    view! {
        <section class="section measure">
            <h2>"They ask to join"</h2>
            <p class="muted">"Their addresses are verified and at a domain of yours. Whoever you decline can ask again after a week."</p>
            <ul class="rows card">{rows.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Request(
    request: JoinRequest,
    approve: ServerAction<ApproveJoinRequest>,
    decline: ServerAction<DeclineJoinRequest>,
) -> impl IntoView {
    let JoinRequest { person, name, email, asked_at, role } = request;
    let org = CurrentOrganization::expect().slug();
    let (approved, declined) = (FormFeedback::of(approve), FormFeedback::of(decline));
    let again = org.clone();
    let named = if name.is_empty() { email.clone() } else { name };
    let role = role.label().to_lowercase();
    let (let_in, let_them_in) = (format!("Let in as {role}"), format!("Let {named} in as {role}"));
    let decline_them = format!("Decline {named}");
    view! {
        <li class="row wrapping">
            <Avatar name=named.clone()/>
            <div class="name">
                <p>{named}</p>
                <p class="muted small parts">
                    <span class="address">{email}</span>
                    <span>"asked on " <Date at=asked_at/></span>
                </p>
            </div>
            <AppForm action=approve feedback=approved class="inline">
                <input type="hidden" name="org" value=again/>
                <input type="hidden" name="person" value=person.to_string()/>
                <button type="submit" class="button primary" aria-label=let_them_in>
                    {let_in}
                </button>
            </AppForm>
            <AppForm action=decline feedback=declined class="inline">
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="person" value=person.to_string()/>
                <button type="submit" class="button" aria-label=decline_them>
                    "Decline"
                </button>
            </AppForm>
        </li>
    }
    .into_any()
}
