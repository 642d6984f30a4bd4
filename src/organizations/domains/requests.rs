//! Who asks to become a member, for those who decide.

use leptos::prelude::*;

use super::{
    functions::{ApproveJoinRequest, DeclineJoinRequest, get_join_requests},
    model::JoinRequest,
};
use crate::{
    organizations::current::CurrentWorkspace,
    ui::{app_form::AppForm, date::Date, form::FormFeedback, tile::Avatar},
};

/// The requests that wait; nothing while there is none.
#[component]
pub fn JoinRequests() -> impl IntoView {
    let slug = CurrentWorkspace::expect().slug();
    let (approve, decline) = (ServerAction::<ApproveJoinRequest>::new(), ServerAction::<DeclineJoinRequest>::new());
    let requests = Resource::new_blocking(
        move || (approve.version().get(), decline.version().get()),
        move |_| get_join_requests(slug.clone()),
    );
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
    let org = CurrentWorkspace::expect().slug();
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
                <p class="muted small">{email} " · " <Date at=asked_at/></p>
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
