//! Request ids: in the header of every answer, on error pages, and in the log.

use reqwest::Method;
use tessera::testing::domain::errors::AppError;

use crate::support::{ABC, Answer, Browser, JOE, Log, TestApp};

const HEADER: &str = "x-request-id";

/// Opens `path` with a request id that a client or a proxy has set.
async fn get_with_id(browser: &Browser, path: &str, id: &str) -> Answer {
    browser.send(browser.request(Method::GET, path).header("accept", "text/html").header(HEADER, id)).await
}

/// Renders the line of an error page that shows the request id, up to the next tag.
fn line(answer: &Answer) -> String {
    format!(r#"<p class="small">Request id: {}<"#, answer.header(HEADER))
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let mut ids = Vec::new();
    for path in [
        "/",
        "/o/abc-inc",
        "/o/acme",
        "/no/such/page",
        "/fn/get_workspace?org=abc-inc",
        "/fn/get_workspace?org=acme",
        "/fn/no_such_function",
        "/callback",
        "/favicon.svg",
        "/healthz",
        "/api/v1/profile",
    ] {
        let id = joe.get(path).await.header(HEADER).to_owned();
        assert_eq!(uuid::Uuid::parse_str(&id).map(|id| id.get_version_num()), Ok(7), "{path}: {id}");
        assert!(!ids.contains(&id), "{path}");
        ids.push(id);
    }
}

#[tokio::test]
async fn an_error_page_shows_the_id_of_its_header() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    for path in ["/no/such/page", "/o/abc-inc/projects/GONE/board", "/callback?state=x&code=y"] {
        let page = joe.get(path).await;
        assert!(page.status >= 400, "{path}");
        assert_eq!(page.body.matches(&line(&page)).count(), 1, "{path}: {}", page.body);
    }
    // A page without an error shows no request id.
    for path in ["/o/abc-inc", "/logout"] {
        assert!(!joe.get(path).await.assert_status(200).body.contains("Request id"), "{path}");
    }
}

#[tokio::test]
async fn only_a_harmless_id_is_taken_from_outside() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let page = get_with_id(&browser, "/no/such/page", "4f2a-From-The-Proxy").await.assert_status(404);
    assert_eq!(page.header(HEADER), "4f2a-From-The-Proxy");
    assert!(page.body.contains(&line(&page)));
    for id in ["\"><script>alert(1)</script>", "id=1 status=200", "a\ttab", "", &"a".repeat(65)] {
        let page = get_with_id(&browser, "/no/such/page", id).await.assert_status(404);
        assert!(uuid::Uuid::parse_str(page.header(HEADER)).is_ok(), "{id:?} became {:?}", page.header(HEADER));
        assert!(page.body.contains(&line(&page)) && !page.body.contains("alert(1)"), "{id:?}");
    }
    let two = browser.request(Method::GET, "/healthz").header(HEADER, "one").header(HEADER, "t w o");
    assert!(uuid::Uuid::parse_str(browser.send(two).await.header(HEADER)).is_ok());
}

#[tokio::test]
async fn an_internal_error_is_found_in_the_log_by_its_reference() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    app.database.change("ALTER TABLE notification RENAME TO lost").await;
    let log = Log::start();
    let failures = || log.lines_with("a request failed");
    // One server function is called over HTTP, another by a page while it renders.
    let called = joe.send(joe.request(Method::GET, "/fn/get_inbox?org=abc-inc&shelf=unread&page=1")).await;
    let reference = called.header(HEADER).to_owned();
    let error: AppError = serde_json::from_str(&called.body).unwrap_or_else(|_| panic!("{}", called.body));
    assert_eq!((called.status, error), (500, AppError::Internal { reference: reference.clone() }));
    let logged = failures();
    let names = |line: &str, id: &str| line.contains(&format!("id=\"{id}\"")) && line.contains("org=\"abc-inc\"");
    assert!(logged.len() == 1 && names(&logged[0], &reference), "{logged:?}");
    let page = joe.get("/o/abc-inc/inbox").await.assert_status(500);
    let logged = failures().split_off(1);
    assert!(!logged.is_empty(), "{}", page.body);
    assert!(logged.iter().all(|line| names(line, page.header(HEADER))), "{logged:?}");
    // The error text contains the request id, so the page does not repeat the id on a line below.
    assert!(page.body.contains(&format!("with reference {}.", page.header(HEADER))), "{}", page.body);
    assert!(!page.body.contains(&line(&page)));
}
