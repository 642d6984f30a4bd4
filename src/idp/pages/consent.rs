//! The consent page.

use maud::{Markup, html};

use crate::idp::{
    flow::{login::Login, screen::Screen},
    granted_scope::GrantedScope,
    pages::{Page, heading, login_page, state},
    state::Idp,
    store::{apis::Permission, users::User},
};

/// Lists the scopes that the client of `login` requests. `permissions` contains the API's descriptions.
pub fn page(idp: &Idp, login: &Login, user: &User, granted: &GrantedScope, permissions: &[Permission]) -> Page {
    let client = &login.client.name;
    let title = "Allow access?";
    let lead = html! {
        (client) " asks for access to your account"
        @if let Some(api) = &granted.api { " and to " (api.name) }
        "."
    };
    let card = html! {
        (heading(login.organization.as_ref(), title, &lead))
        section class="scopes" aria-labelledby="scopes-title" {
            h2 id="scopes-title" { "It will be able to" }
            ul {
                @for name in granted.scope.iter() {
                    (item(name, permissions.iter().find(|permission| permission.name == name)))
                }
                @if granted.scope.is_empty() {
                    li { "know that you have an account here" }
                }
            }
        }
        form method="post" action=(Screen::Consent.path()) {
            (state(login))
            button class="primary" type="submit" name="answer" value="accept" { "Accept" }
            button class="secondary" type="submit" name="answer" value="decline" { "Decline" }
        }
        p class="aside" {
            "Signed in as " (user.email) ". "
            a href=(Screen::Login.address(&login.state)) { "Use another account" }
        }
    };
    login_page(idp, login, title, &card)
}

fn item(name: &str, permission: Option<&Permission>) -> Markup {
    let standard = match name {
        "openid" => Some("know who you are"),
        "profile" => Some("see your name and picture"),
        "email" => Some("see your email address"),
        "offline_access" => Some("keep this access while you are away"),
        _ => None,
    };
    let description = permission.map(|permission| permission.description.as_str()).filter(|text| !text.is_empty());
    html! {
        li {
            @match standard {
                Some(text) => (text),
                None => {
                    (permission_text(name))
                    @if let Some(description) = description {
                        span class="row-detail" { " – " (description) }
                    }
                }
            }
        }
    }
}

/// Turns a permission's name into words: `read:tasks` becomes “read tasks”.
fn permission_text(name: &str) -> String {
    name.replace([':', '_', '-', '.'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_described_in_words() {
        assert_eq!(permission_text("read:tasks"), "read tasks");
        assert_eq!(permission_text("create:organization_invitations"), "create organization invitations");
    }
}
