//! Pages for signing up.

pub mod confirm;

use maud::html;

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, alert, field::Field, heading, login_page, state},
    paths,
    state::Idp,
};

/// Input of the form and its errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormInput<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub name_error: Option<&'a str>,
    pub email_error: Option<&'a str>,
    pub password_error: Option<&'a str>,
    pub form_error: Option<&'a str>,
}

impl FormInput<'_> {
    /// Whether any field has an error.
    pub fn is_wrong(&self) -> bool {
        self.first_wrong().is_some()
    }

    fn first_wrong(&self) -> Option<&'static str> {
        let errors = [("name", self.name_error), ("email", self.email_error), ("password", self.password_error)];
        errors.into_iter().find_map(|(name, error)| error.map(|_| name))
    }

    /// Returns the name of the field to focus.
    fn focus(&self) -> &'static str {
        self.first_wrong().unwrap_or("name")
    }
}

/// Renders the sign-up form. `hint` states the requirements for a password.
pub fn page(idp: &Idp, login: &Login, hint: &str, input: FormInput<'_>) -> Page {
    let title = "Create your account";
    let card = html! {
        (heading(login.organization.as_ref(), title, &html! { "to continue to " (login.client.name) }))
        (alert(input.form_error))
        form method="post" action=(Screen::SignUp.path()) {
            (state(login))
            (Field {
                name: "name", label: "Name", kind: "text", value: input.name, autocomplete: "name",
                error: input.name_error, focus: input.focus() == "name", ..Field::default()
            })
            (Field {
                name: "email", label: "Email address", kind: "email", value: input.email, autocomplete: "username",
                error: input.email_error, focus: input.focus() == "email", ..Field::default()
            })
            (Field {
                name: "password", label: "Password", kind: "password", autocomplete: "new-password",
                hint: Some(hint).filter(|hint| !hint.is_empty()), error: input.password_error,
                focus: input.focus() == "password", ..Field::default()
            })
            button class="primary" type="submit" { "Create account" }
        }
        p class="aside" {
            "Already have an account? " a href=(Screen::Login.address(&login.state)) { "Sign in" }
        }
    };
    login_page(idp, login, title, &card)
}

/// Shows that a mail was sent. The page is the same for free and taken addresses.
pub fn requested(idp: &Idp, login: &Login, email: &str) -> Page {
    let title = "Check your email";
    let lead = html! {
        "An email to " strong { (email) } " is on its way. Open it in this browser and follow its link to continue to "
        (login.client.name) "."
    };
    let card = html! {
        (heading(login.organization.as_ref(), title, &lead))
        @if idp.mode.is_mailbox_open() {
            a class="primary" href=(paths::MAILBOX) { "Open the mailbox" }
        }
        p class="aside" {
            "Nothing arrived? Check your spam folder, or "
            a href=(Screen::SignUp.address(&login.state)) { "try again" } "."
        }
        p class="aside" {
            "Followed the link elsewhere? " a href=(Screen::Login.address(&login.state)) { "Sign in" }
        }
    };
    login_page(idp, login, title, &card)
}
