//! Pages for signing out of the provider.

use maud::html;

use crate::idp::{
    authorization::origin,
    pages::{Page, heading, layout},
    parameters::Parameters,
    state::Idp,
};

/// Asks for confirmation, because the request does not prove that it comes from the application. `action` is the path
/// that the form is sent to.
pub fn confirm(idp: &Idp, action: &str, parameters: &Parameters, return_to: Option<&str>) -> Page {
    let title = "Sign out?";
    let card = html! {
        (heading(None, title, &html! { "You will be signed out of " (idp.host()) " in this browser." }))
        form method="post" action=(action) {
            @for (name, value) in parameters.iter() {
                input type="hidden" name=(name) value=(value);
            }
            button class="primary" type="submit" autofocus { "Sign out" }
        }
    };
    let form_targets = return_to.and_then(origin).into_iter().collect();
    Page { form_targets, ..Page::new(layout(Some(idp.host()), None, title, &card)) }
}

/// Shows that the browser is signed out.
pub fn done(idp: &Idp) -> Page {
    let title = "You are signed out";
    let card = heading(None, title, &html! { "You can close this page." });
    Page::new(layout(Some(idp.host()), None, title, &card))
}
