//! Creating and changing projects with plain forms and with server functions.

use tessera::testing::domain::{errors::AppError, permissions::Permission};

use crate::support::{
    ACME, ALICE, Answer, BETA, Browser, DANA, JOE, TestApp, XYZ,
    functions::{CreateProject, UpdateTask},
};

const PAGE: &str = "/o/acme/projects/new";

async fn create(browser: &Browser, name: &str, key: &str) -> Answer {
    browser.submit::<CreateProject>(PAGE, &[("org", "acme"), ("name", name), ("key", key)]).await
}

#[tokio::test]
async fn a_plain_form_creates_a_project_and_leads_to_its_board() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    create(&alice, "  New   things ", " new1 ").await.assert_leads_to("/o/acme/projects/NEW1/board");
    alice.get("/o/acme/projects/NEW1/board").await.assert_status(200).assert_says("New things");
    let board = alice.project("new1").board().await.unwrap();
    assert_eq!((board.name.as_str(), board.key.as_str()), ("New things", "NEW1"));
    let columns: Vec<_> = board.columns.iter().map(|column| column.state.slug.as_str()).collect();
    assert_eq!(columns, ["backlog", "todo", "in-progress", "done"]);
}

#[tokio::test]
async fn a_refused_form_keeps_its_input() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let long = "ü".repeat(81);
    for (name, key, message) in [
        ("", "GOODKEY", "Enter a name for the project."),
        (" \t ", "GOODKEY", "Enter a name for the project."),
        (long.as_str(), "GOODKEY", "Use at most 80 characters; this has 81."),
        ("A good name", "", "Use 2 to 8 letters and digits"),
        ("A good name", "A", "Use 2 to 8 letters and digits"),
        ("A good name", "ABCDEFGHI", "Use 2 to 8 letters and digits"),
        ("A good name", "1AB", "Use 2 to 8 letters and digits"),
        ("A good name", "A-B", "Use 2 to 8 letters and digits"),
        ("A good name", "web", "WEB is taken by another project here."),
    ] {
        let answer = create(&alice, name, key).await.assert_status(422).assert_says(message);
        let answer = answer.assert_says("aria-invalid=\"true\"");
        for typed in [name.trim(), key] {
            assert!(typed.is_empty() || answer.body.contains(&format!("value=\"{typed}\"")), "{typed} is lost");
        }
    }
    assert_eq!(app.count("project").await, app.count("project WHERE key <> 'GOODKEY'").await);
    create(&alice, &"ü".repeat(80), "LONGEST8").await.assert_leads_to("/o/acme/projects/LONGEST8/board");
}

#[tokio::test]
async fn a_taken_key_reads_the_same_whoever_may_see_its_project() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    for key in ["OPEN", "SECRET", "OLD"] {
        alice.create_project("A project", key).await.unwrap();
    }
    alice.project("SECRET").set_private(true).await.unwrap();
    alice.project("OLD").set_archived(true).await.unwrap();
    for key in ["OPEN", "SECRET", "OLD"] {
        let message = format!("{key} is taken by another project here. Choose another key.");
        let error = dana.create_project("Mine", key).await.unwrap_err();
        assert_eq!(error.field("key").map(str::to_owned), Some(message));
    }
    // Beyond its key, the private project is like none.
    assert_eq!(dana.project("SECRET").board().await, dana.project("NONE").board().await);
}

#[tokio::test]
async fn all_errors_are_reported_together() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let error = alice.create_project("", "?").await.unwrap_err();
    assert!(error.field("name").is_some() && error.field("key").is_some(), "{error:?}");
    assert_eq!(error.status(), 422);
}

#[tokio::test]
async fn a_key_is_unique_per_organization() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, BETA).await;
    dana.create_project("Web", "WEB").await.unwrap();
    assert_eq!(app.count("project WHERE key = 'WEB'").await, 2);
}

#[tokio::test]
async fn markup_in_input_is_escaped() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let typed = "</title></textarea></ol></script><script>alert(1)</script>\"'&amp;";
    create(&alice, typed, "XSS").await.assert_status(303);
    alice.project("XSS").add("todo", typed).await;
    alice.task("XSS-1").write(1, typed, typed).await.unwrap();
    let page = "/o/acme/tasks/XSS-1";
    let other = format!("{typed} too");
    let stale = [("org", "acme"), ("key", "XSS-1"), ("version", "1"), ("title", typed), ("description", &other)];
    for answer in [
        create(&alice, typed, "?").await.assert_status(422),
        alice.get("/o/acme").await.assert_status(200),
        alice.get("/o/acme/projects/XSS/board").await.assert_status(200),
        alice.get(page).await.assert_status(200),
        alice.get(&format!("{page}?edit")).await.assert_status(200),
        alice.submit::<UpdateTask>(page, &stale).await.assert_status(409),
    ] {
        let at = answer.body.find("<script>alert").unwrap_or_default();
        assert_eq!(at, 0, "{}", &answer.body[at.saturating_sub(120)..at + 60]);
        // Input that already looks escaped is escaped again.
        assert!(answer.body.contains("&amp;amp;"), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_oversized_form_is_refused() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let huge = "x".repeat(8 * 1024 * 1024);
    create(&alice, &huge, "HUGE").await.assert_status(413).assert_says("There is too much text");
    assert_eq!(alice.create_project(&huge, "HUGE").await, Err(AppError::TooLarge));
}

#[tokio::test]
async fn a_malformed_request_is_a_bad_request() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for fields in [&[][..], &[("org", "acme")], &[("org", "acme"), ("name", "N")]] {
        assert_eq!(alice.call_raw::<()>("create_project", fields).await, Err(AppError::BadRequest));
    }
    let answer = alice.submit::<CreateProject>(PAGE, &[("org", "acme")]).await;
    answer.assert_status(400).assert_says("This page is out of date");
    alice.post_form(PAGE, "/fn/no_such_function", &[]).await.assert_status(400);
}

#[tokio::test]
async fn a_plain_form_without_permission_is_answered_with_403() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    let fields = [("org", "xyz-travel"), ("name", "N"), ("key", "NEW")];
    let answer = joe.submit::<CreateProject>("/o/xyz-travel/projects/new", &fields).await;
    answer.assert_status(403).assert_says(Permission::WriteProjects.as_str());
}

#[tokio::test]
async fn a_form_never_redirects_to_another_site() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for referer in ["https://evil.example/o/acme", "javascript:alert(1)", ""] {
        let request = alice.request(reqwest::Method::POST, "/fn/move_task").header("accept", "text/html");
        let fields = [("org", "acme"), ("key", "WEB-1"), ("state", "todo")];
        let answer = alice.send(request.header("referer", referer).form(&fields)).await;
        answer.assert_leads_to("/");
    }
}
