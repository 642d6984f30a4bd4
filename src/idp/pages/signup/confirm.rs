//! Pages behind the mailed link that confirms a sign-up.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, alert, field::Field, heading, layout, login_page, reset_password},
    paths,
    state::Idp,
    store::{clients::Client, organizations::Organization, sign_ups::SignUp},
};

/// A sign-up with the parts of it that this browser may use.
#[derive(Clone, Copy, Debug)]
pub struct SignUpView<'a> {
    pub sign_up: &'a SignUp,
    pub client: &'a Client,
    pub organization: Option<&'a Organization>,
    /// Login of the sign-up, if this browser can continue it.
    pub login: Option<&'a Login>,
}

impl SignUpView<'_> {
    fn page(self, idp: &Idp, title: &str, card: &Markup) -> Page {
        match self.login {
            Some(login) => login_page(idp, login, title, card),
            None => Page::new(layout(Some(idp.host()), self.organization, title, card)),
        }
    }

    /// Renders a link to the pending login, or to the application, where a new login begins.
    fn next_link(self, label: &str) -> Markup {
        let here = self.login.map(|login| Screen::Login.address(&login.state));
        let address = here.unwrap_or_else(|| self.client.initiate_login_uri.clone());
        html! {
            @if !address.is_empty() {
                a class="primary" href=(address) { (label) }
            }
        }
    }
}

/// Asks the user to confirm with a click, and for the password if `asks_password` is true.
pub fn page(idp: &Idp, ticket: &str, view: SignUpView<'_>, asks_password: bool, error: Option<&str>) -> Page {
    let title = "Confirm your sign-up";
    let SignUp { email, name, .. } = view.sign_up;
    let lead = html! { "Is this address yours, and did you sign up for " (view.client.name) " with it?" };
    let card = html! {
        (heading(view.organization, title, &lead))
        (alert(error))
        form method="post" action=(paths::SIGN_UP_CONFIRMATION) {
            input type="hidden" name="ticket" value=(ticket);
            div class="field" {
                span class="label" { "Name" }
                p class="fixed" { (name) }
            }
            // This field is only for password managers. The server uses the address of the sign-up.
            div class="field" {
                span class="label" { "Email address" }
                p class="fixed" { (email) }
                @if asks_password {
                    input class="visually-hidden" type="email" name="username" value=(email) autocomplete="username"
                        readonly tabindex="-1" aria-hidden="true";
                }
            }
            @if asks_password {
                (Field {
                    name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                    hint: Some("You started signing up in another browser. Enter the password that you chose there."),
                    blamed: error.is_some(), focus: true, ..Field::default()
                })
            }
            button class="primary" type="submit" autofocus[!asks_password] { "Create account" }
        }
        p class="aside" { "If it wasn’t you, close this page. No account will be created." }
    };
    view.page(idp, title, &card)
}

/// Shows that the account was created.
pub fn done(idp: &Idp, view: SignUpView<'_>) -> Page {
    let title = "Your account is ready";
    let (email, client) = (&view.sign_up.email, &view.client.name);
    let lead = html! { "Sign in to " (client) " with " strong { (email) } " and your password." };
    let card = html! {
        (heading(view.organization, title, &lead))
        (view.next_link(&format!("Continue to {client}")))
    };
    view.page(idp, title, &card)
}

/// Shows that an account with the address was created since the sign-up.
pub fn taken(idp: &Idp, view: SignUpView<'_>) -> Page {
    let title = "You already have an account";
    let lead = html! {
        strong { (view.sign_up.email) } " got an account after you signed up. Sign in with that account’s \
        password, not the one that you chose here."
    };
    let card = html! {
        (heading(view.organization, title, &lead))
        (view.next_link("Sign in"))
        p class="aside" { a href=(reset_password::request_address(view.login)) { "Forgot your password?" } }
    };
    view.page(idp, title, &card).with_status(StatusCode::CONFLICT)
}
