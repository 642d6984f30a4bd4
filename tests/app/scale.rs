//! Generated data at scale: it is as valid as data that people made.

use tessera::testing::{
    domain::tasks::{event::Event, fields::TaskFields},
    server::seed::{Scale, SeedError},
};

use crate::support::{ACME, ALICE, BoardExt as _, TestApp};

/// A size that is generated quickly and still has skew and several projects.
fn small() -> Scale {
    Scale { largest: ACME.slug.to_owned(), organizations: 6, projects: 4, tasks: 600, comments: 90, seed: 7 }
}

async fn with_scale() -> TestApp {
    let app = TestApp::spawn().await;
    app.add_scale(&small()).await.unwrap();
    app
}

/// The fields that the tasks of a project of acme were created with, in the order of their numbers, without the ids.
async fn created(app: &TestApp, project: &str) -> Vec<TaskFields> {
    let events = app.database.events_of(ACME.slug, project).await;
    let fields = |(_, _, event)| if let Event::Created { fields } = event { Some(*fields) } else { None };
    events.into_iter().filter_map(fields).collect()
}

#[tokio::test]
async fn sizes_are_skewed_and_complete() {
    let app = TestApp::spawn().await;
    let (organizations, tasks) = (app.count("organization").await, app.count("task").await);
    app.add_scale(&small()).await.unwrap();
    assert_eq!(app.count("organization").await - organizations, 5);
    assert_eq!((app.count("task").await - tasks, app.count("comment").await), (600, 90));
    let of = async |slug: &str| {
        let condition =
            format!("project p ON p.id = t.project_id JOIN organization o ON o.id = p.org_id AND o.slug = '{slug}'");
        app.count(&format!("task t JOIN {condition} AND p.key LIKE 'S0%'")).await
    };
    let (first, second, last) = (of("acme").await, of("scale-000002").await, of("scale-000006").await);
    // Parts are rounded.
    assert!(first >= 2 * second - 2 && second >= 2 * last, "{first}, {second}, {last}");
    assert!(created(&app, "S001").await.len() >= 2 * created(&app, "S002").await.len() - 2);
}

#[tokio::test]
async fn the_events_replay_to_the_stored_tasks() {
    let app = with_scale().await;
    let numbers: Vec<_> = app.database.events(ACME.slug, 0).await.into_iter().map(|(number, ..)| number).collect();
    assert!(numbers.iter().copied().eq(1..=i64::try_from(numbers.len()).unwrap()), "without gaps");
    let head = format!("event_head WHERE number = {}", numbers.len());
    assert_eq!(app.count(&head).await, 1, "the next event continues the numbers");

    let alice = app.signed_in(ALICE, ACME).await;
    let project = alice.project("S004");
    let created = created(&app, "S004").await;
    assert!(created.len() > 20, "{}", created.len());
    for (number, fields) in (1..).zip(&created) {
        assert_eq!(project.task(number).fields().await, *fields, "S004-{number}");
    }
    assert!(created.iter().any(|fields| !fields.assignees.is_empty() && fields.due_on.is_some()));
    assert!(created.iter().any(|fields| !fields.labels.is_empty()));
    // The counts in the list of projects are those of the events.
    let open = created.iter().filter(|fields| fields.position.state != "done").count();
    let condition = "task t JOIN project p ON p.id = t.project_id AND p.key = 'S004'
         JOIN organization o ON o.id = p.org_id AND o.slug = 'acme' WHERE t.done_at IS NULL";
    assert_eq!(app.count(condition).await, i64::try_from(open).unwrap());
    let shell = alice.workspace().await.unwrap();
    let listed = shell.projects.iter().find(|project| project.key.as_str() == "S004").unwrap();
    assert_eq!(
        (listed.open_tasks, listed.all_tasks),
        (i64::try_from(open).unwrap(), i64::try_from(created.len()).unwrap())
    );
}

#[tokio::test]
async fn pages_and_changes_work_on_it() {
    let app = with_scale().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let project = alice.project("S001");
    for column in project.board().await.unwrap().numbers() {
        assert!(column.is_sorted(), "{column:?}");
    }
    let paths = ["/o/acme", "/o/acme/projects/S001/board", "/o/acme/projects/S001/list", "/o/acme/projects/S001"];
    for path in paths.into_iter().chain(["/o/acme/tasks/S001-1", "/o/acme/search?q=umlauts", "/o/acme/my-work"]) {
        alice.get(path).await.assert_status(200);
    }
    let mut comments = 0;
    for number in 1..=12 {
        comments += project.task(number).comments().await.len();
    }
    assert!(comments > 3, "{comments} on the tasks that are discussed most");
    // What people do next continues it.
    let count = i64::try_from(created(&app, "S001").await.len()).unwrap();
    assert_eq!(project.add("todo", "The next task").await, count + 1);
    project.task(1).move_before("todo", count + 1).await.unwrap();
    let todo = project.board().await.unwrap().column("todo").tasks.iter().map(|task| task.number).collect::<Vec<_>>();
    assert_eq!(todo[todo.len() - 2..], [1, count + 1]);
}

#[tokio::test]
async fn a_seed_gives_the_same_data_once() {
    let (app, other) = (with_scale().await, with_scale().await);
    let titles = async |app: &TestApp| {
        let tasks = created(app, "S001").await.into_iter();
        tasks.map(|fields| (fields.title, fields.description, fields.position, fields.due_on)).collect::<Vec<_>>()
    };
    assert_eq!(titles(&app).await, titles(&other).await);
    let tasks = app.count("task").await;
    assert!(matches!(app.add_scale(&small()).await, Err(SeedError::AlreadyGenerated)));
    assert_eq!(app.count("task").await, tasks);
}
