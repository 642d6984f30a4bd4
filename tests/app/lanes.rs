//! The board's swimlanes.

use tessera::testing::domain::{errors::AppError, tasks::priority::Priority};
use uuid::Uuid;

use crate::support::{ACME, ALICE, BoardExt as _, DANA, Project, Task, TestApp};

/// Creates a project with one task that is assigned to Alice.
async fn with_task() -> (TestApp, Project, Task) {
    let (app, project) = TestApp::with_project().await;
    project.add("todo", "Task").await;
    let task = project.task(1);
    task.move_to_lane("todo", "assignee:none", &lane(&project, ALICE).await).await.unwrap();
    (app, project, task)
}

/// Returns the key of a person's swimlane.
async fn lane(project: &Project, name: &str) -> String {
    format!("assignee:{}", project.board().await.unwrap().person(name))
}

/// Returns the state of a task and the swimlanes of its assignees.
async fn state_and_lanes(task: &Task) -> (String, Vec<String>) {
    let fields = task.fields().await;
    (fields.position.state, fields.assignees.iter().map(|id| format!("assignee:{id}")).collect())
}

#[tokio::test]
async fn a_move_into_another_lane_is_undone_as_one_change() {
    let (app, project, task) = with_task().await;
    app.signed_in(DANA, ACME).await;
    let (hers, danas) = (lane(&project, ALICE).await, lane(&project, DANA).await);
    let moved = task.move_to_lane("done", &hers, &danas).await.unwrap();
    assert_eq!(state_and_lanes(&task).await, ("done".to_owned(), vec![danas.clone()]));
    project.member.undo(moved.undo).await.unwrap();
    assert_eq!(state_and_lanes(&task).await, ("todo".to_owned(), vec![hers.clone()]));
    task.move_to_lane("todo", "priority:none", "priority:high").await.unwrap();
    assert_eq!(project.board().await.unwrap().columns[1].tasks[0].priority, Priority::High);
    task.move_to_lane("todo", &hers, "assignee:none").await.unwrap();
    assert_eq!(state_and_lanes(&task).await, ("todo".to_owned(), vec![]));
}

#[tokio::test]
async fn a_move_that_is_refused_changes_neither_column_nor_lane() {
    let (_app, project, task) = with_task().await;
    let hers = lane(&project, ALICE).await;
    let stranger = format!("assignee:{}", Uuid::from_u128(7));
    let refused = task.move_to_lane("done", &hers, &stranger).await.unwrap_err();
    assert!(refused.field("assignees").is_some(), "{refused:?}");
    let label = format!("label:{}", Uuid::from_u128(7));
    assert!(task.move_to_lane("done", "label:none", &label).await.unwrap_err().field("labels").is_some());
    for (from, to) in [(hers.as_str(), "priority:high"), ("whole", "whole"), ("colour:red", "colour:blue")] {
        assert_eq!(task.move_to_lane("done", from, to).await, Err(AppError::BadRequest), "{from} {to}");
    }
    assert_eq!(state_and_lanes(&task).await, ("todo".to_owned(), vec![hers]));
}

#[tokio::test]
async fn the_query_selects_the_lanes_of_a_board() {
    let (_app, project, _task) = with_task().await;
    let alice = &project.member;
    let page = alice.get(&project.page("board?lanes=priority")).await.assert_status(200);
    page.assert_says(r#"data-lane="priority:none""#).assert_says("No priority");
    let plain = alice.get(&project.page("board")).await.assert_status(200);
    assert!(!plain.body.contains("data-lane"));
    alice.get(&project.page("board?lanes=colour")).await.assert_status(400).assert_says("lanes=colour");
    alice.get(&project.page("list?lanes=label")).await.assert_status(200).assert_says("board?lanes=label");
}
