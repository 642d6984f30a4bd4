//! Page at the root of the issuer's address.

use maud::html;

use crate::idp::{
    pages::{Page, heading, layout},
    state::Idp,
};

pub fn page(idp: &Idp, signed_in_as: Option<&str>) -> Page {
    let title = "Sign-in service";
    let card = html! {
        (heading(None, title, &html! {
            "This is Tessera’s built-in identity provider. Applications send people here to sign in; there is nothing \
             else to do on this page."
        }))
        @if let Some(email) = signed_in_as {
            p class="aside" { "Signed in as " (email) ". " a href="/v2/logout" { "Sign out" } }
        }
        p class="aside" {
            a href="/.well-known/openid-configuration" { "Discovery document" }
        }
    };
    Page::new(layout(Some(idp.host()), None, title, &card))
}
