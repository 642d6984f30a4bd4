//! Request ids: in the header of every answer, on error pages, and in the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::Method;
use tessera::testing::domain::errors::AppError;

use crate::support::{ABC, Answer, Browser, JOE, TestApp};

const HEADER: &str = "x-request-id";

/// Opens `path` with a request id that a client or a proxy has set.
async fn get_with_id(browser: &Browser, path: &str, id: &str) -> Answer {
    browser.send(browser.request(Method::GET, path).header("accept", "text/html").header(HEADER, id)).await
}

/// Renders the line of an error page that shows the request id, up to the next tag.
fn line(answer: &Answer) -> String {
    format!(r#"<p class="small">Request id: {}<"#, answer.header(HEADER))
}

/// A writer whose clones write to the same log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Lists the lines about failed requests.
    fn failures(&self) -> Vec<String> {
        let log = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains("a request failed")).map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    let log = Log::default();
    let writer = log.clone();
    // The application runs on the thread of the test, so this subscriber receives its log.
    let _subscriber = tracing::subscriber::set_default(
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish(),
    );
    // One server function is called over HTTP, another by a page while it renders.
    let called = joe.send(joe.request(Method::GET, "/fn/get_inbox?org=abc-inc&shelf=unread&page=1")).await;
    let reference = called.header(HEADER).to_owned();
    let error: AppError = serde_json::from_str(&called.body).unwrap_or_else(|_| panic!("{}", called.body));
    assert_eq!((called.status, error), (500, AppError::Internal { reference: reference.clone() }));
    let failures = log.failures();
    let names = |line: &str, id: &str| line.contains(&format!("id=\"{id}\"")) && line.contains("org=\"abc-inc\"");
    assert!(failures.len() == 1 && names(&failures[0], &reference), "{failures:?}");
    let page = joe.get("/o/abc-inc/inbox").await.assert_status(500);
    let failures = log.failures().split_off(1);
    assert!(!failures.is_empty(), "{}", page.body);
    assert!(failures.iter().all(|line| names(line, page.header(HEADER))), "{failures:?}");
    // The error text contains the request id, so the page does not repeat the id on a line below.
    assert!(page.body.contains(&format!("with reference {}.", page.header(HEADER))), "{}", page.body);
    assert!(!page.body.contains(&line(&page)));
}
