//! Requests for a host that is neither the application's nor an organization's are refused.

use reqwest::{Method, header};

use crate::support::{ACME, ALICE, Answer, Settings, TestApp};

const BASE: &str = "http://localhost:3000/";

async fn ask(app: &TestApp, method: Method, path: &str, host: &str) -> Answer {
    let browser = app.browser();
    browser.send(browser.request(method, path).header(header::HOST, host)).await
}

async fn start() -> TestApp {
    TestApp::spawn_with(Settings { base_url: Some(BASE), ..Settings::default() }).await
}

#[tokio::test]
async fn a_foreign_host_gets_nothing_but_the_state_of_health() {
    let app = start().await;
    for host in
        ["evil.example", "evil.example:3000", "127.0.0.1:3000", "localhost:3001", "localhost", "a.b.localhost:3000"]
    {
        for path in ["/", "/login", "/o/acme", "/sign-in", "/backchannel-logout", "/pkg/tessera.css", "/nothing"] {
            let answer = ask(&app, Method::GET, path, host).await.assert_status(421);
            assert!(answer.body.contains(BASE) && answer.header("set-cookie").is_empty(), "{host} {path}");
            // The style sheet is refused as well, so the logo has a size of its own.
            assert!(answer.body.contains(r#"<svg class="mark" width="#), "{host} {path}");
        }
        let problem = ask(&app, Method::GET, "/api/v1/profile", host).await.assert_status(421);
        assert_eq!(problem.header("content-type"), "application/problem+json");
        ask(&app, Method::POST, "/fn/create_task", host).await.assert_status(421);
        ask(&app, Method::GET, "/healthz", host).await.assert_status(200);
        ask(&app, Method::GET, "/readyz", host).await.assert_status(200);
    }
}

#[tokio::test]
async fn the_own_host_and_vanity_hosts_are_served() {
    let app = start().await;
    for host in ["localhost:3000", "LOCALHOST:3000"] {
        ask(&app, Method::GET, "/", host).await.assert_status(200);
        ask(&app, Method::GET, "/api/v1/profile", host).await.assert_status(401);
    }
    assert_eq!(ask(&app, Method::GET, "/", "acme.localhost:3000").await.location(), "http://localhost:3000/o/acme");
    // A reserved name is no organization's.
    ask(&app, Method::GET, "/", "www.localhost:3000").await.assert_status(421);
}

#[tokio::test]
async fn a_session_is_of_no_use_at_a_foreign_host() {
    let app = start().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme").await.assert_status(200);
    let request = alice.browser.request(Method::GET, "/o/acme").header(header::HOST, "evil.example");
    let answer = alice.browser.send(request).await.assert_status(421);
    assert!(!answer.body.contains("Acme"));
}
