//! Pages behind the mailed link that verifies an address.

use maud::html;

use crate::idp::{
    pages::{Page, alert, field::Field, heading, layout},
    paths,
    state::Idp,
};

/// Parameter of the page that asks for a new password.
pub const NEW_PASSWORD: &str = "new-password";

/// Password that the page asks for.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// The password of the account.
    Current,
    /// A new password that meets the requirements in `hint`.
    New { hint: &'a str },
}

/// Asks the user to confirm the address with a password.
pub fn page(idp: &Idp, ticket: &str, email: &str, ask: Ask<'_>, error: Option<&str>) -> Page {
    let title = "Confirm your email address";
    let lead = match ask {
        Ask::Current => html! { "Is " strong { (email) } " yours, and did you create an account with it?" },
        Ask::New { .. } => {
            html! { "You will be signed out everywhere and sign in with the new password from then on." }
        }
    };
    let card = html! {
        (heading(None, title, &lead))
        // The message of a wrong password concerns the form; that of a new password stands at the field.
        (alert(error.filter(|_| matches!(ask, Ask::Current))))
        form method="post" action=(paths::EMAIL_VERIFICATION) {
            input type="hidden" name="ticket" value=(ticket);
            // This field is only for password managers. The ticket determines the user.
            div class="field" {
                span class="label" { "Email address" }
                p class="fixed" { (email) }
                input class="visually-hidden" type="email" name="username" value=(email) autocomplete="username" readonly
                    tabindex="-1" aria-hidden="true";
            }
            @match ask {
                Ask::Current => {
                    (Field {
                        name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                        hint: Some("Enter the password of the account."), blamed: error.is_some(), focus: true,
                        ..Field::default()
                    })
                    button class="primary" type="submit" { "Confirm address" }
                }
                Ask::New { hint } => {
                    input type="hidden" name=(NEW_PASSWORD) value="yes";
                    (Field {
                        name: "password", label: "New password", kind: "password", autocomplete: "new-password",
                        hint: Some(hint).filter(|hint| !hint.is_empty()), error, focus: true, ..Field::default()
                    })
                    button class="primary" type="submit" { "Change password and confirm address" }
                }
            }
        }
        @if matches!(ask, Ask::Current) {
            p class="aside" {
                "You don’t know the password? "
                a href={ (paths::EMAIL_VERIFICATION) "?ticket=" (ticket) "&" (NEW_PASSWORD) "=yes" } { "Choose a new one" }
            }
        }
        p class="aside" { "If you didn’t create the account, close this page. Nothing is changed." }
    };
    Page::new(layout(Some(idp.host()), None, title, &card))
}

/// Shows that the address is verified.
pub fn done(idp: &Idp, email: &str, is_password_new: bool) -> Page {
    let title = "Your email address is confirmed";
    let lead = html! {
        (email) " is yours. "
        @if is_password_new { "Go back to the application and sign in with your new password." }
        @else { "You can close this page." }
    };
    Page::new(layout(Some(idp.host()), None, title, &heading(None, title, &lead)))
}
