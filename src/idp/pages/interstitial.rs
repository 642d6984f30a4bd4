//! Pages that redirect by themselves, where the `form-action` of the previous page would block an HTTP redirect.

use maud::html;

use crate::idp::{
    flow::login::Login,
    pages::{Page, heading, layout},
    state::Idp,
};

/// Shows a page that redirects to the login page of another issuer.
pub fn to_issuer(idp: &Idp, login: &Login, issuer: &str, address: &str) -> Page {
    let title = format!("Continue with {issuer}");
    page(idp, login, &title, "Addresses of this domain sign in there. No password is needed here.", address)
}

/// Shows a page that redirects to the client.
pub fn to_client(idp: &Idp, login: &Login, address: &str) -> Page {
    let title = format!("Continue to {}", login.client.name);
    page(idp, login, &title, "Taking you back …", address)
}

fn page(idp: &Idp, login: &Login, title: &str, text: &str, address: &str) -> Page {
    let organization = login.organization.as_ref();
    let card = html! {
        meta http-equiv="refresh" content=(format!("0; url={address}"));
        (heading(organization, title, &html! { (text) }))
        a class="primary" href=(address) { "Continue" }
    };
    Page::new(layout(Some(idp.host()), organization, title, &card))
}
