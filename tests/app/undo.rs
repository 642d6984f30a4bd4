//! What an undo restores, what it says, and what it withdraws.

use tessera::testing::domain::{errors::AppError, inbox::InboxTab};

use crate::support::{ACME, ALICE, DANA, TestApp, functions::Undo};

#[tokio::test]
async fn an_undo_says_how_many_tasks_it_has_restored() {
    let (_app, project) = TestApp::with_project().await;
    for _ in 0..4 {
        project.add("todo", "Task").await;
    }
    let undo = async |batch| project.member.call(Undo { org: project.member.org(), batch }).await;
    let batch = project.edit_tasks(&[1, 2, 3, 4], "priority", &["urgent"]).await.unwrap().unwrap();
    project.task(3).set("priority", "low").await.unwrap();
    let (redo, restored, of) = undo(batch).await.unwrap();
    assert_eq!((restored, of), (3, 4));
    assert_eq!(project.task(1).fields().await.priority.slug(), "none");
    assert_eq!(project.task(3).fields().await.priority.slug(), "low", "the newer change stays");
    // The redo concerns what the undo has changed.
    let (_, restored, of) = undo(redo.unwrap()).await.unwrap();
    assert_eq!((restored, of), (3, 3));
    assert_eq!(project.task(4).fields().await.priority.slug(), "urgent");
    // Nothing is left of this one.
    let batch = project.edit_tasks(&[1, 2], "estimate", &["5"]).await.unwrap().unwrap();
    project.edit_tasks(&[1, 2], "estimate", &["8"]).await.unwrap();
    assert!(matches!(undo(batch).await, Err(AppError::Conflict { .. })));
}

#[tokio::test]
async fn the_notification_of_an_undone_assignment_is_withdrawn() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let task = alice.task("WEB-2");
    task.set_all("assignees", &[]).await.unwrap();
    let dana_id = task.person(DANA).await.to_string();
    let told = async || {
        let entries = dana.inbox(InboxTab::Unread).await.unwrap();
        entries.into_iter().filter(|entry| entry.task.to_string() == "WEB-2").count()
    };
    for field in ["assignees", "assign"] {
        let before = told().await;
        let batch = task.set(field, &dana_id).await.unwrap();
        assert_eq!(told().await, before + 1, "{field}");
        alice.undo(batch).await.unwrap();
        assert_eq!(told().await, before, "{field}");
    }
    // An assignment that stays is still told.
    task.set("assign", &dana_id).await.unwrap();
    let batch = task.set("estimate", "3").await.unwrap();
    alice.undo(batch).await.unwrap();
    assert_eq!(told().await, 1);
}
