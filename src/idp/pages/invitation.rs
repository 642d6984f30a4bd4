//! The page that accepts an invitation.

use maud::html;

use super::{Page, alert, field::Field, heading, login_page, state};
use crate::idp::{
    Idp,
    flow::{Login, Screen},
    store::{invitations::Invitation, organizations::Organization},
};

/// What was typed, and what is wrong with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    pub name: &'a str,
    pub name_error: Option<&'a str>,
    pub password_error: Option<&'a str>,
    pub form_error: Option<&'a str>,
}

/// The invitation to `organization`, for somebody who has an account or is to make one.
pub fn page(
    idp: &Idp,
    login: &Login,
    invitation: &Invitation,
    organization: &Organization,
    has_account: bool,
    draft: Draft<'_>,
) -> Page {
    let title = format!("Join {}", organization.label());
    let email = &invitation.email;
    let lead = html! { (invitation.inviter_name) " invited you to work with " (organization.label()) "." };
    let card = html! {
        (heading(Some(organization), &title, &lead))
        (alert(draft.form_error))
        form method="post" action=(Screen::Invitation.path()) {
            (state(login))
            // Fixed, and there for password managers; what counts is the invitation's own.
            div class="field" {
                span class="label" { "Your email address" }
                p class="fixed" { (email) }
                input class="visually-hidden" type="email" name="username" value=(email) autocomplete="username" readonly
                    tabindex="-1" aria-hidden="true";
            }
            @if has_account {
                (Field {
                    name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                    hint: Some("You already have an account here. Enter its password."), error: draft.password_error,
                    blamed: draft.form_error.is_some(), focus: true, ..Field::default()
                })
            } @else {
                (Field {
                    name: "name", label: "Name", kind: "text", value: draft.name, autocomplete: "name",
                    error: draft.name_error, focus: draft.name_error.is_some() || draft.password_error.is_none(), ..Field::default()
                })
                (Field {
                    name: "password", label: "Password", kind: "password", autocomplete: "new-password",
                    hint: Some("At least 8 characters. You will sign in with it from now on."),
                    error: draft.password_error, focus: draft.name_error.is_none() && draft.password_error.is_some(),
                    ..Field::default()
                })
            }
            button class="primary" type="submit" { "Accept invitation" }
        }
    };
    login_page(idp, login, &title, &card)
}
