//! Headers and methods of every kind of answer, which belong to no single feature.

use reqwest::Method;

use crate::support::{ACME, ALICE, Settings, TestApp};

/// One address of each kind: pages, a page that is missing, a redirect, server functions, the API, files, health.
const ADDRESSES: [&str; 11] = [
    "/",
    "/sign-in",
    "/o/acme",
    "/o/acme/projects/WEB/board",
    "/no/such/page",
    "/login?organization=acme",
    "/callback",
    "/fn/get_board?org=acme&key=WEB",
    "/api/v1/projects",
    "/pkg/missing.js",
    "/healthz",
];

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = TestApp::spawn_with(Settings { base_url: Some("https://tessera.example/"), ..Settings::default() }).await;
    let alice = app.signed_in(ALICE, ACME).await;
    let mut answers = Vec::new();
    for address in ADDRESSES {
        answers.push((address, alice.get(address).await));
        answers.push((address, app.browser().get(address).await));
    }
    let foreign = alice.request(Method::POST, "/logout").header("origin", "https://evil.example");
    answers.push(("/logout", alice.send(foreign).await));
    for (address, answer) in answers {
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{address}: {part} is not in {policy}");
        }
        assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{address}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{address}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{address}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{address}");
        if !answer.body.is_empty() {
            let media = answer.header("content-type");
            assert!(media.contains("charset=utf-8") || media.ends_with("json"), "{address}: {media:?}");
        }
    }
}

#[tokio::test]
async fn a_change_by_get_is_not_made() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let answer = alice.get("/fn/create_project?org=acme&name=Linked&key=LINK&start=").await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_eq!(app.count("project WHERE key = 'LINK'").await, 0);
    alice.create_project("Linked", "LINK").await.unwrap();
}

#[tokio::test]
async fn trace_and_folders_are_not_answered() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for address in ["/", "/o/acme", "/api/v1/projects", "/healthz"] {
        let answer = alice.send(alice.request(Method::TRACE, address).header("x-echo", "pelican")).await;
        assert!((400..500).contains(&answer.status), "{address}: {answer:?}");
        assert!(!answer.body.contains("pelican"), "{address}");
    }
    for folder in ["/pkg", "/.git/config", "/fn/"] {
        assert_eq!(alice.get(folder).await.status, 404, "{folder}");
    }
}

#[tokio::test]
async fn a_page_has_the_cheapest_encoding_that_the_browser_takes() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (asked, expected) in [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd;q=0", "br"),
        ("gzip", "gzip"),
        ("identity", ""),
    ] {
        let request = alice.request(Method::GET, "/o/acme/projects/WEB/board").header("accept-encoding", asked);
        let answer = alice.send(request).await.assert_status(200);
        assert_eq!(answer.header("content-encoding"), expected, "{asked}");
        assert!(answer.header("vary").contains("accept-encoding"), "{asked}: {answer:?}");
    }
}
