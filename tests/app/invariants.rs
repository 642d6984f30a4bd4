//! Invariants of tasks under random sequences of edits.

use std::collections::{BTreeMap, BTreeSet};

use tessera::testing::{domain::tasks::fields::TaskFields, kernel::random::Random};

use crate::support::{ACME, BoardExt as _, DANA, Project, TestApp, together};

const STATES: [&str; 4] = ["backlog", "todo", "in-progress", "done"];

/// Fetches the fields of all tasks by number.
async fn all(project: &Project, count: i64) -> BTreeMap<i64, TaskFields> {
    let mut fields = BTreeMap::new();
    for number in 1..=count {
        fields.insert(number, project.task(number).fields().await);
    }
    fields
}

/// Draws a random number below `below`.
fn draw(random: &Random, below: u8) -> usize {
    usize::from(random.bytes::<1>()[0] % below)
}

fn number(random: &Random, below: u8) -> i64 {
    i64::try_from(draw(random, below)).unwrap() + 1
}

#[tokio::test]
async fn task_numbers_are_never_reused() {
    let (app, project) = TestApp::with_project().await;
    let danas = app.signed_in(DANA, ACME).await.project("NEW");
    let random = Random::seeded(3);
    let mut given = BTreeSet::new();
    for _ in 0..8 {
        let numbers = together(1 + draw(&random, 12), |at| {
            let project = if at % 2 == 0 { project.clone() } else { danas.clone() };
            async move { project.add(STATES[at % 4], "Task").await }
        });
        for number in numbers.await {
            assert!(given.insert(number), "{number} was given before");
        }
        assert!(given.iter().copied().eq(1..=given.len().try_into().unwrap()), "{given:?}");
        // The number of a purged task is not reused, even if it was the highest.
        if let (1, Some(newest)) = (draw(&random, 2), given.last()) {
            project.task(*newest).delete().await.unwrap();
            project.task(*newest).purge().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_move_changes_only_the_position_of_its_task() {
    for seed in 0..3 {
        let (_app, project) = TestApp::with_project().await;
        let random = Random::seeded(seed);
        let mut expected: Vec<Vec<i64>> = vec![Vec::new(); 4];
        for _ in 0..8 {
            let column = draw(&random, 4);
            expected[column].push(project.add(STATES[column], "Task").await);
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
            let (after, before) = if side == "after" { (Some(other), None) } else { (None, Some(other)) };
            project.task(moved).move_between(STATES[column], after, before).await.unwrap();
            let at = format!("seed {seed}, step {step}: NEW-{moved} {side} NEW-{other} in {}", STATES[column]);
            assert_eq!(project.board().await.unwrap().numbers(), expected, "{at}");
        }
    }
}

#[tokio::test]
async fn undoing_everything_in_reverse_restores_every_state() {
    const TASKS: i64 = 5;
    for seed in 0..3 {
        let (_app, project) = TestApp::with_project().await;
        let random = Random::seeded(seed);
        for _ in 0..TASKS {
            project.add(STATES[draw(&random, 4)], "Task").await;
        }
        let mut done = Vec::new();
        for _ in 0..50 {
            let before = all(&project, TASKS).await;
            let (number, other) = (number(&random, 5), number(&random, 5));
            let task = project.task(number);
            let batch = match draw(&random, 8) {
                0 => task.set("priority", ["none", "urgent", "low"][draw(&random, 3)]).await,
                1 => task.set("due_on", ["", "2026-12-24", "2027-01-01"][draw(&random, 3)]).await,
                2 => task.set("estimate", ["", "3", "8"][draw(&random, 3)]).await,
                // No parent is set while a task is deleted: detaching a subtask from a deleted parent cannot be undone.
                3 if before.values().all(|fields| !fields.is_deleted) => {
                    task.set("parent", &format!("NEW-{other}")).await
                }
                4 => task.set("archived", ["true", "false"][draw(&random, 2)]).await,
                5 => task.set("deleted", ["true", "false"][draw(&random, 2)]).await,
                6 if !before[&number].is_deleted => {
                    Ok(task.move_before(STATES[draw(&random, 4)], other).await.unwrap().undo)
                }
                _ if !before[&number].is_deleted => {
                    let version = task.get().await.unwrap().version;
                    let text = ["", "One", "Two\nlines"][draw(&random, 3)];
                    Ok(task.write(version, "Task", text).await.unwrap().undo)
                }
                _ => Ok(None),
            };
            // A refused edit or an edit without effect changes nothing.
            match batch {
                Ok(Some(batch)) => done.push((batch, before)),
                _ => assert_eq!(all(&project, TASKS).await, before, "seed {seed}"),
            }
        }
        assert!(done.len() > 10, "seed {seed}: {}", done.len());
        for (batch, before) in done.into_iter().rev() {
            project.member.undo(batch).await.unwrap();
            assert_eq!(all(&project, TASKS).await, before, "seed {seed}");
        }
    }
}
