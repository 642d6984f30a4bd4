//! The organization picker.

use maud::html;

use crate::idp::{
    flow::{login::Login, screen::Screen},
    pages::{Page, brand, heading, login_page, state},
    state::Idp,
    store::{organizations::Organization, users::User},
};

/// Lists the organizations of `user`. If `may_skip` is true, the user may continue without an organization.
pub fn page(idp: &Idp, login: &Login, user: &User, organizations: &[Organization], may_skip: bool) -> Page {
    let title = "Choose an organization";
    let card = html! {
        (heading(None, title, &html! { "to continue to " (login.client.name) }))
        form method="post" action=(Screen::ChooseOrganization.path()) {
            (state(login))
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
            @if may_skip {
                button class="secondary" type="submit" { "Continue without an organization" }
            }
        }
        p class="aside" {
            "Signed in as " (user.email) ". "
            a href=(Screen::Login.address(&login.state)) { "Use another account" }
        }
    };
    login_page(idp, login, title, &card)
}
