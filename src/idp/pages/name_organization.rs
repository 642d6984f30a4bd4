//! The page that asks for an organization by name. It lists none, so that nobody learns who is here.

use maud::html;

use super::{Page, field::Field, heading, login_page, state};
use crate::idp::{
    Idp,
    flow::{Login, Screen},
};

pub fn page(idp: &Idp, login: &Login, name: &str, error: Option<&str>) -> Page {
    let title = "Enter your organization";
    let card = html! {
        (heading(None, title, &html! { "to continue to " (login.client.name) }))
        form method="post" action=(Screen::NameOrganization.path()) {
            (state(login))
            (Field {
                name: "organization_name", label: "Organization name", kind: "text", value: name,
                autocomplete: "organization", hint: Some("As in its address, for example acme."), error, focus: true,
                ..Field::default()
            })
            button class="primary" type="submit" { "Continue" }
        }
    };
    login_page(idp, login, title, &card)
}
