//! Tasks, by plain forms and as the WASM calls them.

use std::collections::BTreeSet;

use tessera::domain::{
    errors::AppError,
    projects::Board,
    tasks::{Moved, TaskCard, TaskDetail},
};

use crate::support::{ACME, ALICE, Browser, TestApp, together};

/// Alice in acme, with a project of its own to work in.
async fn with_project() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    (app, alice)
}

async fn add(browser: &Browser, state: &str, title: &str) -> Result<TaskCard, AppError> {
    let fields = [("org", "acme"), ("project", "NEW"), ("state", state), ("title", title)];
    browser.call("create_task", &fields).await
}

async fn place(browser: &Browser, number: i64, state: &str, before: Option<i64>) -> Result<Moved, AppError> {
    let (key, before) = (format!("NEW-{number}"), before.map(|before| before.to_string()));
    let mut fields = vec![("org", "acme"), ("key", key.as_str()), ("state", state)];
    fields.extend(before.as_deref().map(|before| ("before", before)));
    browser.call("move_task", &fields).await
}

async fn task(browser: &Browser, number: i64) -> TaskDetail {
    browser.ask("get_task", &[("org", "acme"), ("key", &format!("NEW-{number}"))]).await.unwrap()
}

/// The numbers in each column, from top to bottom.
async fn columns(browser: &Browser) -> [Vec<i64>; 4] {
    let board: Board = browser.ask("get_board", &[("org", "acme"), ("key", "NEW")]).await.unwrap();
    let numbers = board.columns.iter().map(|column| column.tasks.iter().map(|task| task.number).collect());
    numbers.collect::<Vec<_>>().try_into().unwrap()
}

#[tokio::test]
async fn a_plain_form_adds_a_task_and_leads_back_to_the_board() {
    let (_app, alice) = with_project().await;
    let board = "/o/acme/projects/NEW/board";
    let fields = [("org", "acme"), ("project", "new"), ("state", "todo"), ("title", "  Write\nit down ")];
    alice.post_form(board, "/fn/create_task", &fields).await.assert_leads_to(board);
    alice.get(board).await.assert_status(200).assert_says("Write it down").assert_says("NEW-1");
    alice.get("/o/acme/tasks/NEW-1").await.assert_status(200).assert_says("Write it down");
    alice.get("/o/acme/tasks/new-1").await.assert_status(200);
}

#[tokio::test]
async fn a_task_needs_a_title_and_a_column_that_there_is() {
    let (_app, alice) = with_project().await;
    assert!(add(&alice, "todo", " ").await.unwrap_err().field("title").is_some());
    assert!(add(&alice, "todo", &"x".repeat(201)).await.unwrap_err().field("title").is_some());
    for state in ["", "Todo", "nowhere", "\0"] {
        assert_eq!(add(&alice, state, "T").await, Err(AppError::BadRequest), "{state:?}");
    }
    let board = "/o/acme/projects/NEW/board";
    let fields = [("org", "acme"), ("project", "NEW"), ("state", "todo"), ("title", " ")];
    alice.post_form(board, "/fn/create_task", &fields).await.assert_status(422).assert_says("Enter a title.");
    assert_eq!(add(&alice, "todo", &"ü".repeat(200)).await.unwrap().number, 1, "no number was used up");
}

#[tokio::test]
async fn title_and_description_are_changed_together_or_not_at_all() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo", "Before").await.unwrap();
    let page = "/o/acme/tasks/NEW-1";
    let long = "x".repeat(100_001);
    let fields = |title: &'static str, description| {
        [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", title), ("description", description)]
    };
    let refused = alice.call::<TaskDetail>("update_task", &fields("", long.as_str())).await.unwrap_err();
    assert!(refused.field("title").is_some() && refused.field("description").is_some());
    alice.post_form(page, "/fn/update_task", &fields("After", "One\r\n\r\ntwo\r\n")).await.assert_leads_to(page);
    let task = task(&alice, 1).await;
    assert_eq!((task.facts.title.as_str(), task.facts.description.as_str(), task.version), ("After", "One\n\ntwo", 2));
}

#[tokio::test]
async fn a_stale_form_overwrites_nothing_and_shows_both_texts() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo", "First").await.unwrap();
    let form = |title, description| {
        [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", title), ("description", description)]
    };
    alice.call::<TaskDetail>("update_task", &form("Theirs", "Their <words>")).await.unwrap();
    let page = alice.post_form("/o/acme/tasks/NEW-1", "/fn/update_task", &form("Mine", "My <words>")).await;
    let page = page.assert_status(409).assert_says("Someone changed this task while you were editing");
    for text in ["Theirs", "Their &lt;words", "Mine", "My &lt;words"] {
        assert!(page.body.contains(text), "{text} is not shown");
    }
    assert!(page.body.contains("name=\"version\" value=\"2\""), "sending it again would be stale again");
    let called = alice.call::<TaskDetail>("update_task", &form("Mine", "")).await;
    assert!(matches!(called, Err(AppError::Conflict { .. })), "{called:?}");
    let task = task(&alice, 1).await;
    assert_eq!(
        (task.facts.title.as_str(), task.facts.description.as_str(), task.version),
        ("Theirs", "Their <words>", 2)
    );
}

#[tokio::test]
async fn a_task_moves_to_where_it_is_put() {
    let (_app, alice) = with_project().await;
    for title in ["one", "two", "three", "four"] {
        add(&alice, "todo", title).await.unwrap();
    }
    assert_eq!(columns(&alice).await, [vec![], vec![1, 2, 3, 4], vec![], vec![]]);
    for (number, state, before, expected) in [
        (4, "todo", Some(1), [vec![], vec![4, 1, 2, 3], vec![], vec![]]),
        (4, "todo", Some(3), [vec![], vec![1, 2, 4, 3], vec![], vec![]]),
        (1, "todo", None, [vec![], vec![2, 4, 3, 1], vec![], vec![]]),
        (2, "done", None, [vec![], vec![4, 3, 1], vec![], vec![2]]),
        (3, "done", Some(2), [vec![], vec![4, 1], vec![], vec![3, 2]]),
        // Before one that is in another column, one that is none, and itself.
        (4, "done", Some(1), [vec![], vec![1], vec![], vec![3, 2, 4]]),
        (3, "done", Some(99), [vec![], vec![1], vec![], vec![2, 4, 3]]),
        (2, "done", Some(2), [vec![], vec![1], vec![], vec![4, 3, 2]]),
    ] {
        place(&alice, number, state, before).await.unwrap();
        assert_eq!(columns(&alice).await, expected, "{number} to {state} before {before:?}");
    }
    assert_eq!(task(&alice, 4).await.version, 1, "a move does not make a form stale");
}

#[tokio::test]
async fn a_plain_form_moves_a_task_and_leads_back_to_it() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo", "T").await.unwrap();
    let page = "/o/acme/tasks/NEW-1";
    for fields in [
        &[("org", "acme"), ("key", "NEW-1"), ("state", "done")][..],
        &[("org", "acme"), ("key", "NEW-1"), ("state", "todo"), ("before", "")],
    ] {
        alice.post_form(page, "/fn/move_task", fields).await.assert_leads_to(page);
        assert_eq!(task(&alice, 1).await.facts.place.state, fields[2].1);
    }
    let nowhere = [("org", "acme"), ("key", "NEW-1"), ("state", "nowhere")];
    alice.post_form(page, "/fn/move_task", &nowhere).await.assert_status(400);
    assert_eq!(place(&alice, 1, "nowhere", None).await, Err(AppError::BadRequest));
    assert_eq!(place(&alice, 2, "done", None).await, Err(AppError::NotFound));
    assert_eq!(task(&alice, 1).await.facts.place.state, "todo");
}

#[tokio::test]
async fn many_moves_to_the_same_place_never_run_out_of_room() {
    let (_app, alice) = with_project().await;
    for title in ["one", "two", "three"] {
        add(&alice, "todo", title).await.unwrap();
    }
    for round in 0..60 {
        let (moved, other) = if round % 2 == 0 { (3, 2) } else { (2, 3) };
        place(&alice, moved, "todo", Some(other)).await.unwrap();
        assert_eq!(columns(&alice).await[1], [1, moved, other]);
    }
}

#[tokio::test]
async fn fifty_tasks_created_at_once_have_the_numbers_1_to_50() {
    let (_app, alice) = with_project().await;
    let created = together(50, |index| {
        let alice = alice.clone();
        async move { add(&alice, "todo", &format!("Task {index}")).await.unwrap().number }
    });
    let numbers: BTreeSet<_> = created.await.into_iter().collect();
    assert!(numbers.iter().copied().eq(1..=50), "{numbers:?}");
    // Each at the end, as it came.
    assert_eq!(columns(&alice).await[1], (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_hundred_moves_at_once_leave_every_task_once_and_in_order() {
    let (app, alice) = with_project().await;
    for number in 1..=10 {
        add(&alice, "todo", &format!("Task {number}")).await.unwrap();
    }
    let states = ["backlog", "todo", "in-progress", "done"];
    let moves = together(100, |index| {
        let alice = alice.clone();
        async move {
            let number = i64::try_from(index % 10).unwrap() + 1;
            let before = (index % 3 == 0).then_some(i64::try_from(index % 7).unwrap() + 1);
            place(&alice, number, states[index % 4], before).await.unwrap();
        }
    });
    moves.await;
    let mut all = columns(&alice).await.concat();
    all.sort_unstable();
    assert_eq!(all, (1..=10).collect::<Vec<_>>());
    let twins = "task a JOIN task b ON a.org_id = b.org_id AND a.project_id = b.project_id AND a.state = b.state
        AND a.rank = b.rank AND a.number < b.number";
    assert_eq!(app.count(twins).await, 0, "two tasks have the same place");
}

#[tokio::test]
async fn of_two_edits_at_once_one_is_refused() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo", "T").await.unwrap();
    let outcomes = together(8, |index| {
        let alice = alice.clone();
        async move {
            let title = format!("Edit {index}");
            let fields =
                [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", title.as_str()), ("description", "")];
            alice.call::<TaskDetail>("update_task", &fields).await
        }
    });
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 7));
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(AppError::Conflict { .. }))));
}
