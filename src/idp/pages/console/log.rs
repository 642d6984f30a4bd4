//! Page of the console that lists the events.

use maud::html;

use crate::idp::{
    pages::{
        Page,
        console::{empty, links, page, page_header, paging, search, time},
    },
    state::Idp,
    store::{console_queries::Listing, events::Event},
};

const LIST: &str = "/console/log";

pub fn list(idp: &Idp, q: &str, listing: &Listing<Event>) -> Page {
    let content = html! {
        (page_header("Log", &html! { "Events of the last 30 days, newest first." }, &html! {}))
        (search(LIST, "Text, code, person or address", q))
        @if listing.rows.is_empty() {
            @if q.is_empty() {
                (empty("No events yet", &html! { "Sign-ins and failed attempts, sign-ups and invitations are listed here." }))
            } @else {
                (empty("Nothing found", &html! { "No event contains “" (q) "”." }))
            }
        } @else {
            ul class="list" {
                @for event in &listing.rows {
                    li {
                        div class="row-text" {
                            span class="row-name" { (event.description) " " code class="tag" { (event.kind) } }
                            span class="row-detail" {
                                @if let Some(user) = &event.user_id {
                                    a href=(links::with_parameter("/console/person", "id", user)) { (user) } " "
                                }
                                @if let Some(organization) = &event.organization_id {
                                    a href=(links::with_parameter("/console/organization", "id", organization)) { (organization) } " "
                                }
                                @if let Some(client) = &event.client_id { "by " (client) " " }
                                @if let Some(from) = &event.address { "from " (from) }
                            }
                        }
                        span class="row-detail" { (time(event.at)) }
                    }
                }
            }
        }
        (paging(listing, LIST, &[("q", q)]))
    };
    page(idp, "log", "Log", &content)
}
