//! My work: the tasks assigned to, created or watched by a person.

use chrono::TimeDelta;
use tessera::testing::domain::my_work::{MyTasksFilter, MyWork, When};

use crate::support::{ABC, ACME, ALICE, CAROL, DANA, JOE, Member, TestApp, functions::GetMyWork};

async fn mine(member: &Member, filter: MyTasksFilter, page: i64) -> MyWork {
    member.call(GetMyWork { org: member.org(), filter, page }).await.unwrap()
}

async fn keys(member: &Member, filter: MyTasksFilter) -> Vec<String> {
    mine(member, filter, 1).await.tasks.iter().map(|task| task.key.to_string()).collect()
}

#[tokio::test]
async fn assigned_tasks_of_all_projects_are_sorted_by_due_date() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let danas = alice.task("WEB-1").person(DANA).await.to_string();
    // The demo data assigns these tasks.
    for (key, whose) in [("WEB-4", DANA), ("WEB-6", ALICE), ("WEB-7", DANA), ("WEB-8", ALICE), ("WEB-9", ALICE)] {
        let person = alice.task(key).person(whose).await.to_string();
        alice.task(key).set("unassign", &person).await.unwrap();
    }
    let day = |days| (app.clock.now() + TimeDelta::days(days)).date_naive().to_string();
    for (key, due, state) in [
        ("WEB-1", day(40), "todo"),
        ("WEB-2", String::new(), "todo"),
        ("WEB-3", day(-2), "done"),
        ("OPS-1", day(0), "in-progress"),
        ("OPS-2", day(-2), "todo"),
    ] {
        alice.task(key).set("assign", &danas).await.unwrap();
        alice.task(key).set("due_on", &due).await.unwrap();
        alice.task(key).set("state", state).await.unwrap();
    }
    let work = mine(&dana, MyTasksFilter::Assigned, 1).await;
    let seen: Vec<_> = work.tasks.iter().map(|task| (task.key.to_string(), task.when(work.today))).collect();
    let expected = [
        ("OPS-2", When::Overdue),
        ("OPS-1", When::Today),
        ("WEB-1", When::Later),
        ("WEB-2", When::NoDate),
        ("WEB-3", When::Done),
    ];
    assert_eq!(seen, expected.map(|(key, when)| (key.to_owned(), when)));
    assert!(keys(&alice, MyTasksFilter::Assigned).await.is_empty());
    let page = dana.get("/o/acme/my-work").await.assert_status(200);
    page.assert_says("Overdue").assert_says("/o/acme/tasks/OPS-2").assert_says("No date");
    alice.task("OPS-2").delete().await.unwrap();
    alice.task("OPS-1").archive().await.unwrap();
    assert_eq!(keys(&dana, MyTasksFilter::Assigned).await, ["WEB-1", "WEB-2", "WEB-3"]);
}

#[tokio::test]
async fn created_and_watched_tasks_have_their_own_lists() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    assert!(keys(&dana, MyTasksFilter::Created).await.is_empty());
    dana.get("/o/acme/my-work?show=created").await.assert_status(200).assert_says("You haven’t created any tasks");
    dana.task("OPS-1").add_subtask("Mine").await.unwrap();
    assert_eq!(keys(&dana, MyTasksFilter::Created).await, ["OPS-5"]);
    assert_eq!(keys(&dana, MyTasksFilter::Watching).await, ["OPS-5"]);
    dana.task("WEB-1").watch().await.unwrap();
    assert_eq!(keys(&dana, MyTasksFilter::Watching).await, ["OPS-5", "WEB-1"]);
    assert_eq!(keys(&alice, MyTasksFilter::Created).await.len(), 13, "the demo is hers");
}

#[tokio::test]
async fn private_projects_and_other_organizations_are_left_out() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joes = carol.task("CRM-1").person(JOE).await.to_string();
    carol.task("CRM-1").set("assign", &joes).await.unwrap();
    carol.task("HIRE-1").set("assign", &joes).await.unwrap();
    assert_eq!(keys(&joe, MyTasksFilter::Assigned).await.len(), 2);
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    assert_eq!(keys(&joe, MyTasksFilter::Assigned).await, ["HIRE-1"]);
    assert_eq!(keys(&joe, MyTasksFilter::Watching).await, ["HIRE-1"]);
    assert!(!joe.get("/o/abc-inc/my-work").await.body.contains("CRM-1"));
    joe.get("/o/acme/my-work").await.assert_status(303);
    carol.project("HIRE").set_archived(true).await.unwrap();
    assert!(keys(&joe, MyTasksFilter::Assigned).await.is_empty(), "it is put away");
}

#[tokio::test]
async fn a_long_list_is_paged() {
    let app = TestApp::spawn().await;
    app.add_project(ABC, "MANY", 60).await;
    let carol = app.signed_in(CAROL, ABC).await;
    let (first, second) =
        (mine(&carol, MyTasksFilter::Created, 1).await, mine(&carol, MyTasksFilter::Created, 2).await);
    assert_eq!((first.tasks.len(), first.has_more), (50, true));
    assert_eq!((second.tasks.len(), second.has_more), (60 + 9 - 50, false));
    let is_sorted = first.tasks.iter().chain(&second.tasks).map(|task| task.is_done).is_sorted();
    assert!(is_sorted, "what is open comes first");
    carol.get("/o/abc-inc/my-work?show=created&page=2").await.assert_status(200).assert_says("Page 2");
}
