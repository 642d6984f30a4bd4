//! What is shown until a new organization is there, or why it will not be.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::functions::{CancelFounding, HurryFounding, get_founding};
use crate::{
    domain::organizations::provisioning::{Founding, FoundingState},
    web::{
        account::menu::SignOut,
        ui::{
            again::ask_again,
            app_form::{AppForm, SubmitButton},
            error_page::ErrorPage,
            form::FormFeedback,
            page::PlainPage,
        },
    },
};

/// Follows an organization that is being created, and leads into it.
#[component]
pub fn FoundingPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let hurry = ServerAction::<HurryFounding>::new();
    let cancel = ServerAction::<CancelFounding>::new();
    let founding = Resource::new_blocking(
        move || (id.get(), hurry.version().get(), cancel.version().get()),
        |(id, ..)| get_founding(id),
    );
    ask_again(founding, |founding| founding.state.is_open());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match founding.await {
                    Ok(founding) => view! { <Progress founding hurry cancel/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Progress(
    founding: Founding,
    hurry: ServerAction<HurryFounding>,
    cancel: ServerAction<CancelFounding>,
) -> impl IntoView {
    let Founding { id, slug, display_name, state } = founding;
    let home = format!("/o/{slug}");
    if state == FoundingState::Done {
        lead_to(&home);
    }
    let (heading, text) = match state {
        FoundingState::UnderWay => (
            format!("Setting up {display_name}"),
            "This takes a moment. You can close this page: it is finished without you, and found among your workspaces.",
        ),
        FoundingState::Busy => (
            format!("Setting up {display_name}"),
            "The sign-in service is busy at the moment. It is tried again by itself, and nothing is lost: you can close \
             this page and come back later.",
        ),
        FoundingState::Done => {
            (format!("{display_name} is ready"), "Everything is there: a first project waits for you.")
        }
        FoundingState::Taken => (
            format!("“{slug}” is taken"),
            "Another company has this name at the sign-in service. Nothing was created: choose another name.",
        ),
        FoundingState::Refused => (
            format!("{display_name} could not be created"),
            "The sign-in service did not accept it. Nothing is left of it. Try again; if it stays like this, tell whoever \
             runs this Tessera.",
        ),
        FoundingState::Cancelled => {
            (format!("{display_name} was not created"), "You stopped it, and nothing is left of it.")
        }
    };
    let actions = match state {
        FoundingState::Done => view! {
            <a class="button primary" href=home rel="external">
                {format!("Open {display_name}")}
            </a>
        }
        .into_any(),
        FoundingState::UnderWay | FoundingState::Busy => {
            let (hurried, cancelled) = (FormFeedback::of(hurry), FormFeedback::of(cancel));
            view! {
                <AppForm action=hurry feedback=hurried>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <SubmitButton label="Try again now" pending=hurry.pending()/>
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
        FoundingState::Taken | FoundingState::Refused | FoundingState::Cancelled => view! {
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
