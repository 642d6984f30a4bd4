//! Recipients of notifications about changes to a task.

use chrono::TimeDelta;
use tessera::testing::domain::{
    errors::AppError,
    inbox::{InboxTab, Reason},
    tasks::{event::Event, fields::FieldChange},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, JOE, Member, TestApp, XYZ,
    functions::{MarkRead, SetWatching},
    together,
};

/// Lists the unread inbox entries: task, reason and lines.
async fn unread(member: &Member) -> Vec<(String, Reason, Vec<String>)> {
    let entries = member.inbox(InboxTab::Unread).await.unwrap().into_iter();
    entries
        .map(|entry| (entry.task.to_string(), entry.reason, entry.news.into_iter().map(|news| news.text).collect()))
        .collect()
}

#[tokio::test]
async fn a_watcher_is_notified_until_they_stop_watching() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    dana.task("WEB-1").watch().await.unwrap();
    dana.task("WEB-1").watch().await.unwrap();
    let seen = alice.task("WEB-1").links().await;
    assert_eq!((seen.watchers, seen.is_watching), (vec![DANA.to_owned()], false));
    assert!(dana.task("WEB-1").links().await.is_watching);
    alice.task("WEB-1").set("state", "done").await.unwrap();
    alice.task("WEB-1").set("estimate", "3").await.unwrap();
    let expected = vec![("WEB-1".to_owned(), Reason::Watching, vec!["moved it from Backlog to Done".to_owned()])];
    assert_eq!(unread(&dana).await, expected, "not of every stroke");
    dana.task("WEB-1").stop_watching().await.unwrap();
    alice.task("WEB-1").set("state", "todo").await.unwrap();
    assert_eq!(unread(&dana).await, expected);
    assert!(unread(&alice).await.is_empty(), "nobody is told what they did themselves");

    let page = "/o/acme/tasks/WEB-2";
    let fields = [("org", "acme"), ("key", "WEB-2"), ("watching", "true")];
    dana.submit::<SetWatching>(page, &fields).await.assert_leads_to(page);
    dana.get(page).await.assert_says("Unwatch");
    // A viewer may watch a task.
    let joe = app.signed_in(JOE, XYZ).await;
    joe.task("TRIP-1").watch().await.unwrap();
    let bob = app.signed_in(BOB, BETA).await;
    assert_eq!(bob.task("WEB-1").watch().await, Err(AppError::NotFound));
    assert_eq!(bob.task("APP-99").watch().await, Err(AppError::NotFound));
}

#[tokio::test]
async fn participants_become_watchers() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let key = format!("WEB-{}", alice.project("WEB").add("todo", "New").await);
    assert_eq!(alice.task(&key).links().await.watchers, [ALICE]);
    dana.task(&key).comment("I have a question.").await.unwrap();
    assert_eq!(alice.task(&key).links().await.watchers, [ALICE, DANA]);
    assert_eq!(unread(&alice).await, [(key.clone(), Reason::Watching, vec!["commented".to_owned()])]);
    let danas = alice.task("WEB-1").person(DANA).await.to_string();
    alice.task("WEB-2").set("assign", &danas).await.unwrap();
    assert_eq!(alice.task("WEB-2").links().await.watchers, [DANA]);
    assert_eq!(unread(&dana).await, [("WEB-2".to_owned(), Reason::Assigned, vec!["assigned it to you".to_owned()])]);
}

#[tokio::test]
async fn a_mention_notifies_once_with_the_strongest_reason() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    dana.task("WEB-1").watch().await.unwrap();
    let call = format!("@{DANA}, please look, and mail@{ALICE} too");
    alice.task("WEB-1").comment(&call).await.unwrap();
    let inbox = dana.inbox(InboxTab::Unread).await.unwrap();
    let [entry] = &inbox[..] else { panic!("{inbox:?}") };
    assert_eq!((entry.reason, entry.news.len()), (Reason::Mentioned, 1));
    assert_eq!(entry.news[0].quote.as_deref(), Some(call.as_str()));
    alice.get("/o/acme/tasks/WEB-1").await.assert_says(&format!("<strong>@{DANA}</strong>"));

    // Editing a comment notifies only the people whom the comment did not mention before.
    let id = alice.task("WEB-1").comments().await[0].id;
    alice.task("WEB-1").edit_comment(id, &format!("{call} soon")).await.unwrap();
    assert_eq!(unread(&dana).await[0].2.len(), 1);

    // A description can mention a person, also by email address. A mention in code is ignored.
    let version = alice.task("WEB-2").get().await.unwrap().version;
    let description = format!("`@{DANA}` and @{DANA}@EXAMPLE.com");
    alice.task("WEB-2").write(version, "Title", &description).await.unwrap();
    let (key, reason, news) = unread(&dana).await.remove(0);
    assert_eq!((key.as_str(), reason), ("WEB-2", Reason::Mentioned));
    assert_eq!(news, ["mentioned you in the description"]);
}

#[tokio::test]
async fn nobody_is_notified_about_hidden_tasks() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    joe.task("CRM-1").watch().await.unwrap();
    carol.task("CRM-1").comment("Before").await.unwrap();
    assert_eq!(unread(&joe).await.len(), 1);
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    let count = app.count("notification").await;
    carol.task("CRM-1").comment(&format!("@{JOE} Secret")).await.unwrap();
    carol.task("CRM-1").set("state", "done").await.unwrap();
    assert_eq!(app.count("notification").await, count, "none was written");
    assert!(unread(&joe).await.is_empty(), "and what was is not shown");
    joe.get("/o/abc-inc/inbox").await.assert_status(200).assert_says("You’re all caught up");
    let mark_read = MarkRead { org: joe.org(), key: "CRM-1".to_owned(), upto: 999, read: true };
    assert_eq!(joe.call(mark_read).await, Err(AppError::NotFound));
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 0) WHERE key = 'CRM'").await, 1);
    assert_eq!(unread(&joe).await[0].2.len(), 1);
}

#[tokio::test]
async fn the_stream_marks_events_that_notify_the_reader() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    dana.task("WEB-1").watch().await.unwrap();
    let after = i64::try_from(app.database.events("acme", 0).await.len()).unwrap();
    let mut alices = alice.listen(after).await;
    let mut danas = dana.listen(after).await;
    alice.task("WEB-1").comment("News").await.unwrap();
    assert!(!alices.event().await.tells_you);
    assert!(danas.event().await.tells_you);
    alice.task("WEB-2").comment("For nobody").await.unwrap();
    assert!(!danas.event().await.tells_you);
}

#[tokio::test]
async fn removing_a_member_unassigns_their_tasks_and_publishes_it() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joes = joe.task("CRM-1").person(JOE).await;
    for key in ["CRM-1", "HIRE-1"] {
        carol.task(key).set("assign", &joes.to_string()).await.unwrap();
    }
    joe.task("CRM-2").watch().await.unwrap();
    carol.task("CRM-2").comment("Told").await.unwrap();
    let before = app.database.events("abc-inc", 0).await.len();
    let mut stream = carol.listen(i64::try_from(before).unwrap()).await;
    carol.remove_member(&joes.to_string()).await.unwrap();
    for _ in 0..2 {
        let event = stream.event().await;
        let Event::Changed { changes, .. } = event.event else { panic!("{event:?}") };
        assert!(matches!(&changes[..], [FieldChange::Assignees(it)] if it.removed == [joes].into()), "{changes:?}");
    }
    let of_joe = format!("JOIN person p ON p.id = person_id WHERE p.subject = '{JOE}'");
    assert_eq!(app.count(&format!("task_assignee {of_joe}")).await, 0);
    assert_eq!(app.count(&format!("notification {of_joe}")).await, 0);
    assert_eq!(app.count(&format!("task_watcher {of_joe}")).await, 0);
    // Joe receives no further notifications.
    carol.task("CRM-2").set("state", "done").await.unwrap();
    assert_eq!(app.count(&format!("notification {of_joe}")).await, 0);
}

#[tokio::test]
async fn due_dates_remind_on_the_day_and_once_when_overdue() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let bob = app.signed_in(BOB, BETA).await;
    app.remind().await;
    let day = |days| (app.clock.now() + TimeDelta::days(days)).date_naive().to_string();
    let tomorrow = day(1);
    for key in ["WEB-1", "WEB-2", "WEB-3"] {
        alice.task(key).set("due_on", &tomorrow).await.unwrap();
    }
    alice.task("WEB-4").set("due_on", &day(9)).await.unwrap();
    let danas = alice.task("WEB-1").person(DANA).await.to_string();
    dana.task("WEB-1").set("assign", &danas).await.unwrap();
    alice.task("WEB-3").move_to("done").await.unwrap();
    assert!(unread(&dana).await.is_empty());

    app.clock.advance(TimeDelta::days(1));
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    // Each reminder is sent once, even if several nodes send reminders concurrently.
    together(4, |_| app.reminding()).await;
    app.remind().await;
    let due = |key: &str, text: &str| (key.to_owned(), Reason::Due, vec![text.to_owned()]);
    assert_eq!(unread(&dana).await, [due("WEB-1", "Due today")]);
    assert_eq!(unread(&alice).await, [due("WEB-2", "Due today")], "nobody has it: who created it");
    app.clock.advance(TimeDelta::days(1));
    let dana = app.signed_in(DANA, ACME).await;
    app.remind().await;
    let (_, _, news) = unread(&dana).await.remove(0);
    assert!(news.len() == 2 && news[0].starts_with("Overdue since "), "{news:?}");
    app.clock.advance(TimeDelta::days(1));
    let dana = app.signed_in(DANA, ACME).await;
    app.remind().await;
    assert_eq!(unread(&dana).await[0].2.len(), 2, "not every day");
    dana.task("WEB-1").move_to("done").await.unwrap();
    let (_, _, news) = unread(&dana).await.remove(0);
    assert!(news.iter().all(|text| text.starts_with("Was due on ")), "nothing done is overdue: {news:?}");
    drop((alice, bob));
    let bob = app.signed_in(BOB, BETA).await;
    assert!(unread(&bob).await.is_empty());
    assert_eq!(app.count("organization WHERE reminded_on IS NULL OR remind_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_failing_organization_does_not_block_the_reminders_of_others() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    app.remind().await;
    let tomorrow = (app.clock.now() + TimeDelta::days(1)).date_naive().to_string();
    alice.task("WEB-1").set("due_on", &tomorrow).await.unwrap();
    bob.task("APP-1").set("due_on", &tomorrow).await.unwrap();
    app.clock.advance(TimeDelta::days(1));
    for (blocked, slugs) in [("acme", ["acme", "beta"]), ("beta", ["beta", "acme"])] {
        app.database.change("DELETE FROM notification WHERE reason = 'due'").await;
        app.database.change("DELETE FROM event WHERE body LIKE '{\"kind\":\"due\"%'").await;
        app.database.change("UPDATE organization SET reminded_on = NULL, remind_at = NULL").await;
        app.database.block(blocked).await;
        app.remind().await;
        let counts = slugs.map(|slug| {
            format!(
                "notification n JOIN organization o ON o.id = n.org_id WHERE n.reason = 'due' AND o.slug = '{slug}'"
            )
        });
        assert_eq!((app.count(&counts[0]).await, app.count(&counts[1]).await), (0, 1), "{blocked} is blocked");
        app.database.unblock(blocked).await;
        app.remind().await;
        assert_eq!((app.count(&counts[0]).await, app.count(&counts[1]).await), (1, 1), "once, and when it can be done");
    }
}

#[tokio::test]
async fn many_reminders_are_sent_in_batches_and_once() {
    let app = TestApp::spawn().await;
    app.remind().await;
    app.add_project(ACME, "MANY", 800).await;
    let tomorrow = (app.clock.now() + TimeDelta::days(1)).date_naive();
    let sql = format!(
        "UPDATE task SET due_on = '{tomorrow}' WHERE project_id IN (SELECT id FROM project WHERE key = 'MANY')"
    );
    assert_eq!(app.database.change(&sql).await, 800);
    app.clock.advance(TimeDelta::days(1));
    app.remind().await;
    let due = "event WHERE body LIKE '{\"kind\":\"due\"%'";
    assert_eq!(app.count(due).await, 600, "a quarter is done");
    assert_eq!(app.count(&format!("(SELECT DISTINCT batch_id FROM {due}) AS portion")).await, 2);
    assert_eq!(app.count("notification WHERE reason = 'due'").await, 600);
    app.remind().await;
    assert_eq!(app.count(due).await, 600);
}
