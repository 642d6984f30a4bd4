//! Editing one or several tasks, and undoing the edits.

use std::collections::BTreeMap;

use tessera::testing::{
    domain::{
        errors::AppError,
        tasks::{event::Event, fields::TaskFields, priority::Priority},
    },
    kernel::random::Random,
    web::board::board_state::BoardState,
};

use uuid::Uuid;

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, BoardExt as _, DANA, JOE, Task, TestApp, functions::EditTasks, together,
};

#[tokio::test]
async fn every_field_can_be_changed_and_undone() {
    let (_app, project) = TestApp::with_project().await;
    project.add("todo", "Task").await;
    project.add("todo", "Task").await;
    let dana = project.board().await.unwrap().person("Dana Dvorak").to_string();
    let before = project.task(2).fields().await;
    let mut batches = Vec::new();
    for (field, values) in [
        ("priority", vec!["urgent"]),
        ("estimate", vec!["5"]),
        ("start_on", vec!["2026-12-01"]),
        ("due_on", vec!["2026-12-31"]),
        ("parent", vec!["NEW-1"]),
        ("assignees", vec!["", &dana]),
        ("archived", vec!["true"]),
        ("archived", vec!["false"]),
        ("deleted", vec!["true"]),
    ] {
        let was = project.task(2).fields().await;
        batches.push((field, was, project.edit_tasks(&[2], field, &values).await.unwrap()));
    }
    let after = project.task(2).fields().await;
    assert_eq!((after.priority, after.estimate, after.parent), (Priority::Urgent, Some(5), Some(1)));
    assert!(after.is_deleted && !after.is_archived && after.assignees.len() == 1);
    for (field, was, batch) in batches.into_iter().rev() {
        project.member.undo(batch).await.unwrap_or_else(|error| panic!("{field}: {error}"));
        assert_eq!(project.task(2).fields().await, was, "{field}");
    }
    assert_eq!(project.task(2).fields().await, before);
    assert_eq!(project.edit_tasks(&[2], "priority", &["none"]).await, Ok(None), "it was like that already");
}

#[tokio::test]
async fn a_plain_form_edits_a_field_and_shows_its_error() {
    let (_app, project) = TestApp::with_project().await;
    project.add("todo", "Task").await;
    let (alice, page) = (&project.member, &project.task(1).page());
    let form = |value| [("org", "acme"), ("keys[]", "NEW-1"), ("field", "estimate"), ("values[]", value)];
    alice.submit::<EditTasks>(page, &form("8")).await.assert_leads_to(page);
    assert_eq!(project.task(1).fields().await.estimate, Some(8));
    alice.submit::<EditTasks>(page, &form("eight")).await.assert_status(422);
    assert_eq!(project.task(1).fields().await.estimate, Some(8));
}

#[tokio::test]
async fn an_invalid_edit_is_refused_and_changes_nothing() {
    let (app, project) = TestApp::with_project().await;
    for _ in 0..3 {
        project.add("todo", "Task").await;
    }
    project.edit_tasks(&[2], "parent", &["NEW-1"]).await.unwrap();
    project.edit_tasks(&[3], "parent", &["NEW-2"]).await.unwrap();
    project.edit_tasks(&[1], "start_on", &["2026-12-10"]).await.unwrap();
    let bob = app.signed_in(BOB, BETA).await;
    let bob = bob.project("APP").board().await.unwrap().person(BOB).to_string();
    let label = Uuid::from_u128(9).to_string();
    let before = project.task(1).fields().await;
    for (field, value) in [
        ("parent", "NEW-9"),
        ("parent", "NEW-1"),
        ("parent", "NEW-3"),
        ("parent", "WEB-1"),
        ("due_on", "2026-12-09"),
        ("due_on", "2026-11-31"),
        ("assign", bob.as_str()),
        ("add_label", label.as_str()),
        ("priority", "first"),
    ] {
        let refused = project.edit_tasks(&[1], field, &[value]).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { .. }), "{field} {value}: {refused:?}");
    }
    assert_eq!(project.edit_tasks(&[1], "state", &["nowhere"]).await, Err(AppError::BadRequest));
    assert_eq!(project.edit_tasks(&[1], "colour", &["red"]).await, Err(AppError::BadRequest));
    assert_eq!(project.edit_tasks(&[], "priority", &["low"]).await, Err(AppError::BadRequest));
    assert_eq!(project.edit_tasks(&[1, 9], "priority", &["low"]).await, Err(AppError::NotFound));
    let many: Vec<_> = (1..=501).collect();
    let refused = project.edit_tasks(&many, "priority", &["low"]).await.unwrap_err();
    assert!(refused.field("keys").is_some_and(|reason| reason.contains("up to 500 tasks")), "{refused:?}");
    assert_eq!(project.task(1).fields().await, before, "all or nothing");
}

#[tokio::test]
async fn a_column_at_its_limit_refuses_more_tasks() {
    let (app, project) = TestApp::with_project().await;
    let sql = "UPDATE project_state SET wip_limit = 2 WHERE slug = 'in-progress'";
    assert!(app.database.change(sql).await > 0);
    for _ in 0..3 {
        project.add("todo", "Task").await;
    }
    let move_to = async |number: i64, state: &str| project.task(number).move_to(state).await;
    move_to(1, "in-progress").await.unwrap();
    move_to(2, "in-progress").await.unwrap();
    let board = project.member.get(&project.page("board")).await;
    board.assert_says(r#"class="count full""#).assert_says(r#"<span title="WIP limit"> / 2"#);
    let refused = move_to(3, "in-progress").await.unwrap_err();
    assert_eq!(refused.field("state"), Some("In progress has reached its WIP limit of 2. Move a task out first."));
    move_to(1, "in-progress").await.expect("it is in there already");
    move_to(1, "done").await.unwrap();
    move_to(3, "in-progress").await.unwrap();
    let bin = project.edit_tasks(&[3], "deleted", &["true"]).await.unwrap();
    move_to(1, "in-progress").await.unwrap();
    assert!(
        matches!(project.member.undo(bin).await, Err(AppError::Invalid { .. })),
        "there is no room to come back to"
    );
}

#[tokio::test]
async fn a_move_that_the_project_forbids_is_refused() {
    let (app, project) = TestApp::with_project().await;
    project.add("backlog", "Task").await;
    let sql = "INSERT INTO project_transition (org_id, project_id, from_state, to_state)
               SELECT org_id, id, 'backlog', 'todo' FROM project WHERE key = 'NEW'";
    assert_eq!(app.database.change(sql).await, 1);
    let refused = project.edit_tasks(&[1], "state", &["done"]).await.unwrap_err();
    assert_eq!(refused.field("state"), Some("This project doesn’t allow a move from Backlog to Done."));
    project.edit_tasks(&[1], "state", &["todo"]).await.unwrap();
}

#[tokio::test]
async fn a_bulk_edit_is_undone_as_a_whole() {
    let (_app, project) = TestApp::with_project().await;
    for _ in 0..4 {
        project.add("todo", "Task").await;
    }
    let order = async || project.board().await.unwrap().numbers();
    let batch = project.edit_tasks(&[4, 2, 3, 2], "state", &["done"]).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
    let again = project.member.undo(batch).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1, 2, 3, 4], vec![], vec![]]);
    project.member.undo(again).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
    let bin = project.edit_tasks(&[1, 2], "deleted", &["true"]).await.unwrap();
    assert_eq!(order().await, [vec![], vec![], vec![], vec![3, 4]]);
    assert!(matches!(project.edit_tasks(&[1], "priority", &["low"]).await, Err(AppError::Conflict { .. })));
    project.member.undo(bin).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
}

#[tokio::test]
async fn an_undo_by_somebody_else_or_after_a_newer_edit_is_refused() {
    let (app, project) = TestApp::with_project().await;
    let dana = app.signed_in(DANA, ACME).await;
    let danas = dana.project("NEW");
    project.add("todo", "Task").await;
    let batch = project.edit_tasks(&[1], "priority", &["high"]).await.unwrap();
    assert_eq!(dana.undo(batch).await, Err(AppError::NotFound));
    danas.edit_tasks(&[1], "priority", &["low"]).await.unwrap();
    assert!(matches!(project.member.undo(batch).await, Err(AppError::Conflict { .. })));
    assert_eq!(project.task(1).fields().await.priority, Priority::Low);
    danas.edit_tasks(&[1], "priority", &["high"]).await.unwrap();
    project.member.undo(batch).await.unwrap();
    assert_eq!(project.task(1).fields().await.priority, Priority::None);
}

#[tokio::test]
async fn a_delete_without_permission_is_refused_and_audited() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let refused = joe.task("CRM-1").delete().await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.delete' AND outcome = 'refused'").await, 1);
}

#[tokio::test]
async fn a_hundred_concurrent_moves_by_two_people_leave_one_order() {
    let (app, project) = TestApp::with_project().await;
    let danas = app.signed_in(DANA, ACME).await.project("NEW");
    for _ in 0..10 {
        project.add("todo", "Task").await;
    }
    let before = project.board().await.unwrap();
    together(100, |at| {
        let project = if at % 2 == 0 { project.clone() } else { danas.clone() };
        async move {
            let [moved, before] = [at % 10 + 1, (at * 7) % 10 + 1].map(|number| i64::try_from(number).unwrap());
            let state = ["todo", "done"][at / 2 % 2];
            project.task(moved).move_before(state, before).await.unwrap();
        }
    })
    .await;
    let after = project.board().await.unwrap();
    assert_eq!(after.columns, danas.board().await.unwrap().columns);
    let mut numbers: Vec<_> = after.columns.iter().flat_map(|column| &column.tasks).map(|task| task.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    // A page that applies the events shows the same board.
    let mut moves = BoardState::new(before.columns, before.as_of);
    for (number, task, event) in app.database.events("acme", before.as_of).await {
        moves.apply_event(number, task, &event);
    }
    assert_eq!(*moves.columns(), *BoardState::new(after.columns, after.as_of).columns());
}

/// Changes the description of a task, unless the task is in the trash.
async fn describe(task: &Task, description: &str) {
    let Ok(found) = task.get().await else { return };
    _ = task.write(found.version, "Task", description).await;
}

/// Draws a random number below `below`.
fn draw(random: &Random, below: u8) -> u8 {
    random.bytes::<1>()[0] % below
}

#[tokio::test]
async fn replaying_the_events_gives_the_stored_tasks() {
    for seed in 0..4 {
        let (app, project) = TestApp::with_project().await;
        let board = project.board().await.unwrap();
        let people = [String::new(), board.person("Dana Dvorak").to_string(), board.person(ALICE).to_string()];
        let random = Random::seeded(seed);
        let mut batches = Vec::new();
        for _ in 0..3 {
            project.add("todo", "Task").await;
        }
        for _ in 0..60 {
            let number = i64::from(draw(&random, 4)) + 1;
            let state = ["backlog", "todo", "in-progress", "done"][usize::from(draw(&random, 4))];
            let (field, value) = match draw(&random, 10) {
                0 => ("priority", ["none", "urgent", "low"][usize::from(draw(&random, 3))].to_owned()),
                1 => ("due_on", ["", "2026-12-24", "2027-01-01"][usize::from(draw(&random, 3))].to_owned()),
                2 => ("start_on", ["", "2026-12-25", "2026-11-01"][usize::from(draw(&random, 3))].to_owned()),
                3 => ("assignees", people[usize::from(draw(&random, 3))].clone()),
                4 => ("parent", ["", "NEW-1", "NEW-2"][usize::from(draw(&random, 3))].to_owned()),
                5 => ("deleted", (draw(&random, 2) == 0).to_string()),
                6 => {
                    let before = i64::from(draw(&random, 4)) + 1;
                    // A refused move changes nothing.
                    _ = project.task(number).move_before(state, before).await;
                    continue;
                }
                7 => {
                    project.add(state, "Task").await;
                    continue;
                }
                8 => {
                    let text = ["", "One", "Two\nlines"][usize::from(draw(&random, 3))];
                    describe(&project.task(number), text).await;
                    continue;
                }
                _ => {
                    if let Some(batch) = batches.pop() {
                        _ = project.member.undo(batch).await;
                    }
                    continue;
                }
            };
            if let Ok(batch @ Some(_)) = project.edit_tasks(&[number], field, &[&value]).await {
                batches.push(batch);
            }
        }
        let mut replayed: BTreeMap<i64, TaskFields> = BTreeMap::new();
        let events = app.database.events("acme", 0).await;
        assert!(events.iter().map(|(number, ..)| *number).eq(1..=events.len().try_into().unwrap()), "without gaps");
        for (_, task, event) in app.database.events_of("acme", "NEW").await {
            match (event, task) {
                (Event::Created { fields }, Some(number)) => _ = replayed.insert(number, *fields),
                (Event::Changed { changes, .. }, Some(number)) => {
                    let fields = replayed.get_mut(&number).unwrap();
                    for change in changes {
                        assert!(change.fits(fields), "seed {seed}: {change:?} does not fit {fields:?}");
                        change.apply(fields);
                    }
                }
                (Event::Ranked { ranks }, _) => {
                    for (number, rank) in ranks {
                        replayed.get_mut(&number).unwrap().position.rank = rank;
                    }
                }
                _ => {}
            }
        }
        assert!(replayed.len() >= 3);
        for (number, expected) in replayed {
            assert_eq!(project.task(number).fields().await, expected, "seed {seed}, NEW-{number}");
        }
    }
}

#[tokio::test]
async fn undoing_a_creation_needs_the_permission_to_delete() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    joe.project("CRM").add("todo", "Mine").await;
    let batch = app.database.batch_of_last_event("abc-inc").await;
    let refused = joe.undo(batch).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.undo' AND outcome = 'refused'").await, 1);
}
