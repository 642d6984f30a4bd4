//! The matrix: what every entry point of the application answers to every kind of caller.
//!
//! `tests/data/access/application.txt` says it, and docs/access.md shows it. With `INSTA_UPDATE=always` the tests write
//! what they observe to both, for a review of the diff.

pub mod world;

use std::{collections::BTreeSet, fmt::Write as _, fs};

use leptos::server_fn::axum::server_fn_paths;

use self::world::{CALLERS, Origin, World};
use crate::{
    support::{Answer, TestApp},
    table::{Line, Row, Table, cell, is_refusal, routes},
};

/// The route behind which all server functions are; [`entry_points`] lists them instead.
const FUNCTIONS: &str = "ANY /fn/{*function}";

/// Entry points after which the caller is no longer who they were.
const ENDS_THE_CALLER: [&str; 5] = [
    "POST /fn/leave_organization",
    "POST /logout",
    "POST /invitation/accept",
    "POST /invitation/change-account",
    "POST /invitation/continue",
];

/// The entry point that ends the memberships of people whom the provider does not know, as the callers are. Each caller
/// calls it in an application of their own, after all others.
const RECONCILES: &str = "/fn/compare_now";

/// The introduction of docs/access.md.
const HEAD: &str = "# Who gets what

Every entry point of the running application and of the built-in provider, with an example request, and the status that
each kind of caller gets for it. `login` is a redirect to a sign-in. This file is rendered from `tests/data/access/`;
`tests/app/access.rs` and `tests/idp/access.rs` make every request as every caller, and fail when an entry point has no
row or answers otherwise.
";

/// The tables, in the order of docs/access.md.
const TABLES: [&str; 3] = ["application", "provider", "management"];

/// Lists the entry points of the running application.
fn entry_points(app: &TestApp) -> BTreeSet<String> {
    let mut found = routes(&app.router());
    assert!(found.remove(FUNCTIONS), "no {FUNCTIONS} among {found:#?}");
    found.extend(server_fn_paths().map(|(path, method)| format!("{method} {path}")));
    found
}

#[tokio::test]
async fn every_entry_point_has_a_row() {
    let app = TestApp::spawn().await;
    let table = Table::read("application");
    assert_eq!(table.callers, CALLERS);
    table.assert_complete(&entry_points(&app));
    table.assert_controls();
}

#[tokio::test]
async fn every_caller_gets_what_the_table_says() {
    let together = World::spawn().await;
    let table = Table::read("application");
    let mut observed: Vec<Vec<String>> = table.rows().map(|_| Vec::new()).collect();
    let mut problems = BTreeSet::new();
    for name in CALLERS {
        let mut caller = together.caller(name).await;
        for (row, observed) in table.rows().zip(&mut observed) {
            let alone = if row.path == RECONCILES { Some(World::spawn().await) } else { None };
            let world = alone.as_ref().unwrap_or(&together);
            if alone.is_some() {
                caller = world.caller(name).await;
            }
            let ids = world.ids(&mut caller, row).await;
            let answer = world.send(&caller, row, &ids, Origin::Own).await;
            let cell = cell(answer.status, &answer.headers);
            problems.extend(unsafe_headers(row, &answer));
            if !row.is_safe() && !is_refusal(&cell) {
                caller.ids.clear();
            }
            if ENDS_THE_CALLER.contains(&row.entry_point().as_str()) {
                caller = world.caller(name).await;
            }
            observed.push(cell);
        }
    }
    table.assert_observed(observed);
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_documentation_shows_the_tables() {
    let text = TABLES.iter().fold(HEAD.to_owned(), |text, name| text + "\n" + &markdown(&Table::read(name)));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(file, text).unwrap();
    } else {
        let written = fs::read_to_string(file).unwrap_or_default();
        assert!(written == text, "docs/access.md is not what the tables say: run this test with INSTA_UPDATE=always");
    }
}

/// Renders a table as Markdown.
fn markdown(table: &Table) -> String {
    let (mut text, mut is_in_table) = (String::new(), false);
    for line in &table.lines {
        match line {
            Line::Text(line) if line.starts_with("callers ") => {}
            Line::Text(line) => {
                is_in_table = false;
                writeln!(text, "{line}").unwrap();
            }
            Line::Row(row) => {
                if !is_in_table {
                    is_in_table = true;
                    writeln!(text, "| entry point | {} |", table.callers.join(" | ")).unwrap();
                    writeln!(text, "|---|{}", "---|".repeat(table.callers.len())).unwrap();
                }
                let remark = if row.remark.is_empty() { String::new() } else { format!(" ({})", row.remark) };
                writeln!(text, "| `{}`{remark} | {} |", row.example(), row.cells.join(" | ")).unwrap();
            }
        }
    }
    // The line with the callers leaves two empty lines.
    text.replace("\n\n\n", "\n\n")
}

/// Lists what is wrong with the security headers, the cookies and the caching of an answer.
fn unsafe_headers(row: &Row, answer: &Answer) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, expected) in [
        ("content-security-policy", "default-src 'none'; script-src "),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=()"),
        ("cache-control", "private, no-store"),
    ] {
        let expected = match (name, row.path.as_str()) {
            ("cache-control", "/o/{org}/live") if answer.status == 200 => "no-cache",
            // OpenID Connect Back-Channel Logout, section 2.8.
            ("cache-control", "/backchannel-logout") => "no-store",
            _ => expected,
        };
        let value = answer.header(name);
        if !value.starts_with(expected) {
            problems.push(format!("{}: {name}: {value}", row.entry_point()));
        }
    }
    let policy = answer.header("content-security-policy");
    for directive in ["base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
        if !policy.contains(directive) {
            problems.push(format!("{}: no {directive} in {policy}", row.entry_point()));
        }
    }
    if policy.contains("unsafe-inline") || policy.contains("'unsafe-eval'") {
        problems.push(format!("{}: {policy}", row.entry_point()));
    }
    if answer.header("x-request-id").is_empty() {
        problems.push(format!("{}: no x-request-id", row.entry_point()));
    }
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        // A cookie that is removed has no value to protect.
        let is_removed = cookie.contains("Max-Age=0");
        if !is_removed && !["HttpOnly", "SameSite=Lax", "Path=/"].iter().all(|attribute| cookie.contains(attribute)) {
            let (name, _) = cookie.split_once('=').unwrap();
            let attributes = cookie.split_once(';').map_or("", |(_, attributes)| attributes);
            problems.push(format!("{}: the cookie {name} has{attributes}", row.entry_point()));
        }
    }
    problems
}
