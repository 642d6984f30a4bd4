//! The counts of tasks in the list of projects, which triggers keep.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tessera::testing::{
    domain::tasks::{event::Event, fields::TaskFields},
    kernel::random::Random,
};

use crate::support::{
    ABC, ACME, CAROL, DANA, JOE, Outcome, Project, TestApp,
    functions::{RemoveState, SaveState},
    together,
};

const STATES: [&str; 4] = ["backlog", "todo", "in-progress", "done"];

/// Projects whose counts differ from their tasks.
const WRONG: &str = "project p LEFT JOIN project_task_count c ON c.org_id = p.org_id AND c.project_id = p.id
    WHERE COALESCE(c.all_tasks, 0) <> (
            SELECT COUNT(*) FROM task t WHERE t.org_id = p.org_id AND t.project_id = p.id
              AND t.deleted_at IS NULL AND t.archived_at IS NULL)
       OR COALESCE(c.open_tasks, 0) <> (
            SELECT COUNT(*) FROM task t WHERE t.org_id = p.org_id AND t.project_id = p.id
              AND t.deleted_at IS NULL AND t.archived_at IS NULL AND t.done_at IS NULL)";

/// Counts all tasks and open tasks of a project as its events tell.
async fn replayed(app: &TestApp, project: &Project) -> (i64, i64) {
    let mut tasks: BTreeMap<i64, TaskFields> = BTreeMap::new();
    for (_, task, event) in app.database.events_of(project.member.organization.slug, &project.key).await {
        match event {
            Event::Created { fields } => _ = tasks.insert(task.unwrap(), *fields),
            Event::Changed { changes, .. } => {
                let fields = tasks.get_mut(&task.unwrap()).unwrap();
                for change in &changes {
                    change.apply(fields);
                }
            }
            _ => {}
        }
    }
    let states = project.settings().await.states;
    let is_open = |fields: &&TaskFields| {
        let state = states.iter().find(|state| state.state.slug == fields.position.state).unwrap();
        !state.state.category.is_done()
    };
    let counted: Vec<_> = tasks.values().filter(|fields| !fields.is_archived && !fields.is_deleted).collect();
    let open = counted.iter().copied().filter(is_open).count();
    (i64::try_from(counted.len()).unwrap(), i64::try_from(open).unwrap())
}

/// All tasks and open tasks of a project as the list of projects shows them.
async fn shown(project: &Project) -> (i64, i64) {
    let projects = project.member.workspace().await.unwrap().projects;
    let summary = projects.into_iter().find(|summary| summary.key.as_str() == project.key).unwrap();
    (summary.all_tasks, summary.open_tasks)
}

async fn set_category(project: &Project, state: &str, category: &str) -> Outcome<()> {
    let [state, name, category] = [state, state, category].map(str::to_owned);
    let (hue, limit) = (String::new(), String::new());
    let save = SaveState { org: project.member.org(), key: project.key.clone(), state, name, category, hue, limit };
    project.member.call(save).await
}

async fn remove_state(project: &Project, state: &str) -> Outcome<()> {
    let (org, key) = (project.member.org(), project.key.clone());
    project.member.call(RemoveState { org, key, state: state.to_owned() }).await
}

/// One random write to a project of `count` tasks.
async fn write(project: &Project, random: &Random, count: i64, batches: &mut Vec<uuid::Uuid>) {
    let [kind, one, other, state] = random.bytes::<4>();
    let number = |byte: u8| i64::from(byte) % count + 1;
    let (task, state) = (project.task(number(one)), STATES[usize::from(state % 4)]);
    let both = [number(one), number(other)];
    let batch = match kind % 12 {
        0 => task.move_to(state).await.ok().and_then(|moved| moved.undo),
        1 => task.set("state", state).await.ok().flatten(),
        2 => project.edit_tasks(&both, "state", &[state]).await.ok().flatten(),
        3 => project.edit_tasks(&both, "archived", &[["true", "false"][usize::from(other % 2)]]).await.ok().flatten(),
        4 => task.delete().await.ok().flatten(),
        5 => task.restore().await.ok().flatten(),
        6 => task.add_subtask("A part").await.ok().and(None),
        7 => project.create_task(state, "Another").await.ok().and(None),
        8 => task.purge().await.ok().and(None),
        9 => set_category(project, state, ["started", "completed", "cancelled"][usize::from(other % 3)])
            .await
            .ok()
            .and(None),
        10 => {
            if let Some(batch) = batches.pop() {
                _ = project.member.undo(batch).await;
            }
            None
        }
        _ => task.archive().await.ok().flatten(),
    };
    batches.extend(batch);
}

#[tokio::test]
async fn counts_follow_every_write() {
    let (app, project) = TestApp::with_project().await;
    for state in STATES {
        project.add(state, "Task").await;
        project.add(state, "Task").await;
    }
    assert_eq!(shown(&project).await, (8, 6));
    let (random, mut batches) = (Random::seeded(26), Vec::new());
    for step in 0..150 {
        write(&project, &random, 10, &mut batches).await;
        let counts = shown(&project).await;
        assert_eq!(counts, replayed(&app, &project).await, "step {step}");
        assert_eq!(app.count(WRONG).await, 0, "step {step}");
    }
    // The trash is emptied.
    project.task(2).delete().await.ok();
    let deleted = app.count("task WHERE deleted_at IS NOT NULL").await;
    app.clock.advance(TimeDelta::days(40));
    app.purge_bins().await;
    assert!(deleted > 0 && app.count("task WHERE deleted_at IS NOT NULL").await < deleted);
    assert_eq!(app.count(WRONG).await, 0);
}

#[tokio::test]
async fn every_way_to_make_a_project_counts_its_tasks() {
    let app = TestApp::spawn().await;
    // The demo.
    assert!(app.count("project_task_count WHERE open_tasks < all_tasks").await > 0);
    assert_eq!(app.count(WRONG).await, 0);
    app.add_project(ABC, "SEEDED", 40).await;
    let carol = app.signed_in(CAROL, ABC).await;
    assert_eq!(shown(&carol.project("SEEDED")).await, (40, 30));
    carol.create_project_from("like:SEEDED", "Copied", "COPIED").await.unwrap();
    carol.create_project("Empty", "EMPTY").await.unwrap();
    assert_eq!(shown(&carol.project("EMPTY")).await, (0, 0));
    // Its first task is in the trash from the beginning, as after a restore.
    let trashed =
        "INSERT INTO task (org_id, project_id, number, title, description, state, rank, created_by, created_at,
                                     updated_at, deleted_at)
        SELECT org_id, id, 1, 'Trashed', '', 'todo', 'V', created_by, created_at, created_at, created_at
        FROM project WHERE key = 'EMPTY'";
    app.database.change(trashed).await;
    assert_eq!(shown(&carol.project("EMPTY")).await, (0, 0));
    carol.task("EMPTY-1").restore().await.unwrap();
    assert_eq!(shown(&carol.project("EMPTY")).await, (1, 1));
    assert_eq!(app.count(WRONG).await, 0);
    // A state that is removed moves its tasks nowhere: it must be empty.
    remove_state(&carol.project("SEEDED"), "done").await.unwrap_err();
    assert_eq!(shown(&carol.project("SEEDED")).await, (40, 30));
    // A project that is deleted leaves nothing, in whichever order its rows go.
    let sql = "DELETE FROM project WHERE key = 'SEEDED'";
    let cleared = ["DELETE FROM event", "DELETE FROM task WHERE parent IS NOT NULL", sql];
    app.database.try_change(&cleared).await.unwrap();
    assert_eq!(
        app.count("project_task_count c WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.id = c.project_id)").await,
        0
    );
    assert_eq!(app.count(WRONG).await, 0);
    let elsewhere = "UPDATE task SET project_id = (SELECT id FROM project p WHERE p.id <> task.project_id LIMIT 1)";
    let error = app.database.try_change(&[elsewhere]).await.unwrap_err().to_string();
    assert!(error.contains("a task stays in its project"), "{error}");
    // Tasks that somebody deletes or writes by hand count, too.
    app.database.change("UPDATE task SET done_at = NULL").await;
    app.database.change("DELETE FROM task WHERE NOT EXISTS (SELECT 1 FROM task p WHERE p.parent = task.number)").await;
    assert_eq!(app.count(WRONG).await, 0);
}

#[tokio::test]
async fn counts_are_right_after_concurrent_writes() {
    let (app, project) = TestApp::with_project().await;
    let danas = app.signed_in(DANA, ACME).await.project("NEW");
    for number in 0..12 {
        project.add(STATES[number % 4], "Task").await;
    }
    together(12, |at| {
        let project = if at % 2 == 0 { project.clone() } else { danas.clone() };
        async move {
            let task = project.task(i64::try_from(at).unwrap() + 1);
            for state in ["done", "todo", "done", "backlog", STATES[at % 4]] {
                task.move_to(state).await.unwrap();
            }
            project.add(STATES[at % 4], "Added").await;
            match at % 3 {
                0 => drop(task.delete().await.unwrap()),
                1 => drop(task.archive().await.unwrap()),
                _ => {}
            }
        }
    })
    .await;
    assert_eq!(shown(&project).await, replayed(&app, &project).await);
    assert_eq!(shown(&project).await.0, 16);
    assert_eq!(app.count(WRONG).await, 0);
}

#[tokio::test]
async fn what_is_rolled_back_is_not_counted() {
    let (app, project) = TestApp::with_project().await;
    let number = project.add("todo", "Task").await;
    app.database.block(ACME.slug).await;
    project.task(number).move_to("done").await.unwrap_err();
    project.create_task("todo", "Another").await.unwrap_err();
    app.database.unblock(ACME.slug).await;
    assert_eq!(shown(&project).await, (1, 1));
    let joe = app.signed_in(JOE, ABC).await;
    assert!(joe.workspace().await.unwrap().projects.iter().all(|summary| summary.key.as_str() != "NEW"));
}
