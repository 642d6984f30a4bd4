//! Pages about people: the list and the details.

use maud::{Markup, html};

use crate::idp::{
    pages::{
        Page,
        console::{count, empty, links, page, page_header, paging, part, search, tags, time},
    },
    state::Idp,
    store::{
        connections::Connection,
        console_queries::{
            Listing,
            people::{Membership, PersonRow, SessionRow},
        },
        users::User,
    },
};

const LIST: &str = "/console/people";

pub fn list(idp: &Idp, q: &str, listing: &Listing<PersonRow>) -> Page {
    let content = html! {
        (page_header("People", &html! { "Everyone with an account, in an organization or not." }, &html! {}))
        (search(LIST, "Name, email address or id", q))
        @if listing.rows.is_empty() {
            @if q.is_empty() {
                (empty("No people yet", &html! { "People appear here when they sign up or accept an invitation." }))
            } @else {
                (empty("No people found", &html! { "No one has “" (q) "” in their name, address or id." }))
            }
        } @else {
            ul class="list" {
                @for person in &listing.rows {
                    li {
                        div class="row-text" {
                            a href=(links::person(&person.id)) { (person.name) }
                            span class="row-detail" { (person.email) }
                        }
                        span {
                            @if person.blocked { span class="tag bad" { "blocked" } }
                            span class="row-detail" { (count(person.organizations, "organization", "organizations")) }
                        }
                    }
                }
            }
        }
        (paging(listing, LIST, &[("q", q)]))
    };
    page(idp, "people", "People", &content)
}

#[derive(Debug)]
pub struct Details {
    pub user: User,
    pub memberships: Vec<Membership>,
    pub sessions: Vec<SessionRow>,
    pub connection: Option<Connection>,
}

pub fn details(idp: &Idp, details: &Details) -> Page {
    let Details { user, memberships, sessions, connection } = details;
    let content = html! {
        (page_header(&user.name, &html! { (user.email) }, &block(user)))
        @if user.blocked {
            p class="alert" { "Blocked: they cannot sign in." }
        }
        dl class="properties" {
            dt { "Id" } dd { code { (user.id) } }
            dt { "Email" } dd { (user.email) " " (tags([if user.email_verified { "verified" } else { "not verified" }], "")) }
            @if let Some(connection) = connection {
                dt { "Connection" } dd { (connection.name) }
            }
            dt { "Since" } dd { (time(user.created_at)) }
            dt { "Last sign-in" }
            dd {
                @match user.last_login {
                    Some(at) => { (time(at)) @if let Some(ip) = &user.last_ip { " from " code { (ip) } } },
                    None => "never",
                }
            }
            dt { "Sign-ins" } dd { (user.logins_count) }
        }
        (part("Organizations", &html! {
            @if memberships.is_empty() {
                (empty("No organizations", &html! { "Invite them from an organization’s page." }))
            } @else {
                ul class="list" {
                    @for membership in memberships {
                        li {
                            div class="row-text" {
                                a href=(links::organization(&membership.id)) { (membership.organization) }
                            }
                            span { (tags(membership.roles.iter().map(String::as_str), "no role")) }
                        }
                    }
                }
            }
        }))
        (part("Sessions", &html! {
            @if sessions.is_empty() {
                (empty("No active sessions", &html! { "Browsers they sign in with appear here." }))
            } @else {
                ul class="list" {
                    @for session in sessions {
                        li {
                            div class="row-text" {
                                span class="row-name" { "Signed in " (time(session.authenticated_at)) }
                                span class="row-detail" { code { (session.sid) } }
                            }
                            span class="row-detail" { "until " (time(session.expires_at)) }
                        }
                    }
                }
                a class="secondary" href=(links::with_parameter("/console/person/sign-out", "id", user.id.as_str())) {
                    "Sign out everywhere"
                }
            }
        }))
    };
    page(idp, "people", &user.name, &content)
}

fn block(user: &User) -> Markup {
    html! {
        @if user.blocked {
            form method="post" action="/console/person/unblock" {
                input type="hidden" name="id" value=(user.id);
                button class="primary" type="submit" { "Unblock" }
            }
        } @else {
            a class="secondary" href=(links::with_parameter("/console/person/block", "id", user.id.as_str())) { "Block" }
        }
    }
}
