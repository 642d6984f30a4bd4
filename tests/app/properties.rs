//! What holds whatever is done, in whichever order: tried with sequences that are drawn.

use std::collections::{BTreeMap, BTreeSet};

use tessera::{
    domain::{
        errors::AppError,
        projects::Board,
        tasks::{Moved, TaskCard, TaskDetail, fields::TaskFields},
    },
    kernel::random::Random,
};
use uuid::Uuid;

use crate::support::{ACME, ALICE, Browser, DANA, TestApp, together};

const STATES: [&str; 4] = ["backlog", "todo", "in-progress", "done"];

async fn with_project() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    (app, alice)
}

async fn add(browser: &Browser, state: &str) -> i64 {
    let fields = [("org", "acme"), ("project", "NEW"), ("state", state), ("title", "Task")];
    browser.call::<TaskCard>("create_task", &fields).await.unwrap().number
}

async fn edit(browser: &Browser, number: i64, field: &str, value: &str) -> Result<Option<Uuid>, AppError> {
    let key = format!("NEW-{number}");
    browser.call("edit_tasks", &[("org", "acme"), ("keys[]", &key), ("field", field), ("values[]", value)]).await
}

async fn place(browser: &Browser, number: i64, state: &str, beside: (&str, i64)) -> Moved {
    let (key, other) = (format!("NEW-{number}"), beside.1.to_string());
    let fields = [("org", "acme"), ("key", &key), ("state", state), (beside.0, &other)];
    browser.call("move_task", &fields).await.unwrap()
}

async fn task(browser: &Browser, number: i64) -> TaskDetail {
    let key = format!("NEW-{number}");
    browser.ask("get_task", &[("org", "acme"), ("key", &key)]).await.unwrap()
}

async fn all(browser: &Browser, count: i64) -> BTreeMap<i64, TaskFields> {
    let mut facts = BTreeMap::new();
    for number in 1..=count {
        facts.insert(number, task(browser, number).await.facts);
    }
    facts
}

/// The numbers of the tasks in each column.
async fn columns(browser: &Browser) -> Vec<Vec<i64>> {
    let board: Board = browser.ask("get_board", &[("org", "acme"), ("key", "NEW")]).await.unwrap();
    board.columns.iter().map(|column| column.tasks.iter().map(|task| task.number).collect()).collect()
}

/// Draws a number below `below`.
fn draw(random: &Random, below: u8) -> usize {
    usize::from(random.bytes::<1>()[0] % below)
}

fn number(random: &Random, below: u8) -> i64 {
    i64::try_from(draw(random, below)).unwrap() + 1
}

#[tokio::test]
async fn a_number_is_given_once_however_many_ask_and_whatever_is_gone() {
    let (app, alice) = with_project().await;
    let dana = app.signed_in(DANA, ACME).await;
    let random = Random::seeded(3);
    let mut given = BTreeSet::new();
    for _ in 0..8 {
        let numbers = together(1 + draw(&random, 12), |at| {
            let browser = if at % 2 == 0 { alice.clone() } else { dana.clone() };
            async move { add(&browser, STATES[at % 4]).await }
        });
        for number in numbers.await {
            assert!(given.insert(number), "{number} was given before");
        }
        assert!(given.iter().copied().eq(1..=given.len().try_into().unwrap()), "{given:?}");
        // Not even the number of the newest is given again.
        if let (1, Some(newest)) = (draw(&random, 2), given.last()) {
            edit(&alice, *newest, "deleted", "true").await.unwrap();
            let key = format!("NEW-{newest}");
            alice.call::<()>("purge_task", &[("org", "acme"), ("key", &key)]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn every_move_puts_the_task_where_it_was_asked_for_and_leaves_the_others_in_order() {
    for seed in 0..3 {
        let (_app, alice) = with_project().await;
        let random = Random::seeded(seed);
        let mut expected: Vec<Vec<i64>> = vec![Vec::new(); 4];
        for _ in 0..8 {
            let column = draw(&random, 4);
            expected[column].push(add(&alice, STATES[column]).await);
        }
        for step in 0..80 {
            let (moved, other, column) = (number(&random, 8), number(&random, 9), draw(&random, 4));
            let side = ["before", "after"][draw(&random, 2)];
            if moved == other {
                continue;
            }
            for column in &mut expected {
                column.retain(|number| *number != moved);
            }
            let there = expected[column].iter().position(|number| *number == other);
            let end = expected[column].len();
            let at = there.map_or(end, |at| at + usize::from(side == "after"));
            expected[column].insert(at, moved);
            place(&alice, moved, STATES[column], (side, other)).await;
            let at = format!("seed {seed}, step {step}: NEW-{moved} {side} NEW-{other} in {}", STATES[column]);
            assert_eq!(columns(&alice).await, expected, "{at}");
        }
    }
}

#[tokio::test]
async fn whatever_is_undone_from_the_last_to_the_first_there_is_what_there_was() {
    const TASKS: i64 = 5;
    for seed in 0..3 {
        let (_app, alice) = with_project().await;
        let random = Random::seeded(seed);
        for _ in 0..TASKS {
            add(&alice, STATES[draw(&random, 4)]).await;
        }
        let mut done = Vec::new();
        for _ in 0..50 {
            let before = all(&alice, TASKS).await;
            let (number, other) = (number(&random, 5), number(&random, 5));
            let batch = match draw(&random, 8) {
                0 => edit(&alice, number, "priority", ["none", "urgent", "low"][draw(&random, 3)]).await,
                1 => edit(&alice, number, "due_on", ["", "2026-12-24", "2027-01-01"][draw(&random, 3)]).await,
                2 => edit(&alice, number, "estimate", ["", "3", "8"][draw(&random, 3)]).await,
                // Out of a part of what is in the bin one comes, but not back.
                3 if before.values().all(|facts| !facts.is_deleted) => {
                    edit(&alice, number, "parent", &format!("NEW-{other}")).await
                }
                4 => edit(&alice, number, "archived", ["true", "false"][draw(&random, 2)]).await,
                5 => edit(&alice, number, "deleted", ["true", "false"][draw(&random, 2)]).await,
                6 if !before[&number].is_deleted => {
                    Ok(place(&alice, number, STATES[draw(&random, 4)], ("before", other)).await.undo)
                }
                _ if !before[&number].is_deleted => {
                    let (key, version) = (format!("NEW-{number}"), task(&alice, number).await.version.to_string());
                    let text = ["", "One", "Two\nlines"][draw(&random, 3)];
                    let fields = [
                        ("org", "acme"),
                        ("key", &key),
                        ("version", &version),
                        ("title", "Task"),
                        ("description", text),
                    ];
                    Ok(alice.call::<TaskDetail>("update_task", &fields).await.unwrap().undo)
                }
                _ => Ok(None),
            };
            // What is refused, and what changes nothing, has left no trace.
            match batch {
                Ok(Some(batch)) => done.push((batch, before)),
                _ => assert_eq!(all(&alice, TASKS).await, before, "seed {seed}"),
            }
        }
        assert!(done.len() > 10, "seed {seed}: {}", done.len());
        for (batch, before) in done.into_iter().rev() {
            let fields = [("org", "acme"), ("batch", &batch.to_string())];
            alice.call::<Option<Uuid>>("undo", &fields).await.unwrap();
            assert_eq!(all(&alice, TASKS).await, before, "seed {seed}");
        }
    }
}
