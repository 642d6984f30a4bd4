//! Who is in the organization, who asks to be, and who is invited.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{LeaveOrganization, RemoveMember, ResendInvitation, RevokeInvitation, SetMemberRole, get_people},
    invitations::Invitations,
    member::MemberRow,
};
use crate::{
    domain::{
        organizations::people::{InvitationState, People},
        permissions::Permission,
    },
    web::{
        organization::current::CurrentOrganization,
        organizations::{
            domains::requests::{Decisions, JoinRequests},
            settings::frame::{SettingsPage, Tab},
        },
        ui::{
            app_form::FormError,
            empty_state::EmptyState,
            form::FormFeedback,
            icon::{Icon, Icon as Glyph},
            poll::poll,
        },
    },
};

/// The people of the organization.
#[component]
pub fn PeopleSettings() -> impl IntoView {
    if let Some(refusal) = Tab::People.refusal() {
        return refusal;
    }
    let current = CurrentOrganization::expect();
    let (slug, may_decide) = (current.slug(), current.may(Permission::ManageMembers));
    let actions = Actions {
        role: ServerAction::new(),
        remove: ServerAction::new(),
        leave: ServerAction::new(),
        resend: ServerAction::new(),
        revoke: ServerAction::new(),
    };
    let decisions = Decisions::provide();
    let people = Resource::new_blocking(
        move || {
            let Actions { role, remove, resend, revoke, .. } = actions;
            let changed = [role.version(), remove.version(), resend.version(), revoke.version()].map(|it| it.get());
            (changed, decisions.version())
        },
        move |_| get_people(slug.clone()),
    );
    // While invitations are on their way.
    poll(people, |people| people.invitations.iter().any(|it| it.state == InvitationState::Waiting));
    view! {
        <SettingsPage tab=Tab::People>
            {may_decide.then(|| view! { <JoinRequests decisions/> })}
            <Transition>
                {move || Suspend::new(async move {
                    match people.await {
                        Ok(people) => view! { <Lists people actions/> }.into_any(),
                        Err(error) => view! { <p class="notice danger">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Lists(people: People, actions: Actions) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let People { members, invitations, is_managed } = people;
    let may_invite = is_managed && current.may(Permission::ManageInvitations);
    let is_alone = members.len() == 1 && invitations.is_empty();
    let count = match members.len() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    let rows = members.into_iter().map(|member| view! { <MemberRow member actions is_managed/> }).collect_view();
    view! {
        <Refusals actions/>
        <section class="section measure">
            <div class="section-head">
                <h2>{count}</h2>
                {(may_invite && !is_alone).then(|| view! { <InviteLink/> })}
            </div>
            <ul class="rows card">{rows}</ul>
            {(!is_managed)
                .then(|| {
                    view! {
                        <p class="muted small">
                            "Members and invitations are administered at your identity provider."
                        </p>
                    }
                })}
        </section>
        {(!invitations.is_empty()).then(|| view! { <Invitations invitations actions/> })}
        {(may_invite && is_alone)
            .then(|| {
                view! {
                    <EmptyState
                        title="Invite the people you work with"
                        text="They get a link by mail, and see the same projects as you as soon as they have accepted."
                    >
                        <InviteLink/>
                    </EmptyState>
                }
            })}
    }
    .into_any()
}

#[component]
fn InviteLink() -> impl IntoView {
    let href = format!("/o/{}/settings/people/invite", CurrentOrganization::expect().slug());
    view! {
        <A href=href attr:class="button primary">
            <Icon icon=Glyph::Plus/>
            "Invite people"
        </A>
    }
}

/// What was refused without WASM: the form that it belongs to is closed again.
#[component]
fn Refusals(actions: Actions) -> impl IntoView {
    let Actions { role, remove, leave, resend, revoke } = actions;
    let all = [
        FormFeedback::of(role),
        FormFeedback::of(remove),
        FormFeedback::of(leave),
        FormFeedback::of(resend),
        FormFeedback::of(revoke),
    ];
    let shown = all.into_iter().filter(|feedback| feedback.is_retry());
    shown.map(|feedback| view! { <FormError feedback/> }).collect_view()
}
