//! Comments and the history of tasks.

use tessera::testing::domain::errors::AppError;

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, JOE, TestApp, XYZ,
    functions::{AddComment, GetCommentHistory},
};

#[tokio::test]
async fn a_comment_is_written_changed_reacted_to_and_deleted() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    dana.task("WEB-1").comment("See **OPS-1**\r\n<script>alert(1)</script>").await.unwrap();
    let [first] = &alice.task("WEB-1").comments().await[..] else { panic!() };
    assert!(first.html.contains("/o/acme/tasks/OPS-1") && !first.html.contains("<script"), "{}", first.html);
    assert_eq!((first.author.as_str(), first.body.as_deref(), first.may_delete), (DANA, None, true));
    let id = first.id;

    assert_eq!(alice.task("WEB-1").edit_comment(id, "Mine").await, Err(AppError::NotFound), "it is Dana’s");
    dana.task("WEB-1").edit_comment(id, "Changed").await.unwrap();
    alice.task("WEB-1").react(id, "👍").await.unwrap();
    dana.task("WEB-1").react(id, "👍").await.unwrap();
    assert_eq!(dana.task("WEB-1").react(id, "<b>").await, Err(AppError::BadRequest));
    let [changed] = &dana.task("WEB-1").comments().await[..] else { panic!() };
    assert_eq!((changed.html.as_str(), changed.body.as_deref()), ("<p dir=\"auto\">Changed</p>\n", Some("Changed")));
    assert!(changed.edited_at.is_some());
    assert_eq!((changed.reactions[0].people.len(), changed.reactions[0].is_yours), (2, true));
    dana.task("WEB-1").react(id, "👍").await.unwrap();
    assert_eq!(dana.task("WEB-1").comments().await[0].reactions[0].people, [ALICE]);

    alice.task("WEB-1").delete_comment(id).await.unwrap();
    let [deleted] = &dana.task("WEB-1").comments().await[..] else { panic!() };
    assert!(deleted.is_deleted && deleted.html.is_empty() && deleted.body.is_none() && deleted.reactions.is_empty());
    assert_eq!(dana.task("WEB-1").edit_comment(id, "Back").await, Err(AppError::NotFound));
    assert_eq!(app.count("comment_revision").await, 0, "nothing of it is kept");
    let records = "audit_log WHERE action = 'comment.delete' AND outcome = 'done' AND target = 'WEB-1'";
    assert_eq!(app.count(records).await, 1, "it was somebody else’s");
    alice.task("WEB-1").comment("Mine").await.unwrap();
    let own = alice.task("WEB-1").comments().await;
    let own = own.iter().find(|comment| !comment.is_deleted).unwrap().id;
    alice.task("WEB-1").delete_comment(own).await.unwrap();
    assert_eq!(app.count(records).await, 1);
}

#[tokio::test]
async fn earlier_versions_of_a_comment_are_shown_to_those_who_may_read_it() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    dana.task("WEB-1").comment("The *first* text").await.unwrap();
    let id = dana.task("WEB-1").comments().await[0].id;
    let page = alice.get("/o/acme/tasks/WEB-1").await.body;
    assert!(!page.contains(&format!("?history={id}")), "it was not edited");
    for text in ["The second text", "The third text"] {
        dana.task("WEB-1").edit_comment(id, text).await.unwrap();
    }
    let history = |key: &str| GetCommentHistory { org: ACME.slug.to_owned(), key: key.to_owned(), comment: id };
    let revisions = alice.call(history("WEB-1")).await.unwrap();
    let texts: Vec<_> = revisions.iter().map(|revision| revision.html.as_str()).collect();
    let first = "<p dir=\"auto\">The <em>first</em> text</p>\n";
    assert_eq!(texts, ["<p dir=\"auto\">The second text</p>\n", first]);
    assert!(revisions.iter().all(|revision| revision.author == DANA));
    assert_eq!(alice.call(history("WEB-2")).await, Err(AppError::NotFound), "it is a comment on another task");

    // Without scripts, the link leads to the page with the versions.
    let page = alice.get("/o/acme/tasks/WEB-1").await.body;
    assert!(page.contains(&format!("/o/acme/tasks/WEB-1?history={id}#comment-{id}")) && !page.contains("second text"));
    let page = alice.get(&format!("/o/acme/tasks/WEB-1?history={id}")).await.assert_status(200).body;
    assert!(page.contains("The second text") && page.contains(first), "{page}");

    alice.task("WEB-1").delete_comment(id).await.unwrap();
    assert_eq!(alice.call(history("WEB-1")).await, Err(AppError::NotFound), "nothing of it is kept");
}

#[tokio::test]
async fn a_text_that_was_rendered_before_follows_its_organization_and_its_people() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    // The same text twice, and in another organization; long enough to be rendered outside of the runtime's threads.
    let text = format!("@Zed sees WEB-1 and APP-1. {}", "Long. ".repeat(1_000));
    alice.task("WEB-1").comment(&text).await.unwrap();
    alice.task("WEB-2").comment(&text).await.unwrap();
    bob.task("APP-1").comment(&text).await.unwrap();
    let (one, two) = (alice.task("WEB-1").comments().await, alice.task("WEB-2").comments().await);
    let theirs = bob.task("APP-1").comments().await;
    assert_eq!(one[0].html, two[0].html);
    assert!(one[0].html.contains("/o/acme/tasks/WEB-1") && theirs[0].html.contains("/o/beta/tasks/APP-1"));
    assert!(!one[0].html.contains("<strong>") && !theirs[0].html.contains("<strong>"));
    // A member gets the name that the text mentions.
    app.database.change("UPDATE person SET name = 'Zed' WHERE email = 'bob@beta.example'").await;
    assert!(bob.task("APP-1").comments().await[0].html.contains("<strong>@Zed</strong>"));
    assert_eq!(alice.task("WEB-1").comments().await[0].html, one[0].html);
}

#[tokio::test]
async fn a_comment_form_returns_to_the_task_and_keeps_refused_input() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let page = "/o/abc-inc/tasks/CRM-1";
    let form = |body: &'static str| [("org", "abc-inc"), ("key", "CRM-1"), ("body", body)];
    joe.submit::<AddComment>(page, &form("First")).await.assert_leads_to(page);
    joe.get(page).await.assert_status(200).assert_says("<p dir=\"auto\">First</p>");
    let long: &'static str = "x".repeat(20_001).leak();
    let refused = joe.submit::<AddComment>(page, &form(long)).await.assert_status(422);
    assert!(refused.assert_says("Use at most 20000 characters").body.contains(long));
    joe.submit::<AddComment>(page, &form(" ")).await.assert_status(422).assert_says("Write something first.");
    assert_eq!(joe.task("CRM-1").comments().await.len(), 1);
}

#[tokio::test]
async fn commenting_needs_permission_and_a_visible_task() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, XYZ).await, app.signed_in(CAROL, ABC).await);
    let refused = joe.task("TRIP-1").comment("As a viewer").await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(carol.task("WEB-1").comment("Elsewhere").await, Err(AppError::NotFound));
    carol.task("CRM-1").comment("Here").await.unwrap();
    let id = carol.task("CRM-1").comments().await[0].id;
    let alice = app.signed_in(ALICE, ACME).await;
    assert_eq!(alice.task("WEB-1").react(id, "👍").await, Err(AppError::NotFound), "of another organization");
}

#[tokio::test]
async fn the_history_describes_each_change() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (field, value) in [("state", "done"), ("priority", "high"), ("due_on", "2026-12-24"), ("due_on", "")] {
        alice.task("WEB-1").set(field, value).await.unwrap();
    }
    assert_eq!(alice.task("WEB-1").comments().await, []);
    assert_eq!(
        alice.task("WEB-1").history().await,
        [
            "created the task",
            "moved it from Backlog to Done",
            "set the priority to High",
            "set the due date to 24 Dec 2026",
            "removed the due date",
        ]
    );
}
