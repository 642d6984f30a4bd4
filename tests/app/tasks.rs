//! Creating and moving tasks with plain forms and with server functions.

use std::collections::BTreeSet;

use tessera::testing::domain::errors::AppError;

use crate::support::{
    BoardExt as _, Project, TestApp,
    functions::{CreateTask, MoveTask, UpdateTask},
    together,
};

/// Lists the task numbers in each column, from top to bottom.
async fn columns(project: &Project) -> Vec<Vec<i64>> {
    project.board().await.unwrap().numbers()
}

#[tokio::test]
async fn a_plain_form_adds_a_task_and_leads_back_to_the_board() {
    let (_app, project) = TestApp::with_project().await;
    let (alice, board) = (&project.member, &project.page("board"));
    let fields = [("org", "acme"), ("project", "new"), ("state", "todo"), ("title", "  Write\nit down ")];
    alice.submit::<CreateTask>(board, &fields).await.assert_leads_to(board);
    alice.get(board).await.assert_status(200).assert_says("Write it down").assert_says("NEW-1");
    alice.get(&project.task(1).page()).await.assert_status(200).assert_says("Write it down");
    let answer = alice.get("/o/acme/tasks/new-1").await.assert_status(308);
    assert_eq!(answer.location(), "/o/acme/tasks/NEW-1");
}

#[tokio::test]
async fn a_task_needs_a_title_and_an_existing_state() {
    let (_app, project) = TestApp::with_project().await;
    assert!(project.create_task("todo", " ").await.unwrap_err().field("title").is_some());
    assert!(project.create_task("todo", &"x".repeat(201)).await.unwrap_err().field("title").is_some());
    for state in ["", "Todo", "nowhere", "\0"] {
        assert_eq!(project.create_task(state, "T").await, Err(AppError::BadRequest), "{state:?}");
    }
    let board = &project.page("board");
    let fields = [("org", "acme"), ("project", "NEW"), ("state", "todo"), ("title", " ")];
    project.member.submit::<CreateTask>(board, &fields).await.assert_status(422).assert_says("Enter a title.");
    assert_eq!(project.create_task("todo", &"ü".repeat(200)).await.unwrap().number, 1, "no number was used up");
}

#[tokio::test]
async fn title_and_description_are_changed_together_or_not_at_all() {
    let (_app, project) = TestApp::with_project().await;
    project.create_task("todo", "Before").await.unwrap();
    let page = &project.task(1).page();
    let long = "x".repeat(100_001);
    let refused = project.task(1).write(1, "", &long).await.unwrap_err();
    assert!(refused.field("title").is_some() && refused.field("description").is_some());
    let description = "One\r\n\r\ntwo\r\n";
    let fields =
        [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", "After"), ("description", description)];
    project.member.submit::<UpdateTask>(page, &fields).await.assert_leads_to(page);
    let task = project.task(1).get().await.unwrap();
    assert_eq!(
        (task.fields.title.as_str(), task.fields.description.as_str(), task.version),
        ("After", "One\n\ntwo", 2)
    );
}

#[tokio::test]
async fn a_stale_form_overwrites_nothing_and_shows_both_texts() {
    let (_app, project) = TestApp::with_project().await;
    project.create_task("todo", "First").await.unwrap();
    project.task(1).write(1, "Theirs", "Their <words>").await.unwrap();
    let mine = [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", "Mine"), ("description", "My <words>")];
    let page = project.member.submit::<UpdateTask>(&project.task(1).page(), &mine).await;
    let page = page.assert_status(409).assert_says("Someone changed this task while you were editing");
    for text in ["Theirs", "Their &lt;words", "Mine", "My &lt;words"] {
        assert!(page.body.contains(text), "{text} is not shown");
    }
    assert!(page.body.contains("name=\"version\" value=\"2\""), "sending it again would be stale again");
    let called = project.task(1).write(1, "Mine", "").await;
    assert!(matches!(called, Err(AppError::Conflict { .. })), "{called:?}");
    let task = project.task(1).get().await.unwrap();
    assert_eq!(
        (task.fields.title.as_str(), task.fields.description.as_str(), task.version),
        ("Theirs", "Their <words>", 2)
    );
}

#[tokio::test]
async fn a_task_moves_to_its_drop_position() {
    let (_app, project) = TestApp::with_project().await;
    for title in ["one", "two", "three", "four"] {
        project.create_task("todo", title).await.unwrap();
    }
    assert_eq!(columns(&project).await, [vec![], vec![1, 2, 3, 4], vec![], vec![]]);
    for (number, state, before, expected) in [
        (4, "todo", Some(1), [vec![], vec![4, 1, 2, 3], vec![], vec![]]),
        (4, "todo", Some(3), [vec![], vec![1, 2, 4, 3], vec![], vec![]]),
        (1, "todo", None, [vec![], vec![2, 4, 3, 1], vec![], vec![]]),
        (2, "done", None, [vec![], vec![4, 3, 1], vec![], vec![2]]),
        (3, "done", Some(2), [vec![], vec![4, 1], vec![], vec![3, 2]]),
        // If the anchor is in another column, missing, or the task itself, the task moves to the end of the column.
        (4, "done", Some(1), [vec![], vec![1], vec![], vec![3, 2, 4]]),
        (3, "done", Some(99), [vec![], vec![1], vec![], vec![2, 4, 3]]),
        (2, "done", Some(2), [vec![], vec![1], vec![], vec![4, 3, 2]]),
    ] {
        project.task(number).move_between(state, None, before).await.unwrap();
        assert_eq!(columns(&project).await, expected, "{number} to {state} before {before:?}");
    }
    assert_eq!(project.task(4).get().await.unwrap().version, 1, "a move does not make a form stale");
}

#[tokio::test]
async fn a_plain_form_moves_a_task_and_leads_back_to_it() {
    let (_app, project) = TestApp::with_project().await;
    project.create_task("todo", "T").await.unwrap();
    let (alice, page) = (&project.member, &project.task(1).page());
    for fields in [
        &[("org", "acme"), ("key", "NEW-1"), ("state", "done")][..],
        &[("org", "acme"), ("key", "NEW-1"), ("state", "todo"), ("before", "")],
    ] {
        alice.submit::<MoveTask>(page, fields).await.assert_leads_to(page);
        assert_eq!(project.task(1).get().await.unwrap().fields.position.state, fields[2].1);
    }
    let nowhere = [("org", "acme"), ("key", "NEW-1"), ("state", "nowhere")];
    alice.submit::<MoveTask>(page, &nowhere).await.assert_status(400);
    assert_eq!(project.task(1).move_to("nowhere").await, Err(AppError::BadRequest));
    assert_eq!(project.task(2).move_to("done").await, Err(AppError::NotFound));
    assert_eq!(project.task(1).get().await.unwrap().fields.position.state, "todo");
}

#[tokio::test]
async fn many_moves_to_the_same_place_never_run_out_of_room() {
    let (_app, project) = TestApp::with_project().await;
    for title in ["one", "two", "three"] {
        project.create_task("todo", title).await.unwrap();
    }
    for round in 0..60 {
        let (moved, other) = if round % 2 == 0 { (3, 2) } else { (2, 3) };
        project.task(moved).move_before("todo", other).await.unwrap();
        assert_eq!(columns(&project).await[1], [1, moved, other]);
    }
}

#[tokio::test]
async fn fifty_tasks_created_at_once_have_the_numbers_1_to_50() {
    let (_app, project) = TestApp::with_project().await;
    let created = together(50, |index| {
        let project = project.clone();
        async move { project.create_task("todo", &format!("Task {index}")).await.unwrap().number }
    });
    let numbers: BTreeSet<_> = created.await.into_iter().collect();
    assert!(numbers.iter().copied().eq(1..=50), "{numbers:?}");
    // Each task was added to the end of the column.
    assert_eq!(columns(&project).await[1], (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_hundred_moves_at_once_leave_every_task_once_and_in_order() {
    let (app, project) = TestApp::with_project().await;
    for number in 1..=10 {
        project.create_task("todo", &format!("Task {number}")).await.unwrap();
    }
    let states = ["backlog", "todo", "in-progress", "done"];
    let moves = together(100, |index| {
        let project = project.clone();
        async move {
            let number = i64::try_from(index % 10).unwrap() + 1;
            let before = (index % 3 == 0).then_some(i64::try_from(index % 7).unwrap() + 1);
            project.task(number).move_between(states[index % 4], None, before).await.unwrap();
        }
    });
    moves.await;
    let mut all = columns(&project).await.concat();
    all.sort_unstable();
    assert_eq!(all, (1..=10).collect::<Vec<_>>());
    let twins = "task a JOIN task b ON a.org_id = b.org_id AND a.project_id = b.project_id AND a.state = b.state
        AND a.rank = b.rank AND a.number < b.number";
    assert_eq!(app.count(twins).await, 0, "two tasks have the same place");
}

#[tokio::test]
async fn of_concurrent_edits_only_one_is_accepted() {
    let (_app, project) = TestApp::with_project().await;
    project.create_task("todo", "T").await.unwrap();
    let outcomes = together(8, |index| {
        let project = project.clone();
        async move { project.task(1).write(1, &format!("Edit {index}"), "").await }
    });
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 7));
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(AppError::Conflict { .. }))));
}
