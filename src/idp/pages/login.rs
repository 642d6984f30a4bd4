//! The login page.

use maud::{Markup, html};

use crate::idp::{
    flow::{login::Login, screen::Screen},
    mode::{DEMO_PASSWORD, DemoPerson},
    pages::{Page, alert, field::Field, heading, login_page, reset_password, state},
    paths,
    state::Idp,
};

/// Renders the login form with the previous input and its error.
pub fn page(idp: &Idp, login: &Login, email: &str, error: Option<&str>) -> Page {
    let organization = login.organization.as_ref();
    let title = match organization {
        Some(organization) => format!("Sign in to {}", organization.label()),
        None => "Sign in".to_owned(),
    };
    let card = html! {
        (heading(organization, &title, &html! { "to continue to " (login.client.name) }))
        (alert(error))
        @if login.options.database || login.options.issuers.iter().any(|issuer| !issuer.domains.is_empty()) {
            form method="post" action=(Screen::Login.path()) {
                (state(login))
                (Field {
                    name: "email", label: "Email address", kind: "email", value: email, autocomplete: "username",
                    blamed: error.is_some(), focus: email.is_empty(), ..Field::default()
                })
                @if login.options.database {
                    (Field {
                        name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                        blamed: error.is_some(), focus: !email.is_empty(), ..Field::default()
                    })
                }
                button class="primary" type="submit" { "Continue" }
            }
        }
        (issuers(login))
        @if login.options.database {
            p class="aside" {
                a href=(reset_password::request_address(Some(login))) { "Forgot your password?" }
            }
        }
        @if login.options.database && login.is_sign_up_open {
            p class="aside" {
                "No account yet? " a href=(Screen::SignUp.address(&login.state)) { "Sign up" }
            }
        }
        @if login.options.database && !idp.mode.listed_people().is_empty() {
            (demo_people(login, idp.mode.listed_people()))
        }
    };
    login_page(idp, login, &title, &card)
}

/// Renders the links to other issuers.
fn issuers(login: &Login) -> Markup {
    html! {
        @for issuer in login.options.issuers.iter().filter(|issuer| issuer.is_button) {
            a class="secondary" href=(login.issuer_address(issuer, None)) {
                @if let Some(icon) = issuer.icon() {
                    img class="icon" src=(icon) alt="" width="20" height="20";
                }
                "Continue with " (issuer.label())
            }
        }
    }
}

/// Renders one form per demo person, which signs that person in with a click.
fn demo_people(login: &Login, people: &[DemoPerson]) -> Markup {
    html! {
        section class="demo" aria-labelledby="demo-title" {
            h2 id="demo-title" { "Or try a demo account" }
            ul {
                @for (index, person) in people.iter().enumerate() {
                    @let (name, email) = (format!("demo-{index}-name"), format!("demo-{index}-email"));
                    li {
                        form method="post" action="/u/login/demo" {
                            (state(login))
                            input type="hidden" name="email" value=(person.email);
                            button class="row" type="submit" aria-labelledby=(name) aria-describedby=(email) {
                                span class="row-name" id=(name) {
                                    span class="visually-hidden" { "Continue as " } (person.name)
                                }
                                span class="row-detail" id=(email) { (person.email) }
                            }
                        }
                    }
                }
            }
            p class="hint" { "Everyone’s password is " code { (DEMO_PASSWORD) } "." }
            p class="hint" { "Their email arrives in the " a href=(paths::MAILBOX) { "mailbox" } "." }
        }
    }
}
