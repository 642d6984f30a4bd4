//! The database cannot be used: it is away, full, or takes no writes.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tessera::testing::{domain::errors::AppError, kernel::database::Pools};

use crate::support::{ACME, ALICE, Answer, Direct, NEEDS_POSTGRES, TestApp, functions::CreateTask, together};

const BOARD: &str = "/o/acme/projects/WEB/board";
const SENTENCE: &str = "Tessera can’t reach its data at the moment.";

/// Whether the database refuses all writes.
async fn refuse_writes(app: &TestApp, refuses: bool) {
    match (app.pools(), app.database.direct()) {
        (Pools::Sqlite { writer, .. }, _) => {
            let sql = AssertSqlSafe(format!("PRAGMA query_only = {refuses}"));
            sqlx::query(sql).execute(writer).await.unwrap();
        }
        (Pools::Postgres(_), Direct::Postgres { pool, name }) => {
            let value = if refuses { "on" } else { "off" };
            let sql = AssertSqlSafe(format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}"));
            sqlx::query(AssertSqlSafe("SET default_transaction_read_only = off")).execute(pool).await.unwrap();
            sqlx::query(sql).execute(pool).await.unwrap();
            // The setting counts for new connections.
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'tessera_app'";
            sqlx::query(end).execute(pool).await.unwrap();
        }
        _ => panic!("two kinds of databases"),
    }
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
}

#[tokio::test]
async fn without_the_database_everything_answers_503_and_says_when_to_try_again() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let mut token = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"]));
    app.db().close().await;
    let page = alice.get(BOARD).await.assert_status(503).assert_says(SENTENCE);
    assert_eq!(page.header("retry-after"), "5");
    assert_eq!(alice.project("WEB").create_task("todo", "Lost").await.unwrap_err(), AppError::Unavailable);
    let request = app.client().get(format!("{}api/v1/projects", app.url));
    let answer = app.browser().send(request.bearer_auth(app.provider.sign(&token))).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(problem(&answer)["detail"].as_str().unwrap().starts_with(SENTENCE), "{answer:?}");
    app.browser().get("/login?organization=org_AcmeCorp00000001").await.assert_status(503);
    app.browser().get("/readyz").await.assert_status(503).assert_says("database: unavailable\n");
    app.browser().get("/healthz").await.assert_status(200);
}

#[tokio::test]
async fn a_database_without_writes_is_read_and_forms_keep_their_text() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.browser().get("/readyz").await.assert_status(200).assert_says("database: ok\n");
    refuse_writes(&app, true).await;
    assert_eq!(alice.project("WEB").create_task("todo", "Refused").await.unwrap_err(), AppError::Unavailable);
    let fields = [("org", "acme"), ("project", "WEB"), ("state", "todo"), ("title", "Typed <with> care")];
    let answer = alice.submit::<CreateTask>(BOARD, &fields).await.assert_status(503);
    assert_eq!(answer.header("retry-after"), "5");
    let answer = answer.assert_says("Your text is kept on this page").assert_says(r#"action="/fn/create_task""#);
    answer.assert_says(r#"name="title" value="Typed &lt;with&gt; care""#);
    alice.get(BOARD).await.assert_status(200);
    // Its last answer counts for a second.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    app.browser().get("/readyz").await.assert_status(503).assert_says("database: unavailable\nkeys: ok\n");
    refuse_writes(&app, false).await;
    // The button of the page sends the form again, from the page of the failed one.
    let mut again = fields.to_vec();
    again.push(("form_page", BOARD));
    alice.submit::<CreateTask>("/fn/create_task", &again).await.assert_leads_to(BOARD);
    assert_eq!(app.count("task WHERE title = 'Typed <with> care'").await, 1);
    assert_eq!(app.count("task WHERE title = 'Refused'").await, 0);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    app.browser().get("/readyz").await.assert_status(200);
}

/// Pages that only show something, for Alice in acme.
const READ: [&str; 16] = [
    "/",
    "/?all=true",
    "/sign-in",
    "/welcome",
    "/o/acme",
    BOARD,
    "/o/acme/projects/WEB",
    "/o/acme/projects/WEB/list",
    "/o/acme/projects/WEB/bin",
    "/o/acme/projects/WEB/settings",
    "/o/acme/tasks/WEB-1",
    "/o/acme/inbox",
    "/o/acme/my-work",
    "/o/acme/search?q=a",
    "/o/acme/settings",
    "/o/acme/settings/people",
];

#[tokio::test]
async fn pages_are_read_while_nothing_can_be_written() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    refuse_writes(&app, true).await;
    // Also after the access token has expired, for as long as the sign-in lasts.
    for hours in [0, 2, 48] {
        app.clock.advance(TimeDelta::hours(hours));
        for path in READ {
            let answer = alice.get(path).await;
            assert_eq!(answer.status, 200, "{path} after {hours} more hours: {}", answer.location());
        }
    }
    let visitor = app.browser();
    visitor.get("/").await.assert_status(200);
    // What has to write says so, and begins no session that would be lost.
    for path in ["/login", "/login?organization=org_AcmeCorp00000001"] {
        let answer = visitor.get(path).await.assert_status(503).assert_says(SENTENCE);
        assert_eq!(answer.header("retry-after"), "5", "{path}");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_stored_is_unavailable_and_not_a_fault() {
    let app = TestApp::spawn().await;
    // Only the table of sessions takes no rows, so that the sign-in itself is stored.
    match app.database.direct() {
        Direct::Sqlite { .. } => {
            let refuse =
                "CREATE TRIGGER refused BEFORE INSERT ON browser_session BEGIN SELECT RAISE(ABORT, 'full'); END";
            app.database.execute(refuse).await;
        }
        Direct::Postgres { .. } => app.database.execute("REVOKE INSERT ON browser_session FROM tessera_app").await,
    }
    let answer = app.browser().get("/login").await.assert_status(503).assert_says(SENTENCE);
    assert_eq!(answer.header("retry-after"), "5");
}

#[tokio::test]
async fn a_lock_that_another_program_holds_is_unavailable_and_passes() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let lock = match app.database.direct() {
        // A transaction that writes, as of a tool that has opened the file.
        Direct::Sqlite { pool, .. } => {
            let mut other = pool.acquire().await.unwrap();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
            let refused = alice.project("WEB").create_task("todo", "Refused").await.unwrap_err();
            sqlx::query("ROLLBACK").execute(&mut *other).await.unwrap();
            refused
        }
        Direct::Postgres { pool, name } => {
            let set = |limit| AssertSqlSafe(format!("ALTER DATABASE {name} SET lock_timeout = '{limit}'"));
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'tessera_app'";
            sqlx::query(set("200ms")).execute(pool).await.unwrap();
            sqlx::query(end).execute(pool).await.unwrap();
            let mut other = pool.begin().await.unwrap();
            sqlx::query("LOCK TABLE task IN ACCESS EXCLUSIVE MODE").execute(&mut *other).await.unwrap();
            let refused = alice.project("WEB").create_task("todo", "Refused").await.unwrap_err();
            other.rollback().await.unwrap();
            refused
        }
    };
    assert_eq!(lock, AppError::Unavailable);
    alice.project("WEB").create_task("todo", "Stored").await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn connections_that_the_database_has_closed_are_replaced_without_a_failed_request() {
    let app = TestApp::spawn().await;
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    let alice = app.signed_in(ALICE, ACME).await;
    for round in 0..3 {
        // Several connections that were used a moment ago.
        together(6, |_| {
            let alice = alice.clone();
            async move { alice.get(BOARD).await.assert_status(200) }
        })
        .await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'tessera_app'";
        sqlx::query(end).execute(pool).await.unwrap();
        alice.get(BOARD).await.assert_status(200);
        alice.task("WEB-1").move_to(["todo", "done"][round % 2]).await.unwrap();
    }
}

#[tokio::test]
async fn a_write_that_fills_the_disk_does_not_break_the_next() {
    let app = TestApp::spawn().await;
    // PostgreSQL reports a full disk like any other error of a statement.
    let Pools::Sqlite { writer, .. } = app.pools() else { return };
    let alice = app.signed_in(ALICE, ACME).await;
    let task = alice.task("WEB-1");
    // The limit ends with the connection, which is replaced.
    sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
    let text = "x".repeat(19_000);
    let mut kept = 0;
    while let Ok(()) = task.comment(&text).await.inspect_err(|error| assert_eq!(*error, AppError::Unavailable)) {
        kept += 1;
        assert!(kept < 1_000, "the limit counts");
    }
    task.comment("There is room again").await.unwrap();
    assert_eq!(app.count(&format!("comment WHERE body = '{text}'")).await, kept);
}
