//! Page of the console that lists the clients, which it cannot change.

use maud::{Markup, html};

use crate::idp::{
    config::{AppType, OrganizationRequireBehavior as Behavior, OrganizationUsage as Usage},
    pages::{
        Page,
        console::{empty, page, page_header, part, tags},
    },
    state::Idp,
    store::clients::Client,
};

pub fn list(idp: &Idp, clients: &[Client]) -> Page {
    let below = html! { "Applications that sign people in, and programs that act on their own behalf. They are configured where the service starts." };
    let content = html! {
        (page_header("Clients", &below, &html! {}))
        @if clients.is_empty() {
            (empty("No clients", &html! { "No one can sign in until a client is configured." }))
        }
        @for client in clients {
            (part(&client.name, &client_facts(client)))
        }
    };
    page(idp, "clients", "Clients", &content)
}

fn client_facts(client: &Client) -> Markup {
    let kind = match client.app_type {
        AppType::Native => "native application",
        AppType::Spa => "application in the browser",
        AppType::RegularWeb => "web application",
        AppType::NonInteractive => "program",
    };
    let usage = match client.organization_usage {
        Usage::Deny => "refused",
        Usage::Allow => "allowed",
        Usage::Require => "required",
    };
    let behavior = match client.organization_require_behavior {
        Behavior::NoPrompt => "no prompt",
        Behavior::PreLoginPrompt => "asked for before signing in",
        Behavior::PostLoginPrompt => "chosen after signing in",
    };
    let proof = if client.secret_hash.is_some() {
        "a secret"
    } else if client.is_public() {
        "none (PKCE is required)"
    } else {
        "a key"
    };
    html! {
        dl class="properties" {
            dt { "Id" } dd { code { (client.id) } }
            dt { "Kind" } dd { (kind) @if !client.is_first_party { ", third-party" } }
            dt { "Authentication" } dd { (proof) }
            dt { "Grants" } dd { (tags(client.grant_types.0.iter().map(String::as_str), "none")) }
            dt { "Organizations" } dd { (usage) @if client.organization_usage != Usage::Deny { ", " (behavior) } }
            (addresses("Callback URLs", &client.callbacks.0))
            (addresses("Logout URLs", &client.logout_urls.0))
            (addresses("Back-channel logout URL", &client.backchannel_logout_urls.0))
            @if !client.initiate_login_uri.is_empty() {
                dt { "Login URL" } dd { code { (client.initiate_login_uri) } }
            }
        }
    }
}

fn addresses(title: &str, addresses: &[String]) -> Markup {
    html! {
        @if !addresses.is_empty() {
            dt { (title) }
            dd {
                @for address in addresses { div { code { (address) } } }
            }
        }
    }
}
