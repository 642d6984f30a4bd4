//! The tasks that concern a person.

use chrono::TimeDelta;
use tessera::domain::{
    my_work::{MyWork, When},
    tasks::TaskDetail,
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, DANA, JOE, TestApp};

async fn mine(browser: &Browser, org: &str, concern: &str) -> MyWork {
    browser.ask("get_my_work", &[("org", org), ("concern", concern)]).await.unwrap()
}

async fn keys(browser: &Browser, org: &str, concern: &str) -> Vec<String> {
    mine(browser, org, concern).await.tasks.iter().map(|task| task.key.to_string()).collect()
}

async fn edit(browser: &Browser, org: &str, key: &str, field: &str, value: &str) {
    let fields = [("org", org), ("keys[]", key), ("field", field), ("values[]", value)];
    browser.call::<Option<Uuid>>("edit_tasks", &fields).await.unwrap();
}

async fn id(browser: &Browser, org: &str, key: &str, name: &str) -> String {
    let task: TaskDetail = browser.ask("get_task", &[("org", org), ("key", key)]).await.unwrap();
    task.people.iter().find(|person| person.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn what_is_assigned_comes_by_when_it_is_to_be_done_over_all_projects() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let danas = id(&alice, "acme", "WEB-1", DANA).await;
    // What the demo world gives to people.
    for (key, whose) in [("WEB-4", DANA), ("WEB-6", ALICE), ("WEB-7", DANA), ("WEB-8", ALICE), ("WEB-9", ALICE)] {
        edit(&alice, "acme", key, "unassign", &id(&alice, "acme", key, whose).await).await;
    }
    let day = |days| (app.clock.now() + TimeDelta::days(days)).date_naive().to_string();
    for (key, due, state) in [
        ("WEB-1", day(40), "todo"),
        ("WEB-2", String::new(), "todo"),
        ("WEB-3", day(-2), "done"),
        ("OPS-1", day(0), "in-progress"),
        ("OPS-2", day(-2), "todo"),
    ] {
        edit(&alice, "acme", key, "assign", &danas).await;
        edit(&alice, "acme", key, "due_on", &due).await;
        edit(&alice, "acme", key, "state", state).await;
    }
    let work = mine(&dana, "acme", "assigned").await;
    let seen: Vec<_> = work.tasks.iter().map(|task| (task.key.to_string(), task.when(work.today))).collect();
    let expected = [
        ("OPS-2", When::Overdue),
        ("OPS-1", When::Today),
        ("WEB-1", When::Later),
        ("WEB-2", When::NoDate),
        ("WEB-3", When::Done),
    ];
    assert_eq!(seen, expected.map(|(key, when)| (key.to_owned(), when)));
    assert!(keys(&alice, "acme", "assigned").await.is_empty());
    let page = dana.get("/o/acme/my-work").await.assert_status(200);
    page.assert_says("Overdue").assert_says("/o/acme/tasks/OPS-2").assert_says("No date");
    edit(&alice, "acme", "OPS-2", "deleted", "true").await;
    edit(&alice, "acme", "OPS-1", "archived", "true").await;
    assert_eq!(keys(&dana, "acme", "assigned").await, ["WEB-1", "WEB-2", "WEB-3"]);
}

#[tokio::test]
async fn what_is_created_and_watched_has_lists_of_its_own() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    assert!(keys(&dana, "acme", "created").await.is_empty());
    dana.get("/o/acme/my-work?show=created").await.assert_status(200).assert_says("You have created no task yet");
    dana.call::<()>("add_subtask", &[("org", "acme"), ("key", "OPS-1"), ("title", "Mine")]).await.unwrap();
    assert_eq!(keys(&dana, "acme", "created").await, ["OPS-5"]);
    assert_eq!(keys(&dana, "acme", "watching").await, ["OPS-5"]);
    let fields = [("org", "acme"), ("key", "WEB-1"), ("watching", "true")];
    dana.call::<()>("set_watching", &fields).await.unwrap();
    assert_eq!(keys(&dana, "acme", "watching").await, ["OPS-5", "WEB-1"]);
    assert_eq!(keys(&alice, "acme", "created").await.len(), 13, "the demo is hers");
}

#[tokio::test]
async fn closed_projects_and_other_organizations_stay_out_of_it() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joes = id(&carol, "abc-inc", "CRM-1", JOE).await;
    edit(&carol, "abc-inc", "CRM-1", "assign", &joes).await;
    edit(&carol, "abc-inc", "HIRE-1", "assign", &joes).await;
    assert_eq!(keys(&joe, "abc-inc", "assigned").await.len(), 2);
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    assert_eq!(keys(&joe, "abc-inc", "assigned").await, ["HIRE-1"]);
    assert_eq!(keys(&joe, "abc-inc", "watching").await, ["HIRE-1"]);
    assert!(!joe.get("/o/abc-inc/my-work").await.body.contains("CRM-1"));
    joe.get("/o/acme/my-work").await.assert_status(303);
    let fields = [("org", "abc-inc"), ("key", "HIRE"), ("archived", "true")];
    carol.call::<()>("set_project_archived", &fields).await.unwrap();
    assert!(keys(&joe, "abc-inc", "assigned").await.is_empty(), "it is put away");
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let app = TestApp::spawn().await;
    app.add_project(ABC, "MANY", 60).await;
    let carol = app.signed_in(CAROL, ABC).await;
    let page = async |page: &str| {
        let fields = [("org", "abc-inc"), ("concern", "created"), ("page", page)];
        carol.ask::<MyWork>("get_my_work", &fields).await.unwrap()
    };
    let (first, second) = (page("1").await, page("2").await);
    assert_eq!((first.tasks.len(), first.has_more), (50, true));
    assert_eq!((second.tasks.len(), second.has_more), (60 + 9 - 50, false));
    let is_sorted = first.tasks.iter().chain(&second.tasks).map(|task| task.is_done).is_sorted();
    assert!(is_sorted, "what is open comes first");
    carol.get("/o/abc-inc/my-work?show=created&page=2").await.assert_status(200).assert_says("Page 2");
}
