//! A form that is sent twice is carried out once, and gets the same answer.

use futures_util::future::join_all;
use leptos::server_fn::ServerFn as _;
use serde_json::Value;

use crate::support::{
    ABC, ACME, ALICE, CAROL, DANA, JOE, TestApp,
    functions::{
        AddComment, AddSubtask, CreateProject, CreateTask, InvitePeople, React, SaveLabel, SaveState, SaveView, Undo,
    },
};

const BOARD: &str = "/o/abc-inc/projects/CRM/board";

/// The field by which the server recognizes a form.
const TOKEN: &str = "form_token";

/// A form that creates something: its path, its fields besides the organization, and the rows that it creates.
type Creates = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// The forms that create something in the workspace abc-inc, its project CRM or its task CRM-1.
const CREATING: [Creates; 8] = [
    (CreateProject::PATH, &[("name", "Twice"), ("key", "TWO"), ("start", "simple")], "project WHERE name = 'Twice'"),
    (CreateTask::PATH, &[("project", "CRM"), ("state", "todo"), ("title", "Twice")], "task WHERE title = 'Twice'"),
    (AddSubtask::PATH, &[("key", "CRM-1"), ("title", "Part")], "task WHERE title = 'Part'"),
    (AddComment::PATH, &[("key", "CRM-1"), ("body", "Said twice")], "comment WHERE body = 'Said twice'"),
    (SaveLabel::PATH, &[("key", "CRM"), ("name", "Twice"), ("hue", "1")], "label WHERE name = 'Twice'"),
    (
        SaveState::PATH,
        &[("key", "CRM"), ("state", ""), ("name", "Twice"), ("category", "started"), ("limit", "")],
        "project_state WHERE name = 'Twice'",
    ),
    (
        SaveView::PATH,
        &[("key", "CRM"), ("layout", "list"), ("query", ""), ("name", "Twice")],
        "saved_view WHERE name = 'Twice'",
    ),
    (
        InvitePeople::PATH,
        &[("addresses", "new@abc.example"), ("role", "member"), ("message", ""), ("lifetime", "7")],
        "invitation WHERE email = 'new@abc.example'",
    ),
];

fn form<'a>(token: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("org", "abc-inc"), (TOKEN, token)], fields].concat()
}

#[tokio::test]
async fn what_is_sent_twice_is_made_once_with_the_same_answer() {
    let app = TestApp::managing().await;
    let owner = app.signed_in(CAROL, ABC).await;
    for (path, fields, rows) in CREATING {
        let fields = form("token", fields);
        let first = owner.post_form(BOARD, path, &fields).await.assert_status(303);
        let second = owner.post_form(BOARD, path, &fields).await.assert_status(303);
        assert_eq!(app.count(rows).await, 1, "{path}");
        assert_eq!(second.location(), first.location(), "{path}");
    }
}

#[tokio::test]
async fn forms_that_arrive_together_are_one_too() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let fields = form("token", &[("project", "CRM"), ("state", "todo"), ("title", "Clicked often")]);
    let answers: Vec<Value> =
        join_all((0..4).map(|_| async { joe.call_raw("create_task", &fields).await.unwrap() })).await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.is_array()), "{answers:?}");
    assert_eq!(app.count("task WHERE title = 'Clicked often'").await, 1);
}

#[tokio::test]
async fn other_text_other_pages_and_other_people_make_forms_of_their_own() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    let comments = "comment WHERE body LIKE 'Same%'";
    for (member, token, body) in [
        (&joe, "one", "Same"),
        // Sent from the same page after more was typed.
        (&joe, "one", "Same and more"),
        (&joe, "two", "Same"),
        (&carol, "one", "Same"),
    ] {
        let before = app.count(comments).await;
        let fields = form(token, &[("key", "CRM-1"), ("body", body)]);
        member.post_form("/o/abc-inc/tasks/CRM-1", AddComment::PATH, &fields).await.assert_status(303);
        assert_eq!(app.count(comments).await, before + 1, "{token} {body}");
    }
    // Another organization knows nothing of it.
    let (alice, fields) =
        (app.signed_in(ALICE, ACME).await, [("org", "acme"), (TOKEN, "one"), ("key", "WEB-1"), ("body", "Same")]);
    alice.post_form("/o/acme/tasks/WEB-1", AddComment::PATH, &fields).await.assert_status(303);
    assert_eq!(app.count("form_submission").await, 5);
}

#[tokio::test]
async fn a_form_that_failed_may_be_sent_again() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    // The key is taken, which the database finds out within the transaction.
    let fields = form("token", &[("name", "Late"), ("key", "CRM"), ("start", "simple")]);
    for _ in 0..2 {
        let answer = joe.post_form("/o/abc-inc/projects/new", CreateProject::PATH, &fields).await.assert_status(422);
        assert!(answer.body.contains("Late"), "what was typed is kept");
    }
    assert_eq!(app.count("form_submission").await, 0);
}

#[tokio::test]
async fn a_toggle_that_is_clicked_twice_stays_on() {
    let app = TestApp::spawn().await;
    let task = app.signed_in(JOE, ABC).await.task("CRM-1");
    task.comment("Well done").await.unwrap();
    let comment = task.comments().await[0].id.to_string();
    let fields = form("token", &[("key", "CRM-1"), ("comment", &comment), ("emoji", "👍")]);
    for _ in 0..2 {
        task.member.post_form(&task.page(), React::PATH, &fields).await.assert_status(303);
        assert_eq!(task.comments().await[0].reactions.len(), 1);
    }
    // An undo that is sent twice is not an undo of the undo, or an error.
    let batch = task.set("priority", "urgent").await.unwrap().unwrap().to_string();
    let fields = form("undo", &[("batch", &batch)]);
    for _ in 0..2 {
        task.member.post_form(&task.page(), Undo::PATH, &fields).await.assert_status(303);
    }
}

#[tokio::test]
async fn a_workspace_that_is_ordered_twice_is_set_up_once() {
    let app = TestApp::managing().await;
    let dana = app.signed_in(DANA, ACME).await;
    let fields = [(TOKEN, "token"), ("name", "Second thoughts"), ("slug", "")];
    let first = dana.post_form("/new-organization", "/fn/create_organization", &fields).await.assert_status(303);
    let second = dana.post_form("/new-organization", "/fn/create_organization", &fields).await.assert_status(303);
    assert_eq!(second.location(), first.location());
    assert_eq!(app.count("organization_setup WHERE display_name = 'Second thoughts'").await, 1);
}

#[tokio::test]
async fn every_form_of_a_page_has_a_token() {
    let app = TestApp::managing().await;
    let joe = app.signed_in(JOE, ABC).await;
    for page in [
        BOARD,
        "/o/abc-inc/tasks/CRM-1",
        "/o/abc-inc/projects/CRM/settings",
        "/o/abc-inc/projects/new",
        "/o/abc-inc/projects/CRM/list",
        "/new-organization",
    ] {
        let body = joe.get(page).await.assert_status(200).body;
        let forms = body.split("<form action=\"/fn/").skip(1).map(|form| form.split("</form>").next().unwrap());
        let forms: Vec<_> = forms.collect();
        let without: Vec<_> = forms.iter().filter(|form| !form.contains("name=\"form_token\" value=\"")).collect();
        assert!(!forms.is_empty() && without.is_empty(), "{page}: {without:?}");
    }
}
