//! The organization that the person may join by email domain, as a card.

use leptos::prelude::*;

use super::functions::{AskToJoin, JoinOrganization, get_join_offer};
use crate::domain::isolate::isolated;
use crate::{
    domain::organizations::joining::{JoinOffer, JoinState},
    web::ui::{
        avatar::OrganizationAvatar, button_form::ButtonForm, date::Date, form_action::FormAction,
        page_resource::PageResource,
    },
};

/// The offer as a card. Renders nothing if there is no offer or the person is a member already.
#[component]
pub fn JoinOffers() -> impl IntoView {
    let (join, ask) = (FormAction::of::<JoinOrganization>(), FormAction::of::<AskToJoin>());
    let offer = PageResource::new(|| (), |()| get_join_offer());
    // The offer is an extra on these pages: an error hides it.
    offer.render_or_default(move |offer| {
        offer.filter(|offer| offer.state != JoinState::Member).map(|offer| {
            view! {
                <ul class="rows card offers">
                    <li>
                        <Offer offer join ask/>
                    </li>
                </ul>
            }
        })
    })
}

/// The organization's name, the state of joining and the button for the next step.
#[component]
pub fn Offer(offer: JoinOffer, join: FormAction, ask: FormAction) -> impl IntoView {
    let JoinOffer { slug, display_name, domain, state } = offer;
    let text = match state {
        JoinState::Join => view! { {format!("You can join with your {domain} address.")} }.into_any(),
        JoinState::Ask => view! { {format!("People at {domain} can ask to join.")} }.into_any(),
        JoinState::Requested { at } => view! { "Requested on " <Date at=at/> ". Waiting for approval." }.into_any(),
        JoinState::Declined { again_at } => {
            view! { "Your request was declined. You can ask again on " <Date at=again_at/> "." }.into_any()
        }
        JoinState::UnderWay => "You’re a member. Your access is being set up.".into_any(),
        JoinState::Member => "You’re a member.".into_any(),
    };
    let (name, org) = (display_name.clone(), slug.clone());
    let action = match state {
        JoinState::Join => view! {
            <ButtonForm
                action=join
                fields=vec![("org", org)]
                label=format!("Join {}", isolated(&name))
                class="button primary"
                pending=join.pending()
            />
        }
        .into_any(),
        JoinState::Ask => view! {
            <ButtonForm
                action=ask
                fields=vec![("org", org)]
                label="Ask to join"
                class="button primary"
                pending=ask.pending()
            />
        }
        .into_any(),
        JoinState::Requested { .. } => view! { <span class="badge">"Requested"</span> }.into_any(),
        JoinState::Declined { .. } => view! { <span class="badge">"Declined"</span> }.into_any(),
        JoinState::UnderWay => view! { <a class="button" href="/join">"Check progress"</a> }.into_any(),
        JoinState::Member => view! {
            <a class="button primary" href=format!("/o/{org}") rel="external">
                {format!("Open {}", isolated(&name))}
            </a>
        }
        .into_any(),
    };
    view! {
        <div class="row wrapping">
            <OrganizationAvatar slug=slug name=display_name.clone() large=true/>
            <div class="name">
                <p>{display_name}</p>
                <p class="muted small">{text}</p>
            </div>
            {action}
        </div>
    }
    .into_any()
}
