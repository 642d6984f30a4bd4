//! The progress page of an organization setup.

use leptos::prelude::*;

use super::functions::{CancelSetup, RetrySetup, get_setup};
use crate::{
    domain::organizations::setup::{OrganizationSetup, SetupState},
    web::{
        account::menu::SignOut,
        ui::{
            app_form::{AppForm, SubmitButton},
            form::FormFeedback,
            form_action::FormAction,
            page::PlainPage,
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/new-organization/{id}`: follows the setup, and redirects into the organization when it is done.
#[component]
pub fn SetupPage() -> impl IntoView {
    let id = path_params(["id"]);
    let retry_now = FormAction::of::<RetrySetup>();
    let cancel = FormAction::of::<CancelSetup>();
    let setup = PageResource::new(id, |[id]| get_setup(id));
    setup.render_page(move |setup| view! { <Progress setup retry_now cancel/> })
}

#[component]
fn Progress(setup: OrganizationSetup, retry_now: FormAction, cancel: FormAction) -> impl IntoView {
    let OrganizationSetup { id, slug, display_name, state } = setup;
    let home = format!("/o/{slug}");
    if state == SetupState::Done {
        leptos_axum::redirect(&home);
    }
    let is_open = state.is_open();
    let (heading, text) = match state {
        SetupState::UnderWay => (
            format!("Setting up {display_name}"),
            "This takes a moment. You can close this page; the workspace will appear in your list when it’s ready.",
        ),
        SetupState::Busy => (
            format!("Setting up {display_name}"),
            "The sign-in service is busy. Setup will be retried automatically, so you can close this page and come \
             back later.",
        ),
        SetupState::Done => (format!("{display_name} is ready"), "Your first project is waiting for you."),
        SetupState::Taken => (
            format!("“{slug}” is taken"),
            "Another workspace already uses this URL. Nothing was created. Choose another name.",
        ),
        SetupState::Refused => (
            format!("{display_name} could not be created"),
            "The sign-in service rejected it, and nothing was created. Try again. If it keeps happening, contact \
             your administrator.",
        ),
        SetupState::Cancelled => {
            (format!("{display_name} was not created"), "You cancelled the setup. Nothing was created.")
        }
    };
    let actions = match state {
        SetupState::Done => view! {
            <a class="button primary" href=home rel="external">
                {format!("Open {display_name}")}
            </a>
        }
        .into_any(),
        SetupState::UnderWay | SetupState::Busy => {
            let (retried, cancelled) = (FormFeedback::of(retry_now), FormFeedback::of(cancel));
            view! {
                <AppForm action=retry_now feedback=retried>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <SubmitButton label="Try again now" pending=retry_now.pending()/>
                </AppForm>
                <AppForm action=cancel feedback=cancelled>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button type="submit" class="button">
                        "Cancel"
                    </button>
                </AppForm>
            }
            .into_any()
        }
        SetupState::Taken | SetupState::Refused | SetupState::Cancelled => view! {
            <a class="button primary" href="/new-organization">
                "Choose another name"
            </a>
            <a class="button" href="/">
                "Go to the start page"
            </a>
        }
        .into_any(),
    };
    view! {
        <PlainPage title=heading.clone() action=Some(view! { <SignOut class="button quiet"/> }.into_any())>
            <main id="main" class="workspaces">
                <div role="status" class="stack" data-part="state" data-refresh=is_open.then_some("")>
                    <h1>{heading}</h1>
                    <p>{text}</p>
                </div>
                <div class="buttons" data-part="actions">{actions}</div>
            </main>
        </PlainPage>
    }
}
