//! What people change about tasks: one thing at a time, on one task or many, and back.

use std::collections::BTreeMap;

use tessera::{
    domain::{
        errors::AppError,
        projects::Board,
        tasks::{Moved, TaskCard, TaskDetail, event::Event, fields::TaskFields, priority::Priority},
    },
    kernel::random::Random,
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, BETA, BOB, Browser, DANA, JOE, TestApp, together};

async fn with_project() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    (app, alice)
}

async fn add(browser: &Browser, state: &str) -> TaskCard {
    let fields = [("org", "acme"), ("project", "NEW"), ("state", state), ("title", "Task")];
    browser.call("create_task", &fields).await.unwrap()
}

/// Gives `field` of the tasks with these numbers the `values`; gives what undoes it.
async fn edit(browser: &Browser, numbers: &[i64], field: &str, values: &[&str]) -> Result<Option<Uuid>, AppError> {
    let keys: Vec<_> = numbers.iter().map(|number| format!("NEW-{number}")).collect();
    let mut fields = vec![("org", "acme"), ("field", field)];
    let names: Vec<_> =
        (0..keys.len().max(values.len())).map(|at| (format!("keys[{at}]"), format!("values[{at}]"))).collect();
    fields.extend(keys.iter().zip(&names).map(|(key, (name, _))| (name.as_str(), key.as_str())));
    fields.extend(values.iter().zip(&names).map(|(value, (_, name))| (name.as_str(), *value)));
    browser.call("edit_tasks", &fields).await
}

async fn undo(browser: &Browser, batch: Option<Uuid>) -> Result<Option<Uuid>, AppError> {
    let batch = batch.expect("something was changed").to_string();
    browser.call("undo", &[("org", "acme"), ("batch", &batch)]).await
}

async fn facts(browser: &Browser, number: i64) -> TaskFields {
    let key = format!("NEW-{number}");
    browser.ask::<TaskDetail>("get_task", &[("org", "acme"), ("key", &key)]).await.unwrap().facts
}

async fn board(browser: &Browser) -> Board {
    browser.ask("get_board", &[("org", "acme"), ("key", "NEW")]).await.unwrap()
}

/// Whom the provider of the tests calls by the subject.
async fn person(browser: &Browser, name: &str) -> Uuid {
    board(browser).await.people.iter().find(|person| person.name == name).unwrap_or_else(|| panic!("{name}")).id
}

#[tokio::test]
async fn every_fact_is_changed_and_changed_back() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo").await;
    add(&alice, "todo").await;
    let dana = person(&alice, "Dana Dvorak").await.to_string();
    let before = facts(&alice, 2).await;
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
        let was = facts(&alice, 2).await;
        batches.push((field, was, edit(&alice, &[2], field, &values).await.unwrap()));
    }
    let after = facts(&alice, 2).await;
    assert_eq!((after.priority, after.estimate, after.parent), (Priority::Urgent, Some(5), Some(1)));
    assert!(after.is_deleted && !after.is_archived && after.assignees.len() == 1);
    for (field, was, batch) in batches.into_iter().rev() {
        undo(&alice, batch).await.unwrap_or_else(|error| panic!("{field}: {error}"));
        assert_eq!(facts(&alice, 2).await, was, "{field}");
    }
    assert_eq!(facts(&alice, 2).await, before);
    assert_eq!(edit(&alice, &[2], "priority", &["none"]).await, Ok(None), "it was like that already");
}

#[tokio::test]
async fn a_plain_form_changes_a_fact_and_shows_what_is_wrong_at_its_field() {
    let (_app, alice) = with_project().await;
    add(&alice, "todo").await;
    let page = "/o/acme/tasks/NEW-1";
    let form = |value| [("org", "acme"), ("keys[]", "NEW-1"), ("field", "estimate"), ("values[]", value)];
    alice.post_form(page, "/fn/edit_tasks", &form("8")).await.assert_leads_to(page);
    assert_eq!(facts(&alice, 1).await.estimate, Some(8));
    alice.post_form(page, "/fn/edit_tasks", &form("eight")).await.assert_status(422);
    assert_eq!(facts(&alice, 1).await.estimate, Some(8));
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_changed() {
    let (app, alice) = with_project().await;
    for _ in 0..3 {
        add(&alice, "todo").await;
    }
    edit(&alice, &[2], "parent", &["NEW-1"]).await.unwrap();
    edit(&alice, &[3], "parent", &["NEW-2"]).await.unwrap();
    edit(&alice, &[1], "start_on", &["2026-12-10"]).await.unwrap();
    let bob = app.signed_in(BOB, BETA).await;
    let bobs: Board = bob.ask("get_board", &[("org", "beta"), ("key", "APP")]).await.unwrap();
    let bob = bobs.people.iter().find(|person| person.name == BOB).unwrap().id.to_string();
    let label = Uuid::from_u128(9).to_string();
    let before = facts(&alice, 1).await;
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
        let refused = edit(&alice, &[1], field, &[value]).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { .. }), "{field} {value}: {refused:?}");
    }
    assert_eq!(edit(&alice, &[1], "state", &["nowhere"]).await, Err(AppError::BadRequest));
    assert_eq!(edit(&alice, &[1], "colour", &["red"]).await, Err(AppError::BadRequest));
    assert_eq!(edit(&alice, &[], "priority", &["low"]).await, Err(AppError::BadRequest));
    assert_eq!(edit(&alice, &[1, 9], "priority", &["low"]).await, Err(AppError::NotFound));
    let many: Vec<_> = (1..=501).collect();
    let refused = edit(&alice, &many, "priority", &["low"]).await.unwrap_err();
    assert!(refused.field("keys").is_some_and(|reason| reason.contains("At most 500 tasks")), "{refused:?}");
    assert_eq!(facts(&alice, 1).await, before, "all or nothing");
}

#[tokio::test]
async fn a_full_column_takes_nothing_more_in_until_something_leaves_it() {
    let (app, alice) = with_project().await;
    let sql = "UPDATE project_state SET wip_limit = 2 WHERE slug = 'in-progress'";
    assert!(app.database.change(sql).await > 0);
    for _ in 0..3 {
        add(&alice, "todo").await;
    }
    let place = async |number: i64, state: &str| {
        let key = format!("NEW-{number}");
        alice.call::<Moved>("move_task", &[("org", "acme"), ("key", &key), ("state", state)]).await
    };
    place(1, "in-progress").await.unwrap();
    place(2, "in-progress").await.unwrap();
    let refused = place(3, "in-progress").await.unwrap_err();
    assert_eq!(refused.field("state"), Some("In progress is full: it takes 2. Move a task out of it first."));
    place(1, "in-progress").await.expect("it is in there already");
    place(1, "done").await.unwrap();
    place(3, "in-progress").await.unwrap();
    let bin = edit(&alice, &[3], "deleted", &["true"]).await.unwrap();
    place(1, "in-progress").await.unwrap();
    assert!(matches!(undo(&alice, bin).await, Err(AppError::Invalid { .. })), "there is no room to come back to");
}

#[tokio::test]
async fn only_moves_that_the_project_allows_are_made() {
    let (app, alice) = with_project().await;
    add(&alice, "backlog").await;
    let sql = "INSERT INTO project_transition (org_id, project_id, from_state, to_state)
               SELECT org_id, id, 'backlog', 'todo' FROM project WHERE key = 'NEW'";
    assert_eq!(app.database.change(sql).await, 1);
    let refused = edit(&alice, &[1], "state", &["done"]).await.unwrap_err();
    assert_eq!(refused.field("state"), Some("This project doesn’t allow a move from Backlog to Done."));
    edit(&alice, &[1], "state", &["todo"]).await.unwrap();
}

#[tokio::test]
async fn many_are_changed_in_one_go_and_back_in_one_go() {
    let (_app, alice) = with_project().await;
    for _ in 0..4 {
        add(&alice, "todo").await;
    }
    let order = async || {
        let columns = board(&alice).await.columns;
        columns.iter().map(|column| column.tasks.iter().map(|task| task.number).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let batch = edit(&alice, &[4, 2, 3, 2], "state", &["done"]).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
    let again = undo(&alice, batch).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1, 2, 3, 4], vec![], vec![]]);
    undo(&alice, again).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
    let bin = edit(&alice, &[1, 2], "deleted", &["true"]).await.unwrap();
    assert_eq!(order().await, [vec![], vec![], vec![], vec![3, 4]]);
    assert!(matches!(edit(&alice, &[1], "priority", &["low"]).await, Err(AppError::Conflict { .. })));
    undo(&alice, bin).await.unwrap();
    assert_eq!(order().await, [vec![], vec![1], vec![], vec![2, 3, 4]]);
}

#[tokio::test]
async fn nobody_undoes_what_somebody_else_did_or_has_changed_since() {
    let (app, alice) = with_project().await;
    let dana = app.signed_in(DANA, ACME).await;
    add(&alice, "todo").await;
    let batch = edit(&alice, &[1], "priority", &["high"]).await.unwrap();
    assert_eq!(undo(&dana, batch).await, Err(AppError::NotFound));
    edit(&dana, &[1], "priority", &["low"]).await.unwrap();
    assert!(matches!(undo(&alice, batch).await, Err(AppError::Conflict { .. })));
    assert_eq!(facts(&alice, 1).await.priority, Priority::Low);
    edit(&dana, &[1], "priority", &["high"]).await.unwrap();
    undo(&alice, batch).await.unwrap();
    assert_eq!(facts(&alice, 1).await.priority, Priority::None);
}

#[tokio::test]
async fn whoever_may_not_delete_is_refused_and_on_record() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let fields = [("org", "abc-inc"), ("keys[]", "CRM-1"), ("field", "deleted"), ("values[]", "true")];
    let refused = joe.call::<Option<Uuid>>("edit_tasks", &fields).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.delete' AND outcome = 'refused'").await, 1);
}

#[tokio::test]
async fn a_hundred_moves_of_two_people_at_once_leave_one_order() {
    let (app, alice) = with_project().await;
    let dana = app.signed_in(DANA, ACME).await;
    for _ in 0..10 {
        add(&alice, "todo").await;
    }
    let before = board(&alice).await;
    together(100, |at| {
        let browser = if at % 2 == 0 { alice.clone() } else { dana.clone() };
        async move {
            let (key, before) = (format!("NEW-{}", at % 10 + 1), format!("{}", (at * 7) % 10 + 1));
            let state = ["todo", "done"][at / 2 % 2];
            let fields = [("org", "acme"), ("key", key.as_str()), ("state", state), ("before", before.as_str())];
            browser.call::<Moved>("move_task", &fields).await.unwrap();
        }
    })
    .await;
    let after = board(&alice).await;
    assert_eq!(after.columns, board(&dana).await.columns);
    let mut numbers: Vec<_> = after.columns.iter().flat_map(|column| &column.tasks).map(|task| task.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    // A page that was open all the time comes to the same.
    let mut moves = tessera::web::board::BoardState::new(before.columns, before.as_of);
    for (number, task, event) in app.database.events("acme", before.as_of).await {
        moves.hear(number, task, &event);
    }
    assert_eq!(*moves.columns(), *tessera::web::board::BoardState::new(after.columns, after.as_of).columns());
}

/// Gives a task another description, unless it is in the bin.
async fn write(browser: &Browser, key: &str, description: &str) {
    let Ok(task) = browser.ask::<TaskDetail>("get_task", &[("org", "acme"), ("key", key)]).await else { return };
    let version = task.version.to_string();
    let texts = [("org", "acme"), ("key", key), ("version", &version), ("title", "Task"), ("description", description)];
    _ = browser.call::<TaskDetail>("update_task", &texts).await;
}

/// Draws a number below `below`.
fn draw(random: &Random, below: u8) -> u8 {
    random.bytes::<1>()[0] % below
}

#[tokio::test]
async fn the_events_replayed_are_what_is_stored() {
    for seed in 0..4 {
        let (app, alice) = with_project().await;
        let (dana_id, alice_id) = (person(&alice, "Dana Dvorak").await, person(&alice, ALICE).await);
        let people = [String::new(), dana_id.to_string(), alice_id.to_string()];
        let random = Random::seeded(seed);
        let mut batches = Vec::new();
        for _ in 0..3 {
            add(&alice, "todo").await;
        }
        for _ in 0..60 {
            let number = i64::from(draw(&random, 4)) + 1;
            let state = ["backlog", "todo", "in-progress", "done"][usize::from(draw(&random, 4))];
            let key = format!("NEW-{number}");
            let (field, value) = match draw(&random, 10) {
                0 => ("priority", ["none", "urgent", "low"][usize::from(draw(&random, 3))].to_owned()),
                1 => ("due_on", ["", "2026-12-24", "2027-01-01"][usize::from(draw(&random, 3))].to_owned()),
                2 => ("start_on", ["", "2026-12-25", "2026-11-01"][usize::from(draw(&random, 3))].to_owned()),
                3 => ("assignees", people[usize::from(draw(&random, 3))].clone()),
                4 => ("parent", ["", "NEW-1", "NEW-2"][usize::from(draw(&random, 3))].to_owned()),
                5 => ("deleted", (draw(&random, 2) == 0).to_string()),
                6 => {
                    let before = (draw(&random, 4) + 1).to_string();
                    let fields = [("org", "acme"), ("key", &key), ("state", state), ("before", &before)];
                    // What is refused has left no trace.
                    _ = alice.call::<Moved>("move_task", &fields).await;
                    continue;
                }
                7 => {
                    add(&alice, state).await;
                    continue;
                }
                8 => {
                    let text = ["", "One", "Two\nlines"][usize::from(draw(&random, 3))];
                    write(&alice, &key, text).await;
                    continue;
                }
                _ => {
                    if let Some(batch) = batches.pop() {
                        _ = undo(&alice, batch).await;
                    }
                    continue;
                }
            };
            if let Ok(batch @ Some(_)) = edit(&alice, &[number], field, &[&value]).await {
                batches.push(batch);
            }
        }
        let mut replayed: BTreeMap<i64, TaskFields> = BTreeMap::new();
        let events = app.database.events("acme", 0).await;
        assert!(events.iter().map(|(number, ..)| *number).eq(1..=events.len().try_into().unwrap()), "without gaps");
        for (_, task, event) in app.database.events_of("acme", "NEW").await {
            match (event, task) {
                (Event::Created { facts }, Some(number)) => _ = replayed.insert(number, *facts),
                (Event::Changed { changes }, Some(number)) => {
                    let facts = replayed.get_mut(&number).unwrap();
                    for change in changes {
                        assert!(change.fits(facts), "seed {seed}: {change:?} does not fit {facts:?}");
                        change.apply(facts);
                    }
                }
                (Event::Ranked { ranks }, _) => {
                    for (number, rank) in ranks {
                        replayed.get_mut(&number).unwrap().place.rank = rank;
                    }
                }
                _ => {}
            }
        }
        assert!(replayed.len() >= 3);
        for (number, expected) in replayed {
            assert_eq!(facts(&alice, number).await, expected, "seed {seed}, NEW-{number}");
        }
    }
}

#[tokio::test]
async fn what_the_bin_takes_and_gives_back_needs_the_right_to_delete() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let fields = [("org", "abc-inc"), ("project", "CRM"), ("state", "todo"), ("title", "Mine")];
    joe.call::<TaskCard>("create_task", &fields).await.unwrap();
    let batch = app.database.batch_of_last_event("abc-inc").await;
    let refused = joe.call::<Option<Uuid>>("undo", &[("org", "abc-inc"), ("batch", &batch.to_string())]).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.undo' AND outcome = 'refused'").await, 1);
}
