//! The number of statements per page, which docs/figures.md lists. It does not grow with the data.

use serde_json::json;

use crate::support::{ABC, Browser, CAROL, Direct, JOE, Member, TestApp, functions::SaveView};

/// A page: its path, its number of transactions, and its numbers of statements on `SQLite` and on `PostgreSQL`, where
/// some transactions set the organization after their beginning.
const PAGES: [(&str, u64, u64, u64); 12] = [
    ("/", 4, 6, 9),
    ("/o/abc-inc", 4, 4, 4),
    ("/o/abc-inc/projects/CRM", 5, 11, 11),
    ("/o/abc-inc/projects/CRM/board", 5, 6, 6),
    ("/o/abc-inc/projects/CRM/list", 5, 9, 9),
    ("/o/abc-inc/projects/CRM/list?group=label&priority=none&label=none&due=none,7d", 5, 9, 9),
    ("/o/abc-inc/tasks/CRM-1", 6, 13, 13),
    ("/o/abc-inc/search?q=the", 5, 5, 6),
    ("/o/abc-inc/inbox", 5, 8, 8),
    ("/o/abc-inc/my-work", 5, 5, 5),
    ("/o/abc-inc/projects/CRM/bin", 5, 7, 7),
    ("/o/abc-inc/projects/CRM/settings/moves", 5, 6, 6),
];

#[tokio::test]
async fn each_page_runs_the_documented_number_of_statements() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let mut costs = Vec::new();
    for (path, ..) in PAGES {
        costs.push((path, cost(&app, &joe, path).await));
    }
    let written = PAGES.map(|(path, transactions, sqlite, postgres)| match app.database.direct() {
        Direct::Sqlite { .. } => (path, (transactions, sqlite)),
        Direct::Postgres { .. } => (path, (transactions, postgres)),
    });
    assert_eq!(costs, written);
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_data() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    // Both measurements have more workspaces than a page lists, so that they take the same code path.
    app.add_workspaces("joe@example.com", 30).await;
    let mut before = Vec::new();
    for (path, ..) in PAGES {
        before.push(cost(&app, &joe, path).await);
    }
    app.add_workspaces("joe@example.com", 60).await;
    for key in ["ONE", "TWO", "THREE"] {
        app.add_project(ABC, key, 20).await;
    }
    add_rows(&app, &joe).await;
    for ((path, ..), before) in PAGES.into_iter().zip(before) {
        assert_eq!(cost(&app, &joe, path).await, before, "{path}");
    }
}

/// What a write costs, with the checks of the session and the seat before it: its transactions, and its statements on
/// `SQLite` and on `PostgreSQL`. The transaction that writes begins there in one round trip, with what its policies read and the
/// first locks, and commits in another.
const WRITES: [(&str, u64, u64, u64); 5] = [
    ("a move to another column", 3, 6, 4),
    ("a move within a column", 3, 6, 4),
    ("a change of a field", 3, 6, 4),
    ("a new task", 3, 11, 10),
    ("an undo", 3, 9, 9),
];

#[tokio::test]
async fn each_write_runs_the_documented_number_of_statements() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let project = joe.project("CRM");
    let (task, other) = (joe.task("CRM-1"), project.add("todo", "Another").await);
    let mut costs = vec![
        least(&app, async |run| _ = task.move_to(["todo", "in-progress"][run % 2]).await.unwrap()).await,
        least(&app, async |run| {
            let (before, after) = if run % 2 == 0 { (Some(other), None) } else { (None, Some(other)) };
            task.move_between("todo", after, before).await.unwrap();
        })
        .await,
        least(&app, async |run| _ = task.set("estimate", &(100 + run).to_string()).await.unwrap()).await,
        least(&app, async |_| _ = project.add("todo", "New").await).await,
    ];
    let mut undone = Vec::new();
    for estimate in 200..204 {
        undone.push(task.set("estimate", &estimate.to_string()).await.unwrap().unwrap());
    }
    costs.push(least(&app, async |_| joe.undo(undone.pop().unwrap()).await.map(drop).unwrap()).await);
    let written = WRITES.map(|(_, transactions, sqlite, postgres)| match app.database.direct() {
        Direct::Sqlite { .. } => (transactions, sqlite),
        Direct::Postgres { .. } => (transactions, postgres),
    });
    assert_eq!(costs, written, "{WRITES:?}");
}

/// Counts the transactions and statements of the cheapest of four runs of `write`.
async fn least(app: &TestApp, mut write: impl AsyncFnMut(usize)) -> (u64, u64) {
    let mut least = (u64::MAX, u64::MAX);
    for run in 0..4 {
        let (transactions, statements) = app.database_used();
        write(run).await;
        let after = app.database_used();
        least = least.min((after.0 - transactions, after.1 - statements));
    }
    least
}

/// Adds rows of every kind that the pages show, in the project and to the task that are measured.
async fn add_rows(app: &TestApp, joe: &Member) {
    let carol = app.signed_in(CAROL, ABC).await;
    let (project, task) = (joe.project("CRM"), joe.task("CRM-1"));
    let carols_id = task.person(CAROL).await.to_string();
    for number in 1..=12 {
        let label = format!("Label {number}");
        carol.project("CRM").create_label(&label, "4").await.unwrap();
        for state in ["backlog", "todo", "in-progress", "done"] {
            project.add(state, &format!("The task {number}")).await;
        }
        let added = project.add("todo", &format!("The related task {number}")).await;
        task.relate("blocks", &format!("CRM-{added}")).await.unwrap();
        task.add_subtask(&format!("The part {number}")).await.unwrap();
        task.comment(&format!("Comment {number}")).await.unwrap();
        project.task(added).set("assignees", &carols_id).await.unwrap();
        // Carol's changes are news for Joe.
        let news = carol.project("CRM").add("todo", "The news").await;
        let joes_id = carol.project("CRM").task(news).person(JOE).await.to_string();
        carol.project("CRM").task(news).set("assignees", &joes_id).await.unwrap();
        let rubbish = project.add("todo", "The rubbish").await;
        carol.project("CRM").task(rubbish).delete().await.unwrap();
        let (org, key, name) = (joe.org(), "CRM".to_owned(), format!("View {number}"));
        let (layout, query) = ("list".to_owned(), String::new());
        joe.call(SaveView { org, key, layout, query, name, shared: false }).await.unwrap();
    }
    let labels: Vec<_> =
        carol.project("CRM").settings().await.labels.iter().map(|label| label.id.to_string()).collect();
    task.set_all("labels", &labels.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
}

#[tokio::test]
async fn a_call_of_the_api_runs_one_statement() {
    let app = TestApp::spawn().await;
    let mut token = app.provider.grant(JOE, Some(ABC.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"]));
    let token = app.provider.sign(&token);
    for path in ["projects", "projects/CRM", "profile"] {
        let call = || app.client().get(format!("{}api/v1/{path}", app.url)).bearer_auth(&token);
        // The first call finds the organization.
        let used = least(&app, async |_| _ = app.browser().send(call()).await.assert_status(200)).await;
        assert_eq!(used, (1, 1), "{path}");
    }
}

/// Counts the transactions and statements of a page: the minimum of four runs, since background work may add some.
async fn cost(app: &TestApp, browser: &Browser, path: &str) -> (u64, u64) {
    let mut least = (u64::MAX, u64::MAX);
    for _ in 0..4 {
        let (transactions, statements) = app.database_used();
        browser.get(path).await.assert_status(200);
        let after = app.database_used();
        least = least.min((after.0 - transactions, after.1 - statements));
    }
    least
}
