//! The people page: members, join requests and invitations.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{actions::Actions, functions::get_people, invitations::Invitations, member::MemberRow};
use crate::{
    domain::{
        organizations::people::{InvitationState, People},
        permissions::Permission,
    },
    web::{
        organization::current::CurrentOrganization,
        organizations::{
            domains::requests::{Decisions, JoinRequests},
            settings::layout::{SettingsPage, Tab},
        },
        ui::{
            app_form::FormError,
            empty_state::EmptyState,
            form::FormFeedback,
            icon::{Glyph, Icon},
            page_resource::PageResource,
        },
    },
};

/// `/o/{org}/settings/people`.
#[component]
pub fn PeopleSettings() -> impl IntoView {
    if let Some(forbidden) = Tab::People.forbidden_page() {
        return forbidden;
    }
    let current = CurrentOrganization::expect();
    let (slug, may_decide) = (current.slug(), current.may(Permission::ManageMembers));
    let actions = Actions::new();
    let decisions = Decisions::provide();
    let people = PageResource::new(
        move || {
            let Actions { role, remove, resend, revoke, .. } = actions;
            let versions =
                [role.version(), remove.version(), resend.version(), revoke.version()].map(|version| version.get());
            (versions, decisions.version())
        },
        move |_| get_people(slug.clone()),
    );
    // Waiting invitations change when the provider has created them.
    people.poll_while(|people| people.invitations.iter().any(|one| one.state == InvitationState::Waiting));
    view! {
        <SettingsPage tab=Tab::People>
            {may_decide.then(|| view! { <JoinRequests decisions/> })}
            {people.render_section(move |people| view! { <Lists people actions/> })}
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
        <FormErrors actions/>
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
                            "Members and invitations are managed in your identity provider."
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
                        text="They get a link by email and see the same projects as you once they accept."
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

/// The errors of forms sent without WASM, whose popovers are closed when the page is rendered again.
#[component]
fn FormErrors(actions: Actions) -> impl IntoView {
    let Actions { role, remove, leave, resend, revoke } = actions;
    let all = [
        FormFeedback::of(role),
        FormFeedback::of(remove),
        FormFeedback::of(leave),
        FormFeedback::of(resend),
        FormFeedback::of(revoke),
    ];
    let failed = all.into_iter().filter(|feedback| feedback.is_retry());
    failed.map(|feedback| view! { <FormError feedback/> }).collect_view()
}
