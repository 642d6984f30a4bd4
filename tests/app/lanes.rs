//! The board's swimlanes.

use tessera::domain::{
    errors::AppError,
    projects::Board,
    tasks::{Moved, TaskCard, TaskDetail, priority::Priority},
};
use uuid::Uuid;

use crate::support::{ACME, ALICE, Browser, DANA, TestApp};

/// Alice in acme, with a project of its own to work in and a task in it that is hers.
async fn with_task() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    let fields = [("org", "acme"), ("project", "NEW"), ("state", "todo"), ("title", "Task")];
    alice.call::<TaskCard>("create_task", &fields).await.unwrap();
    let lane = lane(&alice, ALICE).await;
    shift(&alice, "todo", "assignee:none", &lane).await.unwrap();
    (app, alice)
}

/// The lane of the person with this address.
async fn lane(browser: &Browser, address: &str) -> String {
    let people = board(browser).await.people;
    let person = people.iter().find(|person| person.name == address).unwrap_or_else(|| panic!("{address}"));
    format!("assignee:{}", person.id)
}

async fn shift(browser: &Browser, state: &str, from: &str, to: &str) -> Result<Moved, AppError> {
    let fields = [("org", "acme"), ("key", "NEW-1"), ("state", state), ("out_of", from), ("into", to)];
    browser.call("move_task", &fields).await
}

async fn board(browser: &Browser) -> Board {
    browser.ask("get_board", &[("org", "acme"), ("key", "NEW")]).await.unwrap()
}

/// The state and the people of the task.
async fn task(browser: &Browser) -> (String, Vec<String>) {
    let task: TaskDetail = browser.ask("get_task", &[("org", "acme"), ("key", "NEW-1")]).await.unwrap();
    (task.facts.place.state, task.facts.assignees.iter().map(|id| format!("assignee:{id}")).collect())
}

#[tokio::test]
async fn a_move_into_another_lane_is_one_change_and_is_undone_as_one() {
    let (app, alice) = with_task().await;
    app.signed_in(DANA, ACME).await;
    let (hers, danas) = (lane(&alice, ALICE).await, lane(&alice, DANA).await);
    let moved = shift(&alice, "done", &hers, &danas).await.unwrap();
    assert_eq!(task(&alice).await, ("done".to_owned(), vec![danas.clone()]));
    let batch = moved.undo.unwrap().to_string();
    alice.call::<Option<Uuid>>("undo", &[("org", "acme"), ("batch", &batch)]).await.unwrap();
    assert_eq!(task(&alice).await, ("todo".to_owned(), vec![hers.clone()]));
    shift(&alice, "todo", "priority:none", "priority:high").await.unwrap();
    assert_eq!(board(&alice).await.columns[1].tasks[0].priority, Priority::High);
    shift(&alice, "todo", &hers, "assignee:none").await.unwrap();
    assert_eq!(task(&alice).await, ("todo".to_owned(), vec![]));
}

#[tokio::test]
async fn a_move_that_is_refused_changes_neither_column_nor_lane() {
    let (_app, alice) = with_task().await;
    let hers = lane(&alice, ALICE).await;
    let stranger = format!("assignee:{}", Uuid::from_u128(7));
    let refused = shift(&alice, "done", &hers, &stranger).await.unwrap_err();
    assert!(refused.field("assignees").is_some(), "{refused:?}");
    let label = format!("label:{}", Uuid::from_u128(7));
    assert!(shift(&alice, "done", "label:none", &label).await.unwrap_err().field("labels").is_some());
    for (from, to) in [(hers.as_str(), "priority:high"), ("whole", "whole"), ("colour:red", "colour:blue")] {
        assert_eq!(shift(&alice, "done", from, to).await, Err(AppError::BadRequest), "{from} {to}");
    }
    assert_eq!(task(&alice).await, ("todo".to_owned(), vec![hers]));
}

#[tokio::test]
async fn the_address_says_which_lanes_a_board_has() {
    let (_app, alice) = with_task().await;
    let page = alice.get("/o/acme/projects/NEW/board?lanes=priority").await.assert_status(200);
    page.assert_says(r#"data-lane="priority:none""#).assert_says("No priority");
    let plain = alice.get("/o/acme/projects/NEW/board").await.assert_status(200);
    assert!(!plain.body.contains("data-lane"));
    alice.get("/o/acme/projects/NEW/board?lanes=colour").await.assert_status(400).assert_says("lanes=colour");
    alice.get("/o/acme/projects/NEW/list?lanes=label").await.assert_status(200).assert_says("board?lanes=label");
}
