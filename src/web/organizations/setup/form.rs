//! The page that creates an organization.

use leptos::prelude::*;

use super::functions::{CreateOrganization, get_setup_offer};
use crate::{
    domain::organizations::{
        name::OrganizationName,
        setup::{NAME_MAX, OrganizationSetup, SetupOffer},
    },
    web::{
        account::menu::SignOut,
        ui::{
            app_form::{AppForm, SubmitButton},
            avatar::OrganizationAvatar,
            field::TextField,
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
            page::PlainPage,
            page_resource::PageResource,
        },
    },
};

/// `/new-organization`: the form, or the step that the person has to take first.
#[component]
pub fn NewOrganization() -> impl IntoView {
    let offer = PageResource::new(|| (), |()| get_setup_offer());
    offer.render_page(|offer| match offer {
        SetupOffer::Form { under_way } => view! { <SetupForm under_way/> }.into_any(),
        SetupOffer::SignIn => view! { <SignInFirst/> }.into_any(),
        SetupOffer::Elsewhere => view! { <ManagedByProvider/> }.into_any(),
    })
}

#[component]
fn SetupForm(under_way: Vec<OrganizationSetup>) -> impl IntoView {
    let action = FormAction::of::<CreateOrganization>();
    let feedback = FormFeedback::of(action);

    view! {
        <PlainPage title="New workspace" action=Some(view! { <SignOut class="button quiet"/> }.into_any())>
            <main id="main" class="workspaces">
                <h1>"Name your workspace"</h1>
                <p class="muted">"Only members can see its projects. You’ll be its owner and can invite others."</p>
                {(!under_way.is_empty()).then(|| view! { <OpenSetups under_way/> })}
                <AppForm action feedback>
                    <TextField
                        name="name"
                        label="Company or team"
                        feedback
                        maxlength=NAME_MAX
                        required=true
                        autofocus=true
                    />
                    <TextField
                        name="slug"
                        label="Workspace URL"
                        feedback
                        hint="Letters, digits and hyphens, for example acme-corp. Leave blank to generate it from the name above."
                        class="mono"
                        maxlength=OrganizationName::MAX
                        attr:data-derived-from="name"
                        attr:data-reserved=OrganizationName::RESERVED.join(" ")
                    />
                    <div class="buttons">
                        <SubmitButton label="Create workspace" pending=action.pending()/>
                        <a class="button" href="/">
                            "Cancel"
                        </a>
                    </div>
                </AppForm>
            </main>
        </PlainPage>
    }
}

/// The person's setups in progress.
#[component]
fn OpenSetups(under_way: Vec<OrganizationSetup>) -> impl IntoView {
    let rows = under_way.into_iter().map(|OrganizationSetup { id, slug, display_name, .. }| {
        view! {
            <li>
                <a class="row" href=format!("/new-organization/{id}")>
                    <OrganizationAvatar slug=slug name=display_name.clone() large=true/>
                    <span class="name">{display_name}</span>
                    <span class="badge">"Setting up"</span>
                    <Icon icon=Glyph::ChevronRight/>
                </a>
            </li>
        }
    });
    view! { <ul class="rows card">{rows.collect_view()}</ul> }
}

#[component]
fn SignInFirst() -> impl IntoView {
    view! {
        <PlainPage title="New workspace">
            <main id="main" class="workspaces">
                <h1>"Create a workspace"</h1>
                <p>"Sign up or sign in to create a workspace."</p>
                <div class="buttons">
                    <a class="button primary" href="/login?screen_hint=signup&return_to=%2Fnew-organization" rel="external">
                        "Sign up"
                    </a>
                    <a class="button" href="/login?return_to=%2Fnew-organization" rel="external">
                        "Sign in"
                    </a>
                </div>
            </main>
        </PlainPage>
    }
}

#[component]
fn ManagedByProvider() -> impl IntoView {
    view! {
        <PlainPage title="New workspace">
            <main id="main" class="workspaces">
                <h1>"Create a workspace"</h1>
                <p>
                    "Workspaces and their members are managed in your identity provider, which calls them organizations. Ask an "
                    "administrator there to create one and add its first member."
                </p>
                <p>
                    "Then sign in to the workspace here with its name. "
                    "Only its members can see it."
                </p>
                <div class="buttons">
                    <a class="button" href="/">
                        "Back to your workspaces"
                    </a>
                </div>
            </main>
        </PlainPage>
    }
}
