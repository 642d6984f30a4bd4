//! Response to the client as a form (OAuth 2.0 Form Post Response Mode). The page has no scripts, so the user submits
//! the form.

use maud::html;

use crate::idp::{
    authorization::origin,
    pages::{Page, heading, layout},
};

pub fn page(redirect_uri: &str, parameters: &[(&str, String)]) -> Page {
    let failed = parameters.iter().any(|(name, _)| *name == "error");
    let title = if failed { "Back to the application" } else { "You are signed in" };
    let card = html! {
        (heading(None, title, &html! { "Continue to return to the application." }))
        form method="post" action=(redirect_uri) {
            @for (name, value) in parameters {
                input type="hidden" name=(name) value=(value);
            }
            button class="primary" type="submit" autofocus { "Continue" }
        }
    };
    let form_targets = origin(redirect_uri).into_iter().collect();
    Page { form_targets, ..Page::new(layout(None, None, title, &card)) }
}
