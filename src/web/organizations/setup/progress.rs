//! What is shown until a new organization is there, or why it will not be.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::functions::{CancelFounding, HurryFounding, get_founding};
use crate::{
    domain::organizations::setup::{OrganizationSetup, SetupState},
    web::{
        account::menu::SignOut,
        ui::{
            app_form::{AppForm, SubmitButton},
            error_page::ErrorPage,
            form::FormFeedback,
            page::PlainPage,
            poll::poll,
        },
    },
};

/// Follows an organization that is being created, and leads into it.
#[component]
pub fn FoundingPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let retry_now = ServerAction::<HurryFounding>::new();
    let cancel = ServerAction::<CancelFounding>::new();
    let founding = Resource::new_blocking(
        move || (id.get(), retry_now.version().get(), cancel.version().get()),
        |(id, ..)| get_founding(id),
    );
    poll(founding, |founding| founding.state.is_open());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match founding.await {
                    Ok(founding) => view! { <Progress founding retry_now cancel/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Progress(
    founding: OrganizationSetup,
    retry_now: ServerAction<HurryFounding>,
    cancel: ServerAction<CancelFounding>,
) -> impl IntoView {
    let OrganizationSetup { id, slug, display_name, state } = founding;
    let home = format!("/o/{slug}");
    if state == SetupState::Done {
        lead_to(&home);
    }
    let (heading, text) = match state {
        SetupState::UnderWay => (
            format!("Setting up {display_name}"),
            "This takes a moment. You can close this page: it is finished without you, and found among your workspaces.",
        ),
        SetupState::Busy => (
            format!("Setting up {display_name}"),
            "The sign-in service is busy at the moment. It is tried again by itself, and nothing is lost: you can close \
             this page and come back later.",
        ),
        SetupState::Done => (format!("{display_name} is ready"), "Everything is there: a first project waits for you."),
        SetupState::Taken => (
            format!("“{slug}” is taken"),
            "Another company has this name at the sign-in service. Nothing was created: choose another name.",
        ),
        SetupState::Refused => (
            format!("{display_name} could not be created"),
            "The sign-in service did not accept it. Nothing is left of it. Try again; if it stays like this, tell whoever \
             runs this Tessera.",
        ),
        SetupState::Cancelled => {
            (format!("{display_name} was not created"), "You stopped it, and nothing is left of it.")
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
            let (hurried, cancelled) = (FormFeedback::of(retry_now), FormFeedback::of(cancel));
            view! {
                <AppForm action=retry_now feedback=hurried>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <SubmitButton label="Try again now" pending=retry_now.pending()/>
                </AppForm>
                <AppForm action=cancel feedback=cancelled>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button type="submit" class="button">
                        "Stop"
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
                <div role="status" class="stack">
                    <h1>{heading}</h1>
                    <p>{text}</p>
                </div>
                <div class="buttons">{actions}</div>
            </main>
        </PlainPage>
    }
}

/// Into the workspace: another seat, so that it is an address for the browser, not for the router.
pub fn lead_to(home: &str) {
    #[cfg(feature = "ssr")]
    leptos_axum::redirect(home);
    let home = home.to_owned();
    // Where the browser refuses, the button remains.
    Effect::new(move |_| drop(window().location().replace(&home)));
}
