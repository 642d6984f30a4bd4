//! Boards with many done tasks: a column shows the latest done tasks and counts the others.

use tessera::testing::domain::board::{Column, RECENT};

use crate::support::{ACME, ALICE, BoardExt as _, Project, TestApp};

/// The number of tasks in each of the four states.
const EACH: usize = RECENT + 7;

/// Starts an application in which Alice is signed in to acme and has a large project.
async fn with_large_project() -> (TestApp, Project) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.add_project(ACME, "BIG", EACH * 4).await;
    (app, alice.project("BIG"))
}

#[tokio::test]
async fn the_done_column_shows_recent_tasks_and_counts_all() {
    let (_app, project) = with_large_project().await;
    let column = async |query: &str, state: &str| project.filtered_board(query).await.unwrap().column(state).clone();
    let counted = |column: &Column| (column.tasks.len(), column.hidden);
    let done = column("", "done").await;
    assert_eq!((counted(&done), counted(&column("", "todo").await)), ((RECENT, 7), (EACH, 0)));
    let last = i64::try_from(EACH * 4).unwrap();
    assert_eq!(done.tasks.last().map(|task| task.number), Some(last), "the last of the column");
    assert_eq!(done.tasks[0].number, last - 4 * 99);

    // The first move concerns a hidden task, the second a visible task.
    for (number, state, expected) in [(4, "todo", (RECENT, 6)), (1, "done", (RECENT, 7))] {
        project.task(number).move_to(state).await.unwrap();
        assert_eq!(counted(&column("", "done").await), expected, "BIG-{number}");
    }
    assert_eq!(column("", "done").await.tasks.last().map(|task| task.number), Some(1), "what came last is shown");

    // A filter also matches hidden tasks.
    let shown: Vec<_> = column("category=completed", "done").await.tasks.iter().map(|task| task.number).collect();
    assert_eq!(shown.len(), RECENT);
    let title = &column("", "done").await.tasks[0].title;
    let one = column(&format!("text={}", title.replace(' ', "+")), "done").await;
    assert_eq!(counted(&one).0 + one.hidden, EACH);

    project.member.get("/o/acme/projects/BIG/board").await.assert_says("/o/acme/projects/BIG/list?state=done");
}

#[tokio::test]
async fn assignees_are_loaded_for_visible_cards_only() {
    let (_app, project) = with_large_project().await;
    let alice = project.board().await.unwrap().person(ALICE).to_string();
    let last = i64::try_from(EACH * 4).unwrap();
    project.edit_tasks(&[4, last], "assign", &[&alice]).await.unwrap();
    let columns = project.board().await.unwrap().columns;
    let given = columns.iter().flat_map(|column| &column.tasks).filter(|task| !task.assignees.is_empty());
    assert_eq!(given.map(|task| task.number).collect::<Vec<_>>(), [last]);
}
