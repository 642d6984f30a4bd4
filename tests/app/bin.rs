//! The bin: what is in it can be restored for 30 days, then it is gone, with all that it ever said.

use chrono::TimeDelta;
use tessera::domain::{
    errors::AppError,
    tasks::{TaskCard, TaskDetail, activity::Entry},
    trash::Bin,
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, DANA, JOE, TestApp};

async fn with_tasks(titles: &[&str]) -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    for title in titles {
        let task = [("org", "acme"), ("project", "NEW"), ("state", "todo"), ("title", title)];
        alice.call::<TaskCard>("create_task", &task).await.unwrap();
    }
    (app, alice)
}

async fn edit(browser: &Browser, key: &str, field: &str, value: &str) -> Result<Option<Uuid>, AppError> {
    browser.call("edit_tasks", &[("org", "acme"), ("keys[]", key), ("field", field), ("values[]", value)]).await
}

async fn bin(browser: &Browser) -> Bin {
    browser.ask("get_bin", &[("org", "acme"), ("key", "NEW")]).await.unwrap()
}

async fn task(browser: &Browser, key: &str) -> Result<TaskDetail, AppError> {
    browser.ask("get_task", &[("org", "acme"), ("key", key)]).await
}

async fn purge(browser: &Browser, key: &str) -> Result<(), AppError> {
    browser.call("purge_task", &[("org", "acme"), ("key", key)]).await
}

/// Has a task been in the bin for longer, by so much.
async fn age(app: &TestApp, number: i64, by: TimeDelta) {
    let at = (app.clock.now() - by).to_rfc3339();
    let sql = format!("UPDATE task SET deleted_at = '{at}' WHERE number = {number} AND deleted_at IS NOT NULL");
    assert_eq!(app.database.change(&sql).await, 1);
}

fn keys(tasks: &[tessera::domain::trash::Away]) -> Vec<String> {
    tasks.iter().map(|task| task.key.to_string()).collect()
}

#[tokio::test]
async fn what_is_deleted_is_in_the_bin_with_who_and_how_long() {
    let (app, alice) = with_tasks(&["one", "two", "three"]).await;
    edit(&alice, "NEW-2", "archived", "true").await.unwrap();
    edit(&alice, "NEW-1", "deleted", "true").await.unwrap();
    age(&app, 1, TimeDelta::days(3)).await;
    let dana = app.signed_in(DANA, ACME).await;
    edit(&dana, "NEW-3", "deleted", "true").await.unwrap();
    let bin = bin(&alice).await;
    assert_eq!((keys(&bin.deleted), keys(&bin.archived)), (vec!["NEW-3".into(), "NEW-1".into()], vec!["NEW-2".into()]));
    assert_eq!(bin.deleted.iter().map(|task| task.days_left).collect::<Vec<_>>(), [30, 27]);
    assert_eq!(bin.deleted[0].by.as_deref(), Some(DANA));
    let page = alice.get("/o/acme/projects/NEW/bin").await.assert_status(200);
    page.assert_says("27 days left").assert_says("Restore NEW-1").assert_says("Delete NEW-1 for ever");
    alice.get("/o/acme/projects/NEW/bin?archive").await.assert_says("Restore NEW-2");
    alice.get("/o/acme/tasks/NEW-1").await.assert_status(200).assert_says("This task is in the bin.");
}

#[tokio::test]
async fn a_plain_form_restores_and_only_who_may_delete_restores() {
    let (_app, alice) = with_tasks(&["one"]).await;
    edit(&alice, "NEW-1", "deleted", "true").await.unwrap();
    let page = "/o/acme/projects/NEW/bin";
    let fields = [("org", "acme"), ("keys[]", "NEW-1"), ("field", "deleted"), ("values[]", "false")];
    alice.post_form(page, "/fn/edit_tasks", &fields).await.assert_leads_to(page);
    assert_eq!(task(&alice, "NEW-1").await.unwrap().leaves_on, None);
    assert!(bin(&alice).await.deleted.is_empty());
}

#[tokio::test]
async fn a_member_who_may_not_delete_neither_restores_nor_deletes_for_ever() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let fields = |value| [("org", "abc-inc"), ("keys[]", "CRM-1"), ("field", "deleted"), ("values[]", value)];
    carol.call::<Option<Uuid>>("edit_tasks", &fields("true")).await.unwrap();
    let restored = joe.call::<Option<Uuid>>("edit_tasks", &fields("false")).await;
    assert!(matches!(restored, Err(AppError::Forbidden { .. })), "{restored:?}");
    let purged = joe.call::<()>("purge_task", &[("org", "abc-inc"), ("key", "CRM-1")]).await;
    assert!(matches!(purged, Err(AppError::Forbidden { .. })), "{purged:?}");
    let page = joe.get("/o/abc-inc/projects/CRM/bin").await.assert_status(200);
    assert!(!page.body.contains("Restore CRM-1") && page.body.contains("CRM-1"));
    assert_eq!(app.count("audit_log WHERE action = 'task.purge' AND outcome = 'refused'").await, 1);
}

#[tokio::test]
async fn for_ever_means_every_word_and_leaves_the_others_whole() {
    let (app, alice) = with_tasks(&["Secret parent", "part", "other"]).await;
    edit(&alice, "NEW-2", "parent", "NEW-1").await.unwrap();
    let texts =
        [("org", "acme"), ("key", "NEW-1"), ("version", "1"), ("title", "Secret"), ("description", "hush-hush")];
    alice.call::<TaskDetail>("update_task", &texts).await.unwrap();
    alice.call::<()>("add_comment", &[("org", "acme"), ("key", "NEW-1"), ("body", "whispered")]).await.unwrap();
    assert!(matches!(purge(&alice, "NEW-1").await, Err(AppError::Conflict { .. })), "it is not in the bin");
    assert_eq!(app.count("event WHERE texts LIKE '%hush-hush%'").await, 1);
    edit(&alice, "NEW-1", "deleted", "true").await.unwrap();
    purge(&alice, "NEW-1").await.unwrap();

    assert_eq!(task(&alice, "NEW-1").await, Err(AppError::NotFound));
    assert_eq!(purge(&alice, "NEW-1").await, Err(AppError::NotFound));
    for table in
        ["event WHERE texts LIKE '%hush-hush%'", "event WHERE body LIKE '%Secret%'", "comment WHERE body = 'whispered'"]
    {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    let part = task(&alice, "NEW-2").await.unwrap();
    assert_eq!(part.facts.parent, None);
    let entries: Vec<Entry> = alice.ask("get_activity", &[("org", "acme"), ("key", "NEW-2")]).await.unwrap();
    let said = |text: &str| entries.iter().any(|entry| matches!(entry, Entry::Note(note) if note.text.contains(text)));
    assert!(said("made it a part of NEW-1") && said("took it out of NEW-1"), "{entries:?}");
    assert_eq!(app.count("audit_log WHERE action = 'task.purge' AND outcome = 'done' AND target = 'NEW-1'").await, 1);
    alice.get("/o/acme/projects/NEW/board").await.assert_status(200);
}

#[tokio::test]
async fn after_thirty_days_what_is_in_the_bin_is_gone_by_itself() {
    let (app, alice) = with_tasks(&["one", "two", "three"]).await;
    for key in ["NEW-1", "NEW-2"] {
        edit(&alice, key, "deleted", "true").await.unwrap();
    }
    age(&app, 1, TimeDelta::hours(30 * 24 - 1)).await;
    assert_eq!(app.purge_bins().await, 0);
    age(&app, 1, TimeDelta::hours(30 * 24 + 1)).await;
    let purged = tokio::join!(app.purge_bins(), app.purge_bins());
    assert_eq!(purged.0 + purged.1, 1, "two nodes delete it once");
    assert_eq!(keys(&bin(&alice).await.deleted), ["NEW-2"]);
    assert_eq!(task(&alice, "NEW-1").await, Err(AppError::NotFound));
    assert_eq!(app.count("audit_log WHERE action = 'task.expire' AND target = 'NEW-1'").await, 1);
    assert_eq!(app.count("audit_log WHERE action = 'task.purge'").await, 0, "nobody did it");
}

#[tokio::test]
async fn what_is_put_into_the_bin_and_taken_out_is_on_record() {
    let (app, alice) = with_tasks(&["one", "two"]).await;
    let records = async |action: &str| {
        app.count(&format!("audit_log WHERE action = '{action}' AND outcome = 'done' AND target LIKE 'NEW-1%'")).await
    };
    edit(&alice, "NEW-1", "deleted", "false").await.unwrap();
    assert_eq!((records("task.delete").await, records("task.restore").await), (0, 0), "nothing was changed");
    let batch = edit(&alice, "NEW-1", "deleted", "true").await.unwrap().unwrap().to_string();
    assert_eq!((records("task.delete").await, records("task.restore").await), (1, 0));
    alice.call::<Option<Uuid>>("undo", &[("org", "acme"), ("batch", &batch)]).await.unwrap();
    assert_eq!(app.count(&format!("audit_log WHERE action = 'task.undo' AND target = '{batch}'")).await, 1);
    let both =
        [("keys[0]", "NEW-1"), ("keys[1]", "NEW-2"), ("field", "deleted"), ("values[]", "true"), ("org", "acme")];
    alice.call::<Option<Uuid>>("edit_tasks", &both).await.unwrap();
    assert_eq!(records("task.delete").await, 2);
    edit(&alice, "NEW-1", "deleted", "false").await.unwrap();
    assert_eq!(records("task.restore").await, 1);
    edit(&alice, "NEW-1", "priority", "high").await.unwrap();
    assert_eq!(app.count("audit_log WHERE action = 'task.update' AND target LIKE 'NEW%'").await, 0);
}

#[tokio::test]
async fn a_task_that_cannot_be_deleted_does_not_keep_the_others_in_the_bin() {
    let (app, alice) = with_tasks(&["one"]).await;
    let carol = app.signed_in(CAROL, ABC).await;
    edit(&alice, "NEW-1", "deleted", "true").await.unwrap();
    let fields = [("org", "abc-inc"), ("keys[]", "CRM-2"), ("field", "deleted"), ("values[]", "true")];
    carol.call::<Option<Uuid>>("edit_tasks", &fields).await.unwrap();
    age(&app, 1, TimeDelta::days(40)).await;
    age(&app, 2, TimeDelta::days(31)).await;
    app.database.block("acme").await;
    assert_eq!(app.purge_bins().await, 1);
    assert_eq!(app.count("task WHERE deleted_at IS NOT NULL").await, 1, "it is there for the next round");
    app.database.unblock("acme").await;
    assert_eq!(app.purge_bins().await, 1);
}

#[tokio::test]
async fn the_bin_of_a_closed_project_looks_like_none() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    let closed = joe.ask::<Bin>("get_bin", &[("org", "abc-inc"), ("key", "CRM")]).await;
    let never = joe.ask::<Bin>("get_bin", &[("org", "abc-inc"), ("key", "NEVER")]).await;
    assert_eq!((&closed, &closed), (&Err(AppError::NotFound), &never));
}
