//! The page that follows joining until the membership exists.

use leptos::prelude::*;

use super::{
    functions::{AskToJoin, JoinOrganization, get_join_offer},
    offer::Offer,
};
use crate::{
    domain::organizations::joining::{JoinOffer, JoinState},
    web::{
        account::menu::SignOut,
        ui::{form_action::FormAction, page::PlainPage, page_resource::PageResource},
    },
};

/// `/join`: the organization of the person's email domain. Redirects into it once the person is a member.
#[component]
pub fn JoinPage() -> impl IntoView {
    let (join, ask) = (FormAction::of::<JoinOrganization>(), FormAction::of::<AskToJoin>());
    let offer = PageResource::new(|| (), |()| get_join_offer());
    offer.render_page(move |offer| match offer {
        Some(offer) => view! { <OfferPage offer join ask/> }.into_any(),
        None => view! { <NoOffer/> }.into_any(),
    })
}

#[component]
fn OfferPage(offer: JoinOffer, join: FormAction, ask: FormAction) -> impl IntoView {
    if offer.state == JoinState::Member {
        leptos_axum::redirect(&format!("/o/{}", offer.slug));
    }
    let heading = match offer.state {
        JoinState::UnderWay | JoinState::Member => format!("Joining {}", offer.display_name),
        _ => format!("Join {}", offer.display_name),
    };
    let is_under_way = offer.state == JoinState::UnderWay;
    view! {
        <PlainPage title=heading.clone() action=Some(view! { <SignOut class="button quiet"/> }.into_any())>
            <main id="main" class="workspaces">
                <h1 data-part="heading">{heading}</h1>
                <div class="card" role="status" data-part="offer" data-refresh=is_under_way.then_some("")>
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
fn NoOffer() -> impl IntoView {
    view! {
        <PlainPage title="Join a workspace">
            <main id="main" class="workspaces">
                <h1>"No workspace to join"</h1>
                <p>
                    "No workspace accepts people with your email domain, or your email address isn’t verified yet. Ask someone in the workspace to invite you."
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
