//! Pages to reset a forgotten password.

use maud::html;

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, field::Field, heading, page_with_or_without_login, state},
    paths,
    state::Idp,
};

/// Returns the address of the page that sends the link, within `login` if given.
pub fn request_address(login: Option<&Login>) -> String {
    match login {
        Some(login) => format!("{}?state={}", paths::RESET_PASSWORD_REQUEST, login.state),
        None => paths::RESET_PASSWORD_REQUEST.to_owned(),
    }
}

/// Renders the form that asks for the address, with the previous input and its error.
pub fn request(idp: &Idp, login: Option<&Login>, email: &str, error: Option<&str>) -> Page {
    let title = "Forgot your password?";
    let lead = html! { "Enter your email address and we’ll send you a link to choose a new one." };
    let card = html! {
        (heading(login.and_then(|login| login.organization.as_ref()), title, &lead))
        form method="post" action=(paths::RESET_PASSWORD_REQUEST) {
            @if let Some(login) = login {
                (state(login))
            }
            (Field {
                name: "email", label: "Email address", kind: "email", value: email, autocomplete: "username", error,
                focus: true, ..Field::default()
            })
            button class="primary" type="submit" { "Send link" }
        }
        @if let Some(login) = login {
            p class="aside" { a href=(Screen::Login.address(&login.state)) { "Back to sign in" } }
        }
    };
    page_with_or_without_login(idp, login, title, &card)
}

/// Shows that the mail was sent if the account exists.
pub fn requested(idp: &Idp, login: Option<&Login>, email: &str) -> Page {
    let title = "Check your email";
    let lead = html! {
        "If there is an account for " strong { (email) } ", a link to choose a new password is on its way. It \
         works once and expires in an hour."
    };
    let card = html! {
        (heading(login.and_then(|login| login.organization.as_ref()), title, &lead))
        @if idp.mode.is_mailbox_open() {
            a class="primary" href=(paths::MAILBOX) { "Open the mailbox" }
        }
        p class="aside" {
            "Nothing arrived? Check your spam folder, or " a href=(request_address(login)) { "try again" } "."
        }
    };
    page_with_or_without_login(idp, login, title, &card)
}

/// Content of the form behind a valid link.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    pub ticket: &'a str,
    pub email: &'a str,
    /// Requirements for the new password.
    pub hint: &'a str,
    pub error: Option<&'a str>,
}

/// Renders the form that asks for the new password.
pub fn page(idp: &Idp, login: Option<&Login>, form: Form<'_>) -> Page {
    let title = "Choose a new password";
    let lead = html! { "You will be signed out everywhere and sign in with it from then on." };
    let card = html! {
        (heading(login.and_then(|login| login.organization.as_ref()), title, &lead))
        form method="post" action=(paths::RESET_PASSWORD) {
            @if let Some(login) = login {
                (state(login))
            }
            input type="hidden" name="ticket" value=(form.ticket);
            // This field is only for password managers. The ticket determines the user.
            div class="field" {
                span class="label" { "Your email address" }
                p class="fixed" { (form.email) }
                input class="visually-hidden" type="email" name="username" value=(form.email) autocomplete="username" readonly
                    tabindex="-1" aria-hidden="true";
            }
            (Field {
                name: "password", label: "New password", kind: "password", autocomplete: "new-password",
                hint: Some(form.hint).filter(|hint| !hint.is_empty()), error: form.error, focus: true, ..Field::default()
            })
            button class="primary" type="submit" { "Change password" }
        }
    };
    page_with_or_without_login(idp, login, title, &card)
}

/// Shows that the password changed, with a link back to the login.
pub fn done(idp: &Idp, login: Option<&Login>) -> Page {
    let title = "Your password has been changed";
    let organization = login.and_then(|login| login.organization.as_ref());
    let card = match login {
        Some(login) => html! {
            (heading(organization, title, &html! { "Sign in with it to continue to " (login.client.name) "." }))
            a class="primary" href=(Screen::Login.address(&login.state)) { "Sign in" }
        },
        None => heading(None, title, &html! { "Go back to the application and sign in with it." }),
    };
    page_with_or_without_login(idp, login, title, &card)
}
