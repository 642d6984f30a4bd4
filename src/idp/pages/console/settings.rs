//! Page of the console with the settings of the tenant.

use maud::html;

use crate::idp::{
    pages::{Page, console::page_header},
    state::Idp,
    store::settings::Switch,
};

/// Result of submitting the form.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The form was not submitted.
    None,
    Saved,
    /// An address is invalid; contains the error message.
    Wrong(&'a str),
}

fn label_and_hint(switch: Switch) -> (&'static str, &'static str) {
    match switch {
        Switch::AllowOrganizationNames => (
            "Organizations by name",
            "Applications may name an organization instead of giving its id, and tokens carry org_name.",
        ),
        Switch::RefreshRequiresMembership => (
            "Refresh ends with membership",
            "A refresh token for an organization fails once the person is no longer a member. Assumed of Auth0.",
        ),
        Switch::InvitationSpentByOthers => (
            "Invitations can be used up by others",
            "Accepting while signed in as another user uses the invitation up and adds no one, as in Auth0. If off, the invitation stays open.",
        ),
        Switch::ConsentAtLocalhost => (
            "Consent at localhost",
            "People are asked for consent whenever an application on this machine signs them in, as at Auth0.",
        ),
        Switch::SignUpAtOnce => (
            "Immediate sign-up",
            "People who sign up are signed in immediately, as in Auth0, which reveals whether an address is taken. If off, an email verifies the address first.",
        ),
    }
}

pub fn page(idp: &Idp, on: &[Switch], urls: &str, outcome: Outcome<'_>) -> Page {
    let error = if let Outcome::Wrong(error) = outcome { Some(error) } else { None };
    let below = html! { "Behaviour that differs between tenants, or that is assumed of Auth0." };
    let content = html! {
        (page_header("Settings", &below, &html! {}))
        @if let Outcome::Saved = outcome {
            p class="notice" role="status" { "Saved." }
        }
        form method="post" action="/console/settings" {
            @for switch in Switch::ALL {
                @let (title, text) = label_and_hint(switch);
                @let hint = format!("{}-hint", switch.name());
                div class="setting" {
                    label class="switch" {
                        input type="checkbox" name=(switch.name()) value="on" checked[on.contains(&switch)]
                            aria-describedby=(hint);
                        (title)
                    }
                    p class="hint" id=(hint) { (text) }
                }
            }
            div class="field" {
                label for="allowed_logout_urls" { "URLs after sign-out" }
                p class="hint" id="urls-hint" {
                    "Where a sign-out without a client can lead. Separate several URLs with spaces."
                }
                input id="allowed_logout_urls" name="allowed_logout_urls" type="text" value=(urls) autocomplete="off"
                    spellcheck="false" aria-invalid=[error.map(|_| "true")]
                    aria-describedby=(if error.is_some() { "urls-error urls-hint" } else { "urls-hint" });
                @if let Some(error) = error {
                    p class="error" id="urls-error" { (error) }
                }
            }
            div class="actions" { button class="primary" type="submit" { "Save" } }
        }
    };
    super::page(idp, "settings", "Settings", &content)
}
