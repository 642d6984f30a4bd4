//! Joining, followed until it is done.

use leptos::prelude::*;

use super::{
    functions::{AskToJoin, JoinOrganization, get_join_offer},
    offer::Offer,
};
use crate::{
    domain::organizations::joining::{JoinOffer, JoinState},
    web::{
        account::menu::SignOut,
        organizations::setup::progress::lead_to,
        ui::{error_page::ErrorPage, page::PlainPage, poll::poll},
    },
};

/// The workspace of the reader's address: leads into it once they are a member.
#[component]
pub fn JoinPage() -> impl IntoView {
    let (join, ask) = (ServerAction::<JoinOrganization>::new(), ServerAction::<AskToJoin>::new());
    let offer = Resource::new_blocking(move || (join.version().get(), ask.version().get()), |_| get_join_offer());
    poll(offer, |offer| matches!(offer, Some(offer) if offer.state == JoinState::UnderWay));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match offer.await {
                    Ok(Some(offer)) => view! { <Found offer join ask/> }.into_any(),
                    Ok(None) => view! { <Nothing/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Found(offer: JoinOffer, join: ServerAction<JoinOrganization>, ask: ServerAction<AskToJoin>) -> impl IntoView {
    if offer.state == JoinState::Member {
        lead_to(&format!("/o/{}", offer.slug));
    }
    let heading = match offer.state {
        JoinState::UnderWay | JoinState::Member => format!("Joining {}", offer.display_name),
        _ => format!("Join {}", offer.display_name),
    };
    view! {
        <PlainPage title=heading.clone() action=Some(view! { <SignOut class="button quiet"/> }.into_any())>
            <main id="main" class="workspaces">
                <h1>{heading}</h1>
                <div class="card" role="status">
                    <Offer offer join ask/>
                </div>
                <p class="muted small">
                    <a href="/" rel="external">
                        "Your workspaces"
                    </a>
                </p>
            </main>
        </PlainPage>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <PlainPage title="Join a workspace">
            <main id="main" class="workspaces">
                <h1>"No workspace to join"</h1>
                <p>
                    "None lets people in by the domain of your address, or your address is not verified at the sign-in service yet. Ask somebody in the workspace for an invitation."
                </p>
                <div class="buttons">
                    <a class="button" href="/" rel="external">
                        "Go to the start page"
                    </a>
                </div>
            </main>
        </PlainPage>
    }
}
