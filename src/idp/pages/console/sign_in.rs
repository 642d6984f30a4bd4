//! Sign-in page of the console.

use maud::html;

use crate::idp::{
    pages::{Page, alert, field::Field, heading, layout},
    state::Idp,
};

/// Renders the sign-in page. `next` is the page to continue with after the sign-in.
pub fn page(idp: &Idp, name: &str, next: &str, error: Option<&str>) -> Page {
    let title = "Sign in to the console";
    let card = html! {
        (heading(None, title, &html! { "for administrators of this sign-in service" }))
        (alert(error))
        form method="post" action="/console/sign-in" {
            input type="hidden" name="next" value=(next);
            (Field {
                name: "name", label: "Name", kind: "text", value: name, autocomplete: "username",
                blamed: error.is_some(), focus: name.is_empty(), ..Field::default()
            })
            (Field {
                name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                blamed: error.is_some(), focus: !name.is_empty(), ..Field::default()
            })
            button class="primary" type="submit" { "Sign in" }
        }
        p class="aside" {
            "The password was printed when the service first started. To reset it, run "
            code { "tessera reset-administrator" } "."
        }
    };
    Page::new(layout(Some(idp.host()), None, title, &card))
}
