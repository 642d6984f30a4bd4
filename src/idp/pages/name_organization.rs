//! Page that asks for an organization by its name or by an email address.
//!
//! The page does not list organizations, so that it does not reveal which ones exist. Only an email domain that several
//! organizations share leads to a list of those.

use maud::html;

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, brand, field::Field, heading, login_page, state},
    state::Idp,
    store::organizations::Organization,
};

/// Input of the form and its errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormInput<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub email_error: Option<&'a str>,
    pub name_error: Option<&'a str>,
}

/// Renders one form per discovery method of the client.
pub fn page(idp: &Idp, login: &Login, input: FormInput<'_>) -> Page {
    let (by_email, by_name) =
        (login.client.is_discovered_by("email"), login.client.is_discovered_by("organization_name"));
    let title = "Enter your organization";
    let email = Some(input.email).filter(|email| !email.is_empty()).or(login.request.login_hint.as_deref());
    let card = html! {
        (heading(None, title, &html! { "to continue to " (login.client.name) }))
        @if by_email {
            form method="post" action=(Screen::NameOrganization.path()) {
                (state(login))
                (Field {
                    name: "email", label: "Work email address", kind: "email", value: email.unwrap_or_default(),
                    autocomplete: "email", hint: Some("We find your organization by its domain."),
                    error: input.email_error, focus: input.name_error.is_none(), ..Field::default()
                })
                button class="primary" type="submit" { "Continue" }
            }
        }
        @if by_email && by_name {
            p class="aside separator" { "Or enter the organization’s name" }
        }
        @if by_name {
            form method="post" action=(Screen::NameOrganization.path()) {
                (state(login))
                (Field {
                    name: "organization_name", label: "Organization name", kind: "text", value: input.name,
                    autocomplete: "organization", hint: Some("As in its address, for example acme."),
                    error: input.name_error, focus: !by_email || input.name_error.is_some(), ..Field::default()
                })
                button class=(if by_email { "secondary" } else { "primary" }) type="submit" { "Continue" }
            }
        }
    };
    login_page(idp, login, title, &card)
}

/// Lists the organizations with the domain of `email`.
pub fn picker(idp: &Idp, login: &Login, email: &str, organizations: &[Organization]) -> Page {
    let title = "Choose an organization";
    let card = html! {
        (heading(None, title, &html! { "to continue to " (login.client.name) " as " (email) }))
        form method="post" action=(Screen::NameOrganization.path()) {
            (state(login))
            input type="hidden" name="email" value=(email);
            ul class="choices" {
                @for (index, organization) in organizations.iter().enumerate() {
                    @let label = format!("organization-{index}");
                    li {
                        button class="row" type="submit" name="organization" value=(organization.id) aria-labelledby=(label) {
                            (brand::avatar(organization))
                            span class="row-name" id=(label) { (organization.label()) }
                        }
                    }
                }
            }
        }
        p class="aside" {
            a href=(Screen::NameOrganization.address(&login.state)) { "Use another email address" }
        }
    };
    login_page(idp, login, title, &card)
}
