//! What is said about tasks, and what their history tells.

use tessera::domain::{
    errors::AppError,
    tasks::activity::{Comment, Entry},
};

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, DANA, JOE, TestApp, XYZ};

async fn history(browser: &Browser, org: &str, key: &str) -> Vec<Entry> {
    browser.ask("get_activity", &[("org", org), ("key", key)]).await.unwrap()
}

async fn comments(browser: &Browser, org: &str, key: &str) -> Vec<Comment> {
    let entries = history(browser, org, key).await.into_iter();
    entries.filter_map(|entry| if let Entry::Comment(comment) = entry { Some(comment) } else { None }).collect()
}

async fn comment(browser: &Browser, org: &str, key: &str, body: &str) -> Result<(), AppError> {
    browser.call("add_comment", &[("org", org), ("key", key), ("body", body)]).await
}

/// Calls a function about the comment on WEB-1 of acme.
async fn about(browser: &Browser, function: &str, id: &str, field: (&str, &str)) -> Result<(), AppError> {
    browser.call(function, &[("org", "acme"), ("key", "WEB-1"), ("comment", id), field]).await
}

#[tokio::test]
async fn a_comment_is_written_changed_reacted_to_and_deleted() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    comment(&dana, "acme", "WEB-1", "See **OPS-1**\r\n<script>alert(1)</script>").await.unwrap();
    let [first] = &comments(&alice, "acme", "WEB-1").await[..] else { panic!() };
    assert!(first.html.contains("/o/acme/tasks/OPS-1") && !first.html.contains("<script"), "{}", first.html);
    assert_eq!((first.author.as_str(), first.body.as_deref(), first.may_delete), (DANA, None, true));
    let id = first.id.to_string();

    assert_eq!(about(&alice, "edit_comment", &id, ("body", "Mine")).await, Err(AppError::NotFound), "it is Dana’s");
    about(&dana, "edit_comment", &id, ("body", "Changed")).await.unwrap();
    about(&alice, "react", &id, ("emoji", "👍")).await.unwrap();
    about(&dana, "react", &id, ("emoji", "👍")).await.unwrap();
    assert_eq!(about(&dana, "react", &id, ("emoji", "<b>")).await, Err(AppError::BadRequest));
    let [changed] = &comments(&dana, "acme", "WEB-1").await[..] else { panic!() };
    assert_eq!((changed.html.as_str(), changed.body.as_deref()), ("<p>Changed</p>\n", Some("Changed")));
    assert!(changed.edited_at.is_some());
    assert_eq!((changed.reactions[0].people.len(), changed.reactions[0].is_yours), (2, true));
    about(&dana, "react", &id, ("emoji", "👍")).await.unwrap();
    assert_eq!(comments(&dana, "acme", "WEB-1").await[0].reactions[0].people, [ALICE]);

    about(&alice, "delete_comment", &id, ("x", "")).await.unwrap();
    let [deleted] = &comments(&dana, "acme", "WEB-1").await[..] else { panic!() };
    assert!(deleted.is_deleted && deleted.html.is_empty() && deleted.body.is_none() && deleted.reactions.is_empty());
    assert_eq!(about(&dana, "edit_comment", &id, ("body", "Back")).await, Err(AppError::NotFound));
    assert_eq!(app.count("comment_revision").await, 0, "nothing of it is kept");
    let records = "audit_log WHERE action = 'comment.delete' AND outcome = 'done' AND target = 'WEB-1'";
    assert_eq!(app.count(records).await, 1, "it was somebody else’s");
    comment(&alice, "acme", "WEB-1", "Mine").await.unwrap();
    let own = comments(&alice, "acme", "WEB-1").await;
    let own = own.iter().find(|comment| !comment.is_deleted).unwrap().id.to_string();
    about(&alice, "delete_comment", &own, ("x", "")).await.unwrap();
    assert_eq!(app.count(records).await, 1);
}

#[tokio::test]
async fn a_comment_by_a_plain_form_leads_back_and_loses_nothing() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let page = "/o/abc-inc/tasks/CRM-1";
    let form = |body: &'static str| [("org", "abc-inc"), ("key", "CRM-1"), ("body", body)];
    joe.post_form(page, "/fn/add_comment", &form("First")).await.assert_leads_to(page);
    joe.get(page).await.assert_status(200).assert_says("<p>First</p>");
    let long: &'static str = "x".repeat(20_001).leak();
    let refused = joe.post_form(page, "/fn/add_comment", &form(long)).await.assert_status(422);
    assert!(refused.assert_says("Use at most 20000 characters").body.contains(long));
    joe.post_form(page, "/fn/add_comment", &form(" ")).await.assert_status(422).assert_says("Write something first.");
    assert_eq!(comments(&joe, "abc-inc", "CRM-1").await.len(), 1);
}

#[tokio::test]
async fn nobody_comments_without_the_right_or_on_what_is_not_theirs() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, XYZ).await, app.signed_in(CAROL, ABC).await);
    let refused = comment(&joe, "xyz-travel", "TRIP-1", "As a viewer").await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(comment(&carol, "abc-inc", "WEB-1", "Elsewhere").await, Err(AppError::NotFound));
    comment(&carol, "abc-inc", "CRM-1", "Here").await.unwrap();
    let id = comments(&carol, "abc-inc", "CRM-1").await[0].id.to_string();
    let alice = app.signed_in(ALICE, ACME).await;
    assert_eq!(about(&alice, "react", &id, ("emoji", "👍")).await, Err(AppError::NotFound), "of another organization");
}

#[tokio::test]
async fn the_history_tells_what_happened_in_words() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (field, value) in [("state", "done"), ("priority", "high"), ("due_on", "2026-12-24"), ("due_on", "")] {
        let fields = [("org", "acme"), ("keys[]", "WEB-1"), ("field", field), ("values[]", value)];
        alice.call::<Option<uuid::Uuid>>("edit_tasks", &fields).await.unwrap();
    }
    let notes = history(&alice, "acme", "WEB-1").await.into_iter().map(|entry| match entry {
        Entry::Note(note) => note.text,
        Entry::Comment(comment) => panic!("{comment:?}"),
    });
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [
            "created the task",
            "moved it from Backlog to Done",
            "set the priority to High",
            "set the due date to 24 Dec 2026",
            "removed the due date",
        ]
    );
}
