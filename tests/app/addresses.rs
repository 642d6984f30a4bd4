//! Each page has one address, and what others add to it does no harm.

use reqwest::{Method, header};

use crate::support::{ACME, ALICE, Answer, DANA, Settings, TestApp};

const BOARD: &str = "/o/acme/projects/WEB/board";

/// Asserts a permanent redirect.
#[track_caller]
fn assert_moved(answer: &Answer, to: &str) {
    assert_eq!((answer.status, answer.location()), (308, to), "{answer:?}");
}

#[tokio::test]
async fn every_page_has_one_address() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (typed, expected) in [
        ("/o/acme/", "/o/acme"),
        ("/o/acme//inbox", "/o/acme/inbox"),
        ("/o/ACME/tasks/web-1", "/o/acme/tasks/WEB-1"),
        ("/o/acme/projects/web/Board/?label=", "/o/acme/projects/WEB/board?label="),
        ("/o/%61cme/tasks/WEB%2D1", "/o/acme/tasks/WEB-1"),
        ("/o/acme/settings/", "/o/acme/settings"),
        ("/sign-in/", "/sign-in"),
        ("/welcome//", "/welcome"),
        ("/join/", "/join"),
    ] {
        assert_moved(&alice.get(typed).await, expected);
        alice.get(expected).await.assert_status(200);
    }
    // Also for a visitor, before the sign-in, and never to another site.
    assert_moved(&app.browser().get("/o/ACME/").await, "/o/acme");
    assert_moved(&app.browser().get("/%5Cevil.example/").await, "/%5Cevil.example");
    // A path that cannot be decoded names nothing.
    for path in ["/o/acme/tasks/%FF", "/o/acme/100%", "/o/acme/projects/%00/board"] {
        let answer = alice.get(path).await;
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
    }
    // Forms and functions keep their path.
    let post = alice.browser.request(Method::POST, "/logout/");
    alice.browser.send(post).await.assert_status(404);
}

#[tokio::test]
async fn parameters_of_others_are_ignored_and_bad_values_are_named() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for page in [BOARD, "/o/acme/projects/WEB/list", "/o/acme", "/o/acme/search", "/o/acme/inbox", "/"] {
        alice.get(&format!("{page}?utm_source=mail&fbclid=x%2Fy&gclid")).await.assert_status(200);
    }
    let board = alice.get(&format!("{BOARD}?utm_source=mail&ref=x")).await.assert_status(200);
    assert!(board.body.contains("WEB-1") && !board.body.contains("we don’t recognise"));
    for (query, part) in [
        ("due=,", "due=,"),
        ("label=,none", "label=,none"),
        ("priority=highest&utm_source=mail", "priority=highest"),
        ("state=gone", "state=gone"),
        ("view=mine", "view=mine"),
    ] {
        let refused = alice.get(&format!("{BOARD}?{query}")).await.assert_status(400);
        assert!(refused.body.contains(&format!("<code>{part}<!></code>")), "{query}: {}", refused.body);
        assert_eq!(refused.body.matches("<code>").count(), 1, "{query}");
    }
    // What a form without scripts sends sets nothing.
    alice.get(&format!("{BOARD}?text=&label=&due-from=")).await.assert_status(200);
}

#[tokio::test]
async fn pages_outside_of_workspaces_keep_their_path_at_a_vanity_host() {
    let base_url = Some("http://localhost:3000/");
    let app = TestApp::spawn_with(Settings { base_url, ..Settings::default() }).await;
    let ask = async |path: &str| {
        let browser = app.browser();
        let request = browser.request(Method::GET, path).header(header::HOST, "acme.localhost:3000");
        browser.send(request).await.assert_status(307).location().to_owned()
    };
    for (path, expected) in [
        ("/join", "join"),
        ("/join/", "join"),
        ("/invitation?ticket=t", "invitation?ticket=t"),
        ("/invitation/decline?ticket=t", "invitation/decline?ticket=t"),
        (
            "/new-organization/00000000-0000-7000-8000-000000000000",
            "new-organization/00000000-0000-7000-8000-000000000000",
        ),
        ("/tasks/web-1/", "o/acme/tasks/WEB-1"),
        ("/?utm_source=x", "o/acme?utm_source=x"),
        ("/", "o/acme"),
    ] {
        assert_eq!(ask(path).await, format!("http://localhost:3000/{expected}"), "{path}");
    }
}

#[tokio::test]
async fn the_fragment_is_kept_over_the_sign_in() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let opened = browser.request(Method::GET, "/o/acme/tasks/WEB-1?x=1").header("sec-fetch-dest", "document");
    let page = browser.send(opened).await.assert_status(200);
    let login = "/login?organization_name=acme&amp;return_to=%2Fo%2Facme%2Ftasks%2FWEB-1%3Fx%3D1";
    let page = page.assert_says(&format!(r#"<a href="{login}">Sign in</a>"#));
    // Without scripts, the page leads on as well.
    let page = page.assert_says(&format!(r#"http-equiv="refresh" content="0;url={login}""#));
    let nonce = page.body.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.header("content-security-policy").contains(&format!("'nonce-{nonce}'")), "{page:?}");
    // What is no window has no fragment.
    let fetched = browser.request(Method::GET, "/o/acme/inbox").header("sec-fetch-dest", "empty");
    browser.send(fetched).await.assert_leads_to("/login?organization_name=acme&return_to=%2Fo%2Facme%2Finbox");
    // The script appends the fragment to the page to return to.
    let query = "organization_name=acme&return_to=%2Fo%2Facme%2Ftasks%2FWEB-1%3Fx%3D1%23comment-3";
    browser.go_through(&app, DANA, query).await.assert_leads_to("/o/acme/tasks/WEB-1?x=1#comment-3");
}
