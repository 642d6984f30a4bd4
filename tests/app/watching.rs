//! Who is told what happens to a task.

use chrono::TimeDelta;
use tessera::domain::{
    errors::AppError,
    inbox::{Inbox, Reason},
    tasks::{Moved, TaskCard, TaskDetail, event::Event, fields::FieldChange, links::Links},
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, BETA, BOB, Browser, CAROL, DANA, JOE, Stream, TestApp, XYZ};

async fn links(browser: &Browser, org: &str, key: &str) -> Links {
    browser.ask::<TaskDetail>("get_task", &[("org", org), ("key", key)]).await.unwrap().links
}

async fn watch(browser: &Browser, org: &str, key: &str, watching: &str) -> Result<(), AppError> {
    browser.call("set_watching", &[("org", org), ("key", key), ("watching", watching)]).await
}

/// What is unread: the task, why, and what is told of it.
async fn told(browser: &Browser, org: &str) -> Vec<(String, Reason, Vec<String>)> {
    let inbox: Inbox = browser.ask("get_inbox", &[("org", org), ("shelf", "unread")]).await.unwrap();
    let entries = inbox.entries.into_iter();
    entries
        .map(|entry| (entry.task.to_string(), entry.reason, entry.news.into_iter().map(|news| news.text).collect()))
        .collect()
}

async fn comment(browser: &Browser, org: &str, key: &str, body: &str) {
    browser.call::<()>("add_comment", &[("org", org), ("key", key), ("body", body)]).await.unwrap();
}

async fn edit(browser: &Browser, org: &str, key: &str, field: &str, value: &str) -> Option<Uuid> {
    let fields = [("org", org), ("keys[]", key), ("field", field), ("values[]", value)];
    browser.call("edit_tasks", &fields).await.unwrap()
}

async fn id(browser: &Browser, org: &str, name: &str) -> String {
    let task: TaskDetail = browser.ask("get_task", &[("org", org), ("key", "WEB-1")]).await.unwrap();
    task.people.iter().find(|person| person.name == name).unwrap_or_else(|| panic!("{name}")).id.to_string()
}

#[tokio::test]
async fn one_watches_and_stops() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    watch(&dana, "acme", "WEB-1", "true").await.unwrap();
    watch(&dana, "acme", "WEB-1", "true").await.unwrap();
    let seen = links(&alice, "acme", "WEB-1").await;
    assert_eq!((seen.watchers, seen.is_watching), (vec![DANA.to_owned()], false));
    assert!(links(&dana, "acme", "WEB-1").await.is_watching);
    edit(&alice, "acme", "WEB-1", "state", "done").await;
    edit(&alice, "acme", "WEB-1", "estimate", "3").await;
    let expected = vec![("WEB-1".to_owned(), Reason::Watching, vec!["moved it from Backlog to Done".to_owned()])];
    assert_eq!(told(&dana, "acme").await, expected, "not of every stroke");
    watch(&dana, "acme", "WEB-1", "false").await.unwrap();
    edit(&alice, "acme", "WEB-1", "state", "todo").await;
    assert_eq!(told(&dana, "acme").await, expected);
    assert!(told(&alice, "acme").await.is_empty(), "nobody is told what they did themselves");

    let page = "/o/acme/tasks/WEB-2";
    let fields = [("org", "acme"), ("key", "WEB-2"), ("watching", "true")];
    dana.post_form(page, "/fn/set_watching", &fields).await.assert_leads_to(page);
    dana.get(page).await.assert_says("Stop watching");
    // Whoever may only read may watch.
    let joe = app.signed_in(JOE, XYZ).await;
    watch(&joe, "xyz-travel", "TRIP-1", "true").await.unwrap();
    let bob = app.signed_in(BOB, BETA).await;
    assert_eq!(watch(&bob, "beta", "WEB-1", "true").await, Err(AppError::NotFound));
    assert_eq!(watch(&bob, "beta", "APP-99", "true").await, Err(AppError::NotFound));
}

#[tokio::test]
async fn whoever_takes_part_watches_by_themselves() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let task = [("org", "acme"), ("project", "WEB"), ("state", "todo"), ("title", "New")];
    let card: TaskCard = alice.call("create_task", &task).await.unwrap();
    let key = format!("WEB-{}", card.number);
    assert_eq!(links(&alice, "acme", &key).await.watchers, [ALICE]);
    comment(&dana, "acme", &key, "I have a question.").await;
    assert_eq!(links(&alice, "acme", &key).await.watchers, [ALICE, DANA]);
    assert_eq!(told(&alice, "acme").await, [(key.clone(), Reason::Watching, vec!["commented".to_owned()])]);
    let danas = id(&alice, "acme", DANA).await;
    edit(&alice, "acme", "WEB-2", "assign", &danas).await;
    assert_eq!(links(&alice, "acme", "WEB-2").await.watchers, [DANA]);
    assert_eq!(
        told(&dana, "acme").await,
        [("WEB-2".to_owned(), Reason::Assigned, vec!["assigned it to you".to_owned()])]
    );
}

#[tokio::test]
async fn whoever_is_mentioned_is_told_once_with_the_strongest_reason() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    watch(&dana, "acme", "WEB-1", "true").await.unwrap();
    let call = format!("@{DANA}, please look, and mail@{ALICE} too");
    comment(&alice, "acme", "WEB-1", &call).await;
    let inbox: Inbox = dana.ask("get_inbox", &[("org", "acme"), ("shelf", "unread")]).await.unwrap();
    let [entry] = &inbox.entries[..] else { panic!("{inbox:?}") };
    assert_eq!((entry.reason, entry.news.len()), (Reason::Mentioned, 1));
    assert_eq!(entry.news[0].quote.as_deref(), Some(call.as_str()));
    alice.get("/o/acme/tasks/WEB-1").await.assert_says(&format!("<strong>@{DANA}</strong>"));

    // An edit calls whom it adds, and nobody twice.
    let entries: Vec<tessera::domain::tasks::activity::Entry> =
        alice.ask("get_activity", &[("org", "acme"), ("key", "WEB-1")]).await.unwrap();
    let id = entries.iter().find_map(|entry| match entry {
        tessera::domain::tasks::activity::Entry::Comment(comment) => Some(comment.id.to_string()),
        tessera::domain::tasks::activity::Entry::Note(_) => None,
    });
    let id = id.unwrap();
    let body = format!("{call} soon");
    let fields = [("org", "acme"), ("key", "WEB-1"), ("comment", id.as_str()), ("body", body.as_str())];
    alice.call::<()>("edit_comment", &fields).await.unwrap();
    assert_eq!(told(&dana, "acme").await[0].2.len(), 1);

    // So does a description, by the address too, and not in code.
    let task: TaskDetail = alice.ask("get_task", &[("org", "acme"), ("key", "WEB-2")]).await.unwrap();
    let version = task.version.to_string();
    let description = format!("`@{DANA}` and @{DANA}@EXAMPLE.com");
    let fields = [
        ("org", "acme"),
        ("key", "WEB-2"),
        ("version", version.as_str()),
        ("title", "Title"),
        ("description", description.as_str()),
    ];
    alice.call::<TaskDetail>("update_task", &fields).await.unwrap();
    let (key, reason, news) = told(&dana, "acme").await.remove(0);
    assert_eq!((key.as_str(), reason), ("WEB-2", Reason::Mentioned));
    assert_eq!(news, ["mentioned you in the description"]);
}

#[tokio::test]
async fn nobody_is_told_of_what_they_may_not_see() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    watch(&joe, "abc-inc", "CRM-1", "true").await.unwrap();
    comment(&carol, "abc-inc", "CRM-1", "Before").await;
    assert_eq!(told(&joe, "abc-inc").await.len(), 1);
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'CRM'").await, 1);
    let count = app.count("notification").await;
    comment(&carol, "abc-inc", "CRM-1", &format!("@{JOE} Secret")).await;
    edit(&carol, "abc-inc", "CRM-1", "state", "done").await;
    assert_eq!(app.count("notification").await, count, "none was written");
    assert!(told(&joe, "abc-inc").await.is_empty(), "and what was is not shown");
    joe.get("/o/abc-inc/inbox").await.assert_status(200).assert_says("You are up to date");
    let fields = [("org", "abc-inc"), ("key", "CRM-1"), ("upto", "999"), ("read", "true")];
    assert_eq!(joe.call::<()>("mark_read", &fields).await, Err(AppError::NotFound));
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 0) WHERE key = 'CRM'").await, 1);
    assert_eq!(told(&joe, "abc-inc").await[0].2.len(), 1);
}

#[tokio::test]
async fn an_event_says_on_the_stream_of_whom_it_concerns_that_it_does() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    watch(&dana, "acme", "WEB-1", "true").await.unwrap();
    let after = i64::try_from(app.database.events("acme", 0).await.len()).unwrap();
    let mut alices = Stream::open(&alice, "acme", after, false).await;
    let mut danas = Stream::open(&dana, "acme", after, false).await;
    comment(&alice, "acme", "WEB-1", "News").await;
    assert!(!alices.event().await.tells_you);
    assert!(danas.event().await.tells_you);
    comment(&alice, "acme", "WEB-2", "For nobody").await;
    assert!(!danas.event().await.tells_you);
}

#[tokio::test]
async fn whoever_is_removed_leaves_nothing_assigned_and_pages_are_told() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let task: TaskDetail = joe.ask("get_task", &[("org", "abc-inc"), ("key", "CRM-1")]).await.unwrap();
    let joes = task.people.iter().find(|person| person.name == JOE).unwrap().id;
    for key in ["CRM-1", "HIRE-1"] {
        edit(&carol, "abc-inc", key, "assign", &joes.to_string()).await;
    }
    watch(&joe, "abc-inc", "CRM-2", "true").await.unwrap();
    comment(&carol, "abc-inc", "CRM-2", "Told").await;
    let before = app.database.events("abc-inc", 0).await.len();
    let mut stream = Stream::open(&carol, "abc-inc", i64::try_from(before).unwrap(), false).await;
    carol.call::<()>("remove_member", &[("org", "abc-inc"), ("person", &joes.to_string())]).await.unwrap();
    for _ in 0..2 {
        let event = stream.event().await;
        let Event::Changed { changes } = event.event else { panic!("{event:?}") };
        assert!(matches!(&changes[..], [FieldChange::Assignees(it)] if it.removed == [joes].into()), "{changes:?}");
    }
    let of_joe = format!("JOIN person p ON p.id = person_id WHERE p.subject = '{JOE}'");
    assert_eq!(app.count(&format!("task_assignee {of_joe}")).await, 0);
    assert_eq!(app.count(&format!("notification {of_joe}")).await, 0);
    assert_eq!(app.count(&format!("task_watcher {of_joe}")).await, 0);
    // Nobody tells him any more.
    edit(&carol, "abc-inc", "CRM-2", "state", "done").await;
    assert_eq!(app.count(&format!("notification {of_joe}")).await, 0);
}

#[tokio::test]
async fn what_is_due_is_told_on_the_day_and_once_when_it_has_passed() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let bob = app.signed_in(BOB, BETA).await;
    app.remind().await;
    let day = |days| (app.clock.now() + TimeDelta::days(days)).date_naive().to_string();
    let tomorrow = day(1);
    for key in ["WEB-1", "WEB-2", "WEB-3"] {
        edit(&alice, "acme", key, "due_on", &tomorrow).await;
    }
    edit(&alice, "acme", "WEB-4", "due_on", &day(9)).await;
    let danas = id(&alice, "acme", DANA).await;
    edit(&dana, "acme", "WEB-1", "assign", &danas).await;
    let done = [("org", "acme"), ("key", "WEB-3"), ("state", "done")];
    alice.call::<Moved>("move_task", &done).await.unwrap();
    assert!(told(&dana, "acme").await.is_empty());

    app.clock.advance(TimeDelta::days(1));
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    // However many nodes look.
    crate::support::together(4, |_| app.reminding()).await;
    app.remind().await;
    let due = |key: &str, text: &str| (key.to_owned(), Reason::Due, vec![text.to_owned()]);
    assert_eq!(told(&dana, "acme").await, [due("WEB-1", "Due today")]);
    assert_eq!(told(&alice, "acme").await, [due("WEB-2", "Due today")], "nobody has it: who created it");
    app.clock.advance(TimeDelta::days(1));
    let dana = app.signed_in(DANA, ACME).await;
    app.remind().await;
    let (_, _, news) = told(&dana, "acme").await.remove(0);
    assert!(news.len() == 2 && news[0].starts_with("Overdue since "), "{news:?}");
    app.clock.advance(TimeDelta::days(1));
    let dana = app.signed_in(DANA, ACME).await;
    app.remind().await;
    assert_eq!(told(&dana, "acme").await[0].2.len(), 2, "not every day");
    drop((alice, bob));
    let bob = app.signed_in(BOB, BETA).await;
    assert!(told(&bob, "beta").await.is_empty());
    assert_eq!(app.count("organization WHERE reminded_on IS NULL").await, 0);
}

#[tokio::test]
async fn one_organization_in_which_it_fails_does_not_keep_the_others_from_being_reminded() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    app.remind().await;
    let tomorrow = (app.clock.now() + TimeDelta::days(1)).date_naive().to_string();
    edit(&alice, "acme", "WEB-1", "due_on", &tomorrow).await;
    edit(&bob, "beta", "APP-1", "due_on", &tomorrow).await;
    app.clock.advance(TimeDelta::days(1));
    for (blocked, slugs) in [("acme", ["acme", "beta"]), ("beta", ["beta", "acme"])] {
        app.database.change("DELETE FROM notification WHERE reason = 'due'").await;
        app.database.change("DELETE FROM event WHERE body LIKE '{\"kind\":\"due\"%'").await;
        app.database.change("UPDATE organization SET reminded_on = NULL").await;
        app.database.block(blocked).await;
        app.remind().await;
        let told = slugs.map(|slug| {
            format!(
                "notification n JOIN organization o ON o.id = n.org_id WHERE n.reason = 'due' AND o.slug = '{slug}'"
            )
        });
        assert_eq!((app.count(&told[0]).await, app.count(&told[1]).await), (0, 1), "{blocked} is blocked");
        app.database.unblock(blocked).await;
        app.remind().await;
        assert_eq!((app.count(&told[0]).await, app.count(&told[1]).await), (1, 1), "once, and when it can be done");
    }
}

#[tokio::test]
async fn people_are_reminded_of_many_tasks_in_portions_and_once() {
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
