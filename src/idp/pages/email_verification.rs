//! Pages behind the mailed link that verifies an address.

use maud::html;

use crate::idp::{
    pages::{Page, heading, layout},
    paths,
    state::Idp,
};

/// Asks the user to confirm with a click.
pub fn page(idp: &Idp, ticket: &str, email: &str) -> Page {
    let title = "Confirm your email address";
    let card = html! {
        (heading(None, title, &html! { "Is " strong { (email) } " yours, and did you create an account with it?" }))
        form method="post" action=(paths::EMAIL_VERIFICATION) {
            input type="hidden" name="ticket" value=(ticket);
            button class="primary" type="submit" autofocus { "Confirm address" }
        }
        p class="aside" { "If not, close this page. Nothing is changed." }
    };
    Page::new(layout(Some(idp.host()), None, title, &card))
}

/// Shows that the address is verified.
pub fn done(idp: &Idp, email: &str) -> Page {
    let title = "Your email address is confirmed";
    let card = heading(None, title, &html! { (email) " is yours. You can close this page." });
    Page::new(layout(Some(idp.host()), None, title, &card))
}
