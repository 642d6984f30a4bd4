//! Page of the account chooser.

use maud::html;

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, heading, login_page, state},
    state::Idp,
    store::users::User,
};

/// Shows the account of the browser's session.
pub fn page(idp: &Idp, login: &Login, user: &User) -> Page {
    let title = "Choose an account";
    let card = html! {
        (heading(login.organization.as_ref(), title, &html! { "to continue to " (login.client.name) }))
        form method="post" action=(Screen::ChooseAccount.path()) {
            (state(login))
            ul class="choices" {
                li {
                    button class="row" type="submit" aria-labelledby="account-name" aria-describedby="account-email" {
                        span class="row-name" id="account-name" {
                            span class="visually-hidden" { "Continue as " } (user.name)
                        }
                        span class="row-detail" id="account-email" { (user.email) }
                    }
                }
            }
        }
        p class="aside" {
            a href=(Screen::Login.address(&login.state)) { "Use another account" }
        }
    };
    login_page(idp, login, title, &card)
}
