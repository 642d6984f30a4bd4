//! Transactions that take several locks take them in one order, so that they never wait for each other.

use chrono::TimeDelta;

use crate::support::{ABC, CAROL, Direct, JOE, NEEDS_POSTGRES, TestApp, waiting_for_a_lock};

/// The memberships in the organization of these tests.
const MEMBERSHIPS: &str = "membership m JOIN organization o ON o.id = m.org_id WHERE o.slug = 'abc-inc'";

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn reminders_wait_for_a_member_who_is_leaving() {
    let app = TestApp::managing().await;
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    let carol = app.signed_in(CAROL, ABC).await;
    app.signed_in(JOE, ABC).await;
    let joes = app.context(JOE, ABC).await.person.0.to_string();
    app.remind().await;
    let tomorrow = (app.clock.now() + TimeDelta::days(1)).date_naive().to_string();
    // A reminder for the member who leaves, and an event of the departure.
    for key in ["CRM-1", "CRM-2"] {
        carol.task(key).set("due_on", &tomorrow).await.unwrap();
        carol.task(key).set("assign", &joes).await.unwrap();
    }
    app.clock.advance(TimeDelta::days(1));
    let carol = app.signed_in(CAROL, ABC).await;
    // The departure already holds the membership when it comes to the assignments.
    let mut holding = pool.begin().await.unwrap();
    let assignments = format!("SELECT 1 FROM task_assignee WHERE person_id = '{joes}' FOR UPDATE");
    sqlx::query(sqlx::AssertSqlSafe(assignments)).execute(&mut *holding).await.unwrap();
    let removing = tokio::spawn({
        let (carol, joes) = (carol.clone(), joes.clone());
        async move { carol.remove_member(&joes).await }
    });
    let waits_for_assignments = "pg_locks WHERE locktype = 'transactionid' AND NOT granted";
    app.until(async || (app.count(waits_for_assignments).await > 0).then_some(())).await;
    let reminding = tokio::spawn(app.reminding());
    waiting_for_a_lock(&app).await;
    holding.commit().await.unwrap();
    removing.await.unwrap().unwrap();
    reminding.await.unwrap();
    // Both are done: the tasks are nobody's, so their creators are reminded.
    assert_eq!(app.count(&format!("{MEMBERSHIPS} AND m.person_id = '{joes}'")).await, 0);
    assert_eq!(app.count("organization WHERE reminded_on IS NULL").await, 0);
    let due = "event e JOIN project p ON p.id = e.project_id WHERE p.key = 'CRM' AND e.body LIKE '{\"kind\":\"due\"%'";
    assert_eq!(app.count(due).await, 2);
    assert_eq!(app.count(&format!("notification WHERE person_id = '{joes}'")).await, 0);
}

#[tokio::test]
async fn reminders_and_departures_beside_each_other_all_succeed() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    app.signed_in(JOE, ABC).await;
    let joes = app.context(JOE, ABC).await.person.0.to_string();
    app.remind().await;
    let tomorrow = (app.clock.now() + TimeDelta::days(1)).date_naive().to_string();
    carol.task("CRM-1").set("due_on", &tomorrow).await.unwrap();
    carol.task("CRM-1").set("assign", &joes).await.unwrap();
    app.clock.advance(TimeDelta::days(1));
    let carol = app.signed_in(CAROL, ABC).await;
    let reminding = (0..3).map(|_| tokio::spawn(app.reminding())).collect::<Vec<_>>();
    carol.remove_member(&joes).await.unwrap();
    for reminding in reminding {
        reminding.await.unwrap();
    }
    app.remind().await;
    let due = "event e JOIN project p ON p.id = e.project_id WHERE p.key = 'CRM' AND e.body LIKE '{\"kind\":\"due\"%'";
    assert_eq!(app.count(due).await, 1, "once, whichever came first");
}
