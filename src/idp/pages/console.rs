//! Layout of the console: a top bar, and a navigation beside the content, or above it on small screens.

pub mod clients;
pub mod confirm;
pub mod connections;
pub mod invitations;
pub mod keys;
pub mod links;
pub mod log;
pub mod organizations;
pub mod people;
pub mod settings;
pub mod sign_in;

use maud::{DOCTYPE, Markup, html};

use crate::{
    idp::{
        pages::{Page, brand, head},
        paths,
        state::Idp,
        store::console_queries::Listing,
    },
    kernel::unix_time::UnixTime,
};

/// Sections of the console: the name in addresses, and the label.
const SECTIONS: [(&str, &str); 8] = [
    ("organizations", "Organizations"),
    ("people", "People"),
    ("invitations", "Invitations"),
    ("clients", "Clients"),
    ("connections", "Connections"),
    ("keys", "Keys"),
    ("settings", "Settings"),
    ("log", "Log"),
];

/// Creates a page of the section with `content`.
fn page(idp: &Idp, section: &str, title: &str, content: &Markup) -> Page {
    Page::new(html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{title} – Console")))
            body class="console" {
                a class="skip" href="#content" { "Skip to content" }
                header class="console-bar" {
                    a class="console-name" href="/console" { (brand::logo()) "Console" }
                    span class="host-name" { (idp.host()) }
                    form method="post" action="/console/sign-out" {
                        button class="quiet" type="submit" { "Sign out" }
                    }
                }
                nav class="console-nav" aria-label="Sections" {
                    ul {
                        @for (name, label) in SECTIONS {
                            li {
                                a href={ "/console/" (name) } aria-current=[(name == section).then_some("page")] { (label) }
                            }
                        }
                        li { a href=(paths::MAILBOX) { "Mailbox" } }
                    }
                }
                main id="content" class="console-main" {
                    (content)
                }
            }
        }
    })
}

/// Renders the heading of a page with its actions.
fn page_header(title: &str, below: &Markup, actions: &Markup) -> Markup {
    html! {
        header class="console-head" {
            div {
                h1 { (title) }
                p class="lead" { (below) }
            }
            div class="actions" { (actions) }
        }
    }
}

/// Renders a part of a page with its own heading.
fn part(title: &str, content: &Markup) -> Markup {
    html! {
        section class="part" {
            h2 { (title) }
            (content)
        }
    }
}

/// Renders the placeholder of an empty list.
fn empty(title: &str, text: &Markup) -> Markup {
    html! {
        div class="empty" {
            p class="empty-title" { (title) }
            p { (text) }
        }
    }
}

/// Renders the search form of a list.
fn search(action: &str, label: &str, q: &str) -> Markup {
    html! {
        form class="search" method="get" action=(action) role="search" {
            label class="visually-hidden" for="q" { (label) }
            input id="q" name="q" type="search" value=(q) placeholder=(label) autocomplete="off" spellcheck="false";
            button class="secondary" type="submit" { "Search" }
        }
    }
}

/// Renders links to the previous and the next page of a list. The links also contain the parameters `with`.
fn paging<T>(listing: &Listing<T>, action: &str, with: &[(&str, &str)]) -> Markup {
    let link = |page: i64| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(with.iter().filter(|(_, value)| !value.is_empty())).append_pair("page", &page.to_string());
        format!("{action}?{}", query.finish())
    };
    html! {
        @if listing.page > 1 || listing.has_more {
            nav class="paging" aria-label="Pages" {
                @if listing.page > 1 {
                    a rel="prev" href=(link(listing.page - 1)) { "Previous" }
                }
                span { "Page " (listing.page) }
                @if listing.has_more {
                    a rel="next" href=(link(listing.page + 1)) { "Next" }
                }
            }
        }
    }
}

/// Renders a time to the minute.
fn time(at: UnixTime) -> Markup {
    let iso = at.iso();
    let (date, minute) = (iso.get(..10).unwrap_or_default(), iso.get(11..16).unwrap_or_default());
    html! { time datetime=(iso) { (date) " " (minute) " UTC" } }
}

/// Renders a number with a noun: `1 member`, `2 members`.
fn count(number: i64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// Renders tags, or the text `none` if the list is empty.
fn tags<'a>(words: impl IntoIterator<Item = &'a str>, none: &str) -> Markup {
    let words: Vec<_> = words.into_iter().collect();
    html! {
        @if words.is_empty() { span class="row-detail" { (none) } }
        @for word in words { span class="tag" { (word) } }
    }
}
