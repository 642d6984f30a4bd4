//! The trash: a task can be restored for 30 days. Then it is purged with all its texts.

use chrono::TimeDelta;
use tessera::testing::domain::errors::AppError;

use crate::support::{ABC, ACME, CAROL, DANA, JOE, Project, TestApp, functions::EditTasks};

async fn with_tasks(titles: &[&str]) -> (TestApp, Project) {
    let (app, project) = TestApp::with_project().await;
    for title in titles {
        project.add("todo", title).await;
    }
    (app, project)
}

/// Backdates the deletion of a task by `by`.
async fn age(app: &TestApp, number: i64, by: TimeDelta) {
    let at = (app.clock.now() - by).to_rfc3339();
    let sql = format!("UPDATE task SET deleted_at = '{at}' WHERE number = {number} AND deleted_at IS NOT NULL");
    assert_eq!(app.database.change(&sql).await, 1);
}

fn keys(tasks: &[tessera::testing::domain::trash::RemovedTask]) -> Vec<String> {
    tasks.iter().map(|task| task.key.to_string()).collect()
}

#[tokio::test]
async fn the_trash_lists_tasks_with_who_deleted_them_and_days_left() {
    let (app, project) = with_tasks(&["one", "two", "three"]).await;
    project.task(2).archive().await.unwrap();
    project.task(1).delete().await.unwrap();
    age(&app, 1, TimeDelta::days(3)).await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.task("NEW-3").delete().await.unwrap();
    let trash = project.trash().await.unwrap();
    assert_eq!(
        (keys(&trash.deleted), keys(&trash.archived)),
        (vec!["NEW-3".into(), "NEW-1".into()], vec!["NEW-2".into()])
    );
    assert_eq!(trash.deleted.iter().map(|task| task.days_left).collect::<Vec<_>>(), [30, 27]);
    assert_eq!(trash.deleted[0].by.as_deref(), Some(DANA));
    let alice = &project.member;
    let page = alice.get(&project.page("bin")).await.assert_status(200);
    page.assert_says("27 days left").assert_says("Restore NEW-1").assert_says("Delete NEW-1 permanently");
    alice.get(&project.page("bin?archive")).await.assert_says("Restore NEW-2");
    alice.get(&project.task(1).page()).await.assert_status(200).assert_says("This task is in the bin.");
}

#[tokio::test]
async fn a_plain_form_restores_a_task() {
    let (_app, project) = with_tasks(&["one"]).await;
    project.task(1).delete().await.unwrap();
    let page = &project.page("bin");
    let fields = [("org", "acme"), ("keys[]", "NEW-1"), ("field", "deleted"), ("values[]", "false")];
    project.member.submit::<EditTasks>(page, &fields).await.assert_leads_to(page);
    assert_eq!(project.task(1).get().await.unwrap().leaves_on, None);
    assert!(project.trash().await.unwrap().deleted.is_empty());
}

#[tokio::test]
async fn restoring_and_purging_need_the_permission_to_delete() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.task("CRM-1").delete().await.unwrap();
    let restored = joe.task("CRM-1").restore().await;
    assert!(matches!(restored, Err(AppError::Forbidden { .. })), "{restored:?}");
    let purged = joe.task("CRM-1").purge().await;
    assert!(matches!(purged, Err(AppError::Forbidden { .. })), "{purged:?}");
    let page = joe.get("/o/abc-inc/projects/CRM/bin").await.assert_status(200);
    assert!(!page.body.contains("Restore CRM-1") && page.body.contains("CRM-1"));
    assert_eq!(app.count("audit_log WHERE action = 'task.purge' AND outcome = 'refused'").await, 1);
}

#[tokio::test]
async fn purging_erases_all_text_of_the_task_and_nothing_else() {
    let (app, project) = with_tasks(&["Secret parent", "part", "other"]).await;
    project.task(2).set("parent", "NEW-1").await.unwrap();
    project.task(1).write(1, "Secret", "hush-hush").await.unwrap();
    project.task(1).comment("whispered").await.unwrap();
    assert!(matches!(project.task(1).purge().await, Err(AppError::Conflict { .. })), "it is not in the bin");
    assert_eq!(app.count("event WHERE texts LIKE '%hush-hush%'").await, 1);
    project.task(1).delete().await.unwrap();
    project.task(1).purge().await.unwrap();

    assert_eq!(project.task(1).get().await, Err(AppError::NotFound));
    assert_eq!(project.task(1).purge().await, Err(AppError::NotFound));
    for table in
        ["event WHERE texts LIKE '%hush-hush%'", "event WHERE body LIKE '%Secret%'", "comment WHERE body = 'whispered'"]
    {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    let part = project.task(2).get().await.unwrap();
    assert_eq!(part.fields.parent, None);
    let history = project.task(2).history().await;
    let said = |text: &str| history.iter().any(|line| line.contains(text));
    assert!(said("set the parent to NEW-1") && said("removed the parent NEW-1"), "{history:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.purge' AND outcome = 'done' AND target = 'NEW-1'").await, 1);
    project.member.get(&project.page("board")).await.assert_status(200);
}

#[tokio::test]
async fn a_task_is_purged_after_thirty_days_in_the_trash() {
    let (app, project) = with_tasks(&["one", "two", "three"]).await;
    for number in [1, 2] {
        project.task(number).delete().await.unwrap();
    }
    age(&app, 1, TimeDelta::hours(30 * 24 - 1)).await;
    assert_eq!(app.purge_bins().await, 0);
    age(&app, 1, TimeDelta::hours(30 * 24 + 1)).await;
    let purged = tokio::join!(app.purge_bins(), app.purge_bins());
    assert_eq!(purged.0 + purged.1, 1, "two nodes delete it once");
    assert_eq!(keys(&project.trash().await.unwrap().deleted), ["NEW-2"]);
    assert_eq!(project.task(1).get().await, Err(AppError::NotFound));
    assert_eq!(app.count("audit_log WHERE action = 'task.expire' AND target = 'NEW-1'").await, 1);
    assert_eq!(app.count("audit_log WHERE action = 'task.purge'").await, 0, "nobody did it");
}

#[tokio::test]
async fn deleting_and_restoring_are_audited() {
    let (app, project) = with_tasks(&["one", "two"]).await;
    let records = async |action: &str| {
        app.count(&format!("audit_log WHERE action = '{action}' AND outcome = 'done' AND target LIKE 'NEW-1%'")).await
    };
    project.task(1).restore().await.unwrap();
    assert_eq!((records("task.delete").await, records("task.restore").await), (0, 0), "nothing was changed");
    let batch = project.task(1).delete().await.unwrap().unwrap();
    assert_eq!((records("task.delete").await, records("task.restore").await), (1, 0));
    project.member.undo(batch).await.unwrap();
    assert_eq!(app.count(&format!("audit_log WHERE action = 'task.undo' AND target = '{batch}'")).await, 1);
    project.edit_tasks(&[1, 2], "deleted", &["true"]).await.unwrap();
    assert_eq!(records("task.delete").await, 2);
    project.task(1).restore().await.unwrap();
    assert_eq!(records("task.restore").await, 1);
    project.task(1).set("priority", "high").await.unwrap();
    assert_eq!(app.count("audit_log WHERE action = 'task.update' AND target LIKE 'NEW%'").await, 0);
}

#[tokio::test]
async fn a_failing_purge_does_not_block_others() {
    let (app, project) = with_tasks(&["one"]).await;
    let carol = app.signed_in(CAROL, ABC).await;
    project.task(1).delete().await.unwrap();
    carol.task("CRM-2").delete().await.unwrap();
    age(&app, 1, TimeDelta::days(40)).await;
    age(&app, 2, TimeDelta::days(31)).await;
    app.database.block("acme").await;
    assert_eq!(app.purge_bins().await, 1);
    assert_eq!(app.count("task WHERE deleted_at IS NOT NULL").await, 1, "it is there for the next round");
    app.database.unblock("acme").await;
    assert_eq!(app.purge_bins().await, 1);
}

#[tokio::test]
async fn the_trash_of_a_private_project_looks_missing() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    let closed = joe.project("CRM").trash().await;
    let never = joe.project("NEVER").trash().await;
    assert_eq!((&closed, &closed), (&Err(AppError::NotFound), &never));
}
