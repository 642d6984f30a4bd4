//! Page that shows an invitation.

use maud::{Markup, html};

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, alert, field::Field, heading, login_page, reset_password, state},
    state::Idp,
    store::{invitations::Invitation, organizations::Organization, users::User},
};

/// Input of the form and its errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormInput<'a> {
    pub name: &'a str,
    pub name_error: Option<&'a str>,
    pub password_error: Option<&'a str>,
    pub form_error: Option<&'a str>,
}

/// The invited user, and the user who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Invitee<'a> {
    /// Whether an account with the invited address exists.
    pub has_account: bool,
    /// User of the browser's session, if it is not the invited user.
    pub other: Option<&'a User>,
    /// Whether accepting as another user consumes the invitation without adding a member.
    pub is_consumed_by_others: bool,
    /// Requirements for a new password.
    pub hint: &'a str,
    /// Name and address of the sign-in at another issuer, if the invitation requires one.
    pub sign_in: Option<(&'a str, &'a str)>,
}

impl Invitee<'_> {
    /// Whether the signed-in user cannot accept the invitation.
    pub const fn is_reserved(&self) -> bool {
        self.other.is_some() && !self.is_consumed_by_others
    }
}

/// Shows the invitation to `organization`.
pub fn page(
    idp: &Idp,
    login: &Login,
    invitation: &Invitation,
    organization: &Organization,
    invitee: Invitee<'_>,
    input: FormInput<'_>,
) -> Page {
    let title = format!("Join {}", organization.label());
    let email = &invitation.email;
    let lead = html! { (invitation.inviter_name) " invited you to join " (organization.label()) "." };
    let card = html! {
        (heading(Some(organization), &title, &lead))
        (alert(input.form_error))
        @if let Some(other) = invitee.other {
            (other_session_notice(login, email, other, invitee.is_consumed_by_others))
        }
        // The signed-in user cannot accept the invitation.
        @if invitee.is_reserved() {
        } @else if let Some((name, address)) = invitee.sign_in {
            p class="fixed" { (email) }
            a class="primary" href=(address) { "Continue with " (name) }
        } @else {
            form method="post" action=(Screen::Invitation.path()) {
                (state(login))
                // This field is only for password managers. The server uses the address of the invitation.
                div class="field" {
                    span class="label" { "Your email address" }
                    p class="fixed" { (email) }
                    input class="visually-hidden" type="email" name="username" value=(email) autocomplete="username" readonly
                        tabindex="-1" aria-hidden="true";
                }
                (fields(invitee, input))
                button class="primary" type="submit" { "Accept invitation" }
            }
            // Someone else may have created the account; then only a new password lets the owner of the address in.
            @if invitee.has_account {
                p class="aside" { a href=(reset_password::request_address(Some(login))) { "Forgot your password?" } }
            }
        }
    };
    login_page(idp, login, &title, &card)
}

fn fields(invitee: Invitee<'_>, input: FormInput<'_>) -> Markup {
    html! {
        @if invitee.has_account {
            (Field {
                name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                hint: Some("You already have an account here. Enter its password."), error: input.password_error,
                blamed: input.form_error.is_some(), focus: true, ..Field::default()
            })
        } @else {
            (Field {
                name: "name", label: "Name", kind: "text", value: input.name, autocomplete: "name",
                error: input.name_error, focus: input.name_error.is_some() || input.password_error.is_none(), ..Field::default()
            })
            (Field {
                name: "password", label: "Password", kind: "password", autocomplete: "new-password",
                hint: Some(invitee.hint).filter(|hint| !hint.is_empty()), error: input.password_error,
                focus: input.name_error.is_none() && input.password_error.is_some(), ..Field::default()
            })
        }
    }
}

/// Shows which other user is signed in, and offers to sign out and continue.
fn other_session_notice(login: &Login, email: &str, other: &User, is_consumed_by_others: bool) -> Markup {
    html! {
        section class="notice" {
            p {
                "You are signed in as " strong { (other.email) } ", and this invitation is for " strong { (email) } ". "
                @if is_consumed_by_others {
                    "If you accept while signed in as that user, it is used up and no one joins."
                }
            }
            form method="post" action=(Screen::Invitation.path()) {
                (state(login))
                input type="hidden" name="action" value="sign-out";
                button class="secondary" type="submit" { "Sign out and continue as " (email) }
            }
        }
    }
}
