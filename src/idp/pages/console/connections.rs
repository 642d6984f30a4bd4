//! Page of the console that lists the connections, which it cannot change.

use maud::html;

use crate::idp::{
    pages::{
        Page,
        console::{count, page, page_header, part, tags, time},
    },
    state::Idp,
    store::{connections::Strategy, console_queries::tenant::ConnectionRow},
};

pub fn list(idp: &Idp, connections: &[ConnectionRow]) -> Page {
    let below = html! { "How people sign in: with a password kept here, or at another issuer. Change connections with the Management API." };
    let content = html! {
        (page_header("Connections", &below, &html! {}))
        @for row in connections {
            @let connection = &row.connection;
            (part(connection.display_name.as_deref().unwrap_or(&connection.name), &html! {
                dl class="properties" {
                    dt { "Name" } dd { code { (connection.name) } }
                    dt { "Id" } dd { code { (connection.id) } }
                    dt { "Kind" }
                    dd {
                        @match connection.strategy {
                            Strategy::Auth0 => "passwords kept here",
                            Strategy::Oidc => "OpenID Connect",
                        }
                    }
                    // The page shows no other option, because some options are secret.
                    @if let Some(issuer) = connection.options.0.get("issuer").and_then(|issuer| issuer.as_str()) {
                        dt { "Issuer" } dd { code { (issuer) } }
                    }
                    dt { "Used by" }
                    dd { (count(row.people, "person", "people")) ", " (count(row.organizations, "organization", "organizations")) }
                    dt { "On the login page" } dd { (tags(connection.show_as_button.then_some("as a button"), "as usual")) }
                    dt { "Since" } dd { (time(connection.created_at)) }
                }
            }))
        }
    };
    page(idp, "connections", "Connections", &content)
}
