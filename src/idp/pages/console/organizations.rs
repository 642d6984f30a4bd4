//! Pages about organizations: the list and the details.

use maud::{Markup, html};

use crate::idp::{
    pages::{
        Page, brand,
        console::{count, empty, links, page, page_header, paging, part, search, tags, time},
    },
    state::Idp,
    store::{
        connections::Strategy,
        console_queries::{
            Listing,
            organizations::{InvitationRow, JoinRule, Member, OrganizationRow},
        },
        organization_connections::EnabledConnection,
        organizations::Organization,
    },
};

const LIST: &str = "/console/organizations";

pub fn list(idp: &Idp, q: &str, listing: &Listing<OrganizationRow>) -> Page {
    let content = html! {
        (page_header("Organizations", &html! { "The companies in this tenant, each with its own members." }, &html! {}))
        (search(LIST, "Name or id", q))
        @if listing.rows.is_empty() {
            @if q.is_empty() {
                (empty("No organizations yet", &html! {
                    "Create one with " code { "POST /api/v2/organizations" } " of the Management API."
                }))
            } @else {
                (empty("Nothing found", &html! { "No organization has “" (q) "” in its name or id." }))
            }
        } @else {
            ul class="list" {
                @for row in &listing.rows {
                    li {
                        (brand::avatar(&row.organization))
                        div class="row-text" {
                            a href=(links::organization(&row.organization.id)) { (row.organization.label()) }
                            span class="row-detail" { (row.organization.name) }
                        }
                        span class="row-detail" { (count(row.members, "member", "members")) }
                    }
                }
            }
        }
        (paging(listing, LIST, &[("q", q)]))
    };
    page(idp, "organizations", "Organizations", &content)
}

#[derive(Debug)]
pub struct Details {
    pub organization: Organization,
    pub members: Listing<Member>,
    pub invitations: Listing<InvitationRow>,
    pub connections: Vec<EnabledConnection>,
    pub rules: Vec<JoinRule>,
}

pub fn details(idp: &Idp, details: &Details) -> Page {
    let Details { organization, members, invitations, connections, rules } = details;
    let id = organization.id.as_str();
    let invite = html! {
        a class="primary" href=(links::with_parameter("/console/invitations/new", "organization", id)) { "Invite someone" }
    };
    let content = html! {
        (brand::avatar(organization))
        (page_header(organization.label(), &html! { code { (organization.name) } " · " code { (id) } }, &invite))
        (part("Members", &html! {
            @if members.rows.is_empty() {
                (empty("No members", &html! { "Invite someone: people who accept become members." }))
            } @else {
                ul class="list" {
                    @for member in &members.rows {
                        li {
                            div class="row-text" {
                                a href=(links::person(&member.id)) { (member.name) }
                                span class="row-detail" { (member.email) }
                            }
                            span { (tags(member.roles.iter().map(String::as_str), "no role")) }
                        }
                    }
                }
            }
            (paging(members, "/console/organization", &[("id", id)]))
        }))
        (part("Invitations", &html! {
            @if invitations.rows.is_empty() {
                (empty("No open invitations", &html! { "Accepted, revoked and expired invitations are not kept." }))
            } @else {
                (super::invitations::rows(&invitations.rows, false))
                @if invitations.has_more {
                    p class="aside" { a href="/console/invitations" { "All invitations" } }
                }
            }
        }))
        (part("Connections", &enabled(connections)))
        (part("Joining", &joining(rules)))
    };
    page(idp, "organizations", organization.label(), &content)
}

fn enabled(connections: &[EnabledConnection]) -> Markup {
    html! {
        @if connections.is_empty() {
            (empty("No connections", &html! { "Without a connection, no one can sign in to this organization. Enable one with the Management API." }))
        } @else {
            ul class="list" {
                @for connection in connections {
                    li {
                        div class="row-text" {
                            span class="row-name" { (connection.name) }
                            span class="row-detail" { "since " (time(connection.created_at)) }
                        }
                        span {
                            @let is_database = connection.strategy == Strategy::Auth0;
                            (tags([
                                Some(if is_database { "passwords" } else { "OpenID Connect" }),
                                connection.assign_membership_on_login.then_some("adds members"),
                                connection.is_signup_enabled.then_some("sign-up"),
                                (!connection.show_as_button).then_some("no button"),
                            ].into_iter().flatten(), ""))
                        }
                    }
                }
            }
        }
    }
}

fn joining(rules: &[JoinRule]) -> Markup {
    html! {
        @if rules.is_empty() {
            (empty("No rules", &html! {
                "A rule adds people whose email domain, connection or profile matches when they sign in."
            }))
        } @else {
            ul class="list" {
                @for rule in rules {
                    li {
                        div class="row-text" {
                            span class="row-name" {
                                @match rule.kind.as_str() {
                                    "email_domain" => { "Email address at " code { (rule.value) } },
                                    "connection" => { "Signs in through " code { (rule.value) } },
                                    _ => { code { (rule.attribute) } " is " code { (rule.value) } },
                                }
                            }
                        }
                        span { (tags([rule.role.as_str()], "")) }
                    }
                }
            }
        }
    }
}
