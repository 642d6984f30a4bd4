//! The inbox.

use chrono::TimeDelta;
use tessera::domain::{
    errors::AppError,
    inbox::{Inbox, InboxEntry, Reason},
    organizations::Workspace,
};

use crate::support::{ABC, ACME, ALICE, BETA, BOB, Browser, CAROL, DANA, JOE, TestApp};

async fn shelf(browser: &Browser, org: &str, shelf: &str) -> Vec<InboxEntry> {
    browser.ask::<Inbox>("get_inbox", &[("org", org), ("shelf", shelf)]).await.unwrap().entries
}

/// How many entries there are on each shelf: unread, all, snoozed, archived.
async fn shelves(browser: &Browser) -> [usize; 4] {
    let mut counts = [0; 4];
    for (count, name) in counts.iter_mut().zip(["unread", "all", "snoozed", "archived"]) {
        *count = shelf(browser, "acme", name).await.len();
    }
    counts
}

async fn unread(browser: &Browser, org: &str) -> i64 {
    browser.ask::<Workspace>("get_workspace", &[("org", org)]).await.unwrap().unread
}

async fn comment(browser: &Browser, org: &str, key: &str) {
    browser.call::<()>("add_comment", &[("org", org), ("key", key), ("body", "News")]).await.unwrap();
}

/// Does something to what is told of a task up to an event.
async fn about(browser: &Browser, function: &str, entry: &InboxEntry, more: &[(&str, &str)]) -> Result<(), AppError> {
    let (key, upto) = (entry.task.to_string(), entry.upto.to_string());
    let mut fields = vec![("org", "acme"), ("key", key.as_str()), ("upto", upto.as_str())];
    fields.extend(more);
    browser.call(function, &fields).await
}

/// Dana watches these tasks of acme.
async fn watching(app: &TestApp, keys: &[&str]) -> (Browser, Browser) {
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    for key in keys {
        let fields = [("org", "acme"), ("key", key), ("watching", "true")];
        dana.call::<()>("set_watching", &fields).await.unwrap();
    }
    (alice, dana)
}

#[tokio::test]
async fn what_is_told_is_grouped_by_task_and_the_newest_comes_first() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    for key in ["WEB-1", "WEB-2", "WEB-1", "WEB-1", "WEB-1"] {
        app.clock.advance(TimeDelta::seconds(1));
        comment(&alice, "acme", key).await;
    }
    let entries = shelf(&dana, "acme", "unread").await;
    let seen: Vec<_> = entries.iter().map(|entry| (entry.task.to_string(), entry.news.len(), entry.more)).collect();
    assert_eq!(seen, [("WEB-1".to_owned(), 3, 1), ("WEB-2".to_owned(), 1, 0)]);
    assert_eq!(entries[1].news[0].quote.as_deref(), Some("News"));
    assert_eq!(unread(&dana, "acme").await, 2, "tasks are counted");
    assert_eq!(unread(&alice, "acme").await, 0);
    dana.get("/o/acme").await.assert_says("2 unread");
}

#[tokio::test]
async fn of_much_the_last_is_shown_and_the_rest_counted_with_why_it_is_told() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    let call = format!("@{DANA}, look");
    alice.call::<()>("add_comment", &[("org", "acme"), ("key", "WEB-1"), ("body", &call)]).await.unwrap();
    for _ in 0..4 {
        comment(&alice, "acme", "WEB-1").await;
    }
    let entry = shelf(&dana, "acme", "unread").await.remove(0);
    assert_eq!((entry.news.len(), entry.more, entry.is_unread), (3, 2, true));
    assert_eq!(entry.reason, Reason::Mentioned, "of what is not shown, too");
    about(&dana, "mark_read", &entry, &[("read", "true")]).await.unwrap();
    comment(&alice, "acme", "WEB-1").await;
    let all = shelf(&dana, "acme", "all").await.remove(0);
    assert_eq!((all.news.len(), all.more, all.is_unread), (3, 3, true));
    assert!(all.news[0].is_unread && !all.news[1].is_unread);
}

#[tokio::test]
async fn an_entry_is_read_and_made_unread_up_to_what_was_seen() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    comment(&alice, "acme", "WEB-1").await;
    let seen = shelf(&dana, "acme", "unread").await.remove(0);
    // Another thing happens before the button is pressed.
    comment(&alice, "acme", "WEB-1").await;
    about(&dana, "mark_read", &seen, &[("read", "true")]).await.unwrap();
    let left = shelf(&dana, "acme", "unread").await.remove(0);
    assert_eq!((left.news.len(), left.upto), (1, seen.upto + 1), "what was not seen is not read");
    about(&dana, "mark_read", &left, &[("read", "true")]).await.unwrap();
    assert_eq!(shelves(&dana).await, [0, 1, 0, 0]);
    about(&dana, "mark_read", &left, &[("read", "false")]).await.unwrap();
    assert_eq!(shelves(&dana).await, [1, 1, 0, 0]);
    comment(&alice, "acme", "WEB-2").await;
    let upto = left.upto.to_string();
    dana.call::<()>("mark_all_read", &[("org", "acme"), ("upto", &upto)]).await.unwrap();
    assert_eq!(shelf(&dana, "acme", "unread").await[0].task.to_string(), "WEB-2", "it came later");
    dana.call::<()>("mark_all_read", &[("org", "acme"), ("upto", "9999")]).await.unwrap();
    assert_eq!((shelves(&dana).await, unread(&dana, "acme").await), ([0, 2, 0, 0], 0));
}

#[tokio::test]
async fn what_is_snoozed_comes_back_unread_when_its_time_has_come() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    for key in ["WEB-1", "WEB-2"] {
        app.clock.advance(TimeDelta::seconds(1));
        comment(&alice, "acme", key).await;
    }
    let first = shelf(&dana, "acme", "unread").await.remove(1);
    about(&dana, "mark_read", &first, &[("read", "true")]).await.unwrap();
    about(&dana, "snooze", &first, &[("until", "later-today")]).await.unwrap();
    assert_eq!((shelves(&dana).await, unread(&dana, "acme").await), ([1, 1, 1, 0], 1));
    let until = shelf(&dana, "acme", "snoozed").await[0].snoozed_until.unwrap();
    assert_eq!(until, app.clock.now() + TimeDelta::hours(3));
    app.clock.advance(TimeDelta::minutes(179));
    let dana = app.signed_in(DANA, ACME).await;
    assert_eq!(shelves(&dana).await, [1, 1, 1, 0]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!((shelves(&dana).await, unread(&dana, "acme").await), ([2, 2, 0, 0], 2));
    assert_eq!(shelf(&dana, "acme", "all").await[0].task, first.task, "it comes first again");

    about(&dana, "snooze", &first, &[("until", "next-week")]).await.unwrap();
    about(&dana, "snooze", &first, &[]).await.unwrap();
    assert_eq!(shelves(&dana).await, [2, 2, 0, 0], "brought back");
    assert_eq!(about(&dana, "snooze", &first, &[("until", "never")]).await, Err(AppError::BadRequest));
}

#[tokio::test]
async fn what_is_archived_is_out_of_the_way_and_can_be_taken_out() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    comment(&alice, "acme", "WEB-1").await;
    let entry = shelf(&dana, "acme", "unread").await.remove(0);
    about(&dana, "archive_news", &entry, &[("archived", "true")]).await.unwrap();
    assert_eq!((shelves(&dana).await, unread(&dana, "acme").await), ([0, 0, 0, 1], 0));
    comment(&alice, "acme", "WEB-1").await;
    assert_eq!(shelves(&dana).await, [1, 1, 0, 1], "what happens afterwards is told");
    about(&dana, "archive_news", &entry, &[("archived", "false")]).await.unwrap();
    assert_eq!(shelves(&dana).await, [1, 1, 0, 0]);
}

#[tokio::test]
async fn everything_works_by_plain_forms() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    let page = "/o/acme/inbox";
    dana.get(page).await.assert_status(200).assert_says("You are up to date");
    comment(&alice, "acme", "WEB-1").await;
    dana.get(page).await.assert_says("/o/acme/tasks/WEB-1").assert_says("commented").assert_says("News");
    let upto = shelf(&dana, "acme", "unread").await[0].upto.to_string();
    let fields = |name: &'static str, value: &'static str| {
        [("org", "acme"), ("key", "WEB-1"), ("upto", upto.as_str()), (name, value)]
    };
    dana.post_form(page, "/fn/mark_read", &fields("read", "true")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=all").await.assert_says("Mark as unread");
    dana.post_form(page, "/fn/snooze", &fields("until", "tomorrow")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=snoozed").await.assert_says("Bring back").assert_says("09:00 UTC");
    dana.post_form(page, "/fn/archive_news", &fields("archived", "true")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=archived").await.assert_says("Take out");
    dana.get("/o/acme/inbox?show=nonsense&page=-4").await.assert_status(200);
    dana.get("/o/acme/inbox?page=99999999999999999999").await.assert_status(200);
}

#[tokio::test]
async fn an_inbox_is_read_page_by_page() {
    let app = TestApp::spawn().await;
    app.add_project(ACME, "MANY", 30).await;
    let alice = app.signed_in(ALICE, ACME).await;
    let dana = app.signed_in(DANA, ACME).await;
    let person = {
        let task: tessera::domain::tasks::TaskDetail =
            alice.ask("get_task", &[("org", "acme"), ("key", "MANY-1")]).await.unwrap();
        task.people.iter().find(|person| person.name == DANA).unwrap().id.to_string()
    };
    let keys: Vec<_> = (1..=30).map(|number| (format!("keys[{}]", number - 1), format!("MANY-{number}"))).collect();
    let mut fields = vec![("org", "acme"), ("field", "assign"), ("values[0]", person.as_str())];
    fields.extend(keys.iter().map(|(name, key)| (name.as_str(), key.as_str())));
    alice.call::<Option<uuid::Uuid>>("edit_tasks", &fields).await.unwrap();
    let page = async |page: &str| {
        let fields = [("org", "acme"), ("shelf", "unread"), ("page", page)];
        dana.ask::<Inbox>("get_inbox", &fields).await.unwrap()
    };
    let (first, second, third) = (page("1").await, page("2").await, page("3").await);
    assert_eq!((first.entries.len(), first.has_more), (25, true));
    assert_eq!((second.entries.len(), second.has_more), (5, false));
    assert!(third.entries.is_empty());
    assert_eq!((first.entries[0].task.number, second.entries[4].task.number), (30, 1));
    assert_eq!(unread(&dana, "acme").await, 30);
    dana.get("/o/acme/inbox").await.assert_says("page=2");
}

#[tokio::test]
async fn an_inbox_is_one_s_own() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    comment(&alice, "acme", "WEB-1").await;
    let entry = shelf(&dana, "acme", "unread").await.remove(0);
    // Alice has nothing of it, and what she does to it changes nothing.
    assert!(shelf(&alice, "acme", "all").await.is_empty());
    about(&alice, "archive_news", &entry, &[("archived", "true")]).await.unwrap();
    alice.call::<()>("mark_all_read", &[("org", "acme"), ("upto", "9999")]).await.unwrap();
    assert_eq!(shelves(&dana).await, [1, 1, 0, 0]);
    // Nor is it in the inbox of another organization.
    dana.sign_in(&app, DANA, BETA).await;
    assert!(shelf(&dana, "beta", "all").await.is_empty());
    assert_eq!(unread(&dana, "beta").await, 0);
    let bob = app.signed_in(BOB, BETA).await;
    let fields = [("org", "beta"), ("key", "WEB-1"), ("upto", "9999"), ("read", "true")];
    assert_eq!(bob.call::<()>("mark_read", &fields).await, Err(AppError::NotFound));
    let refused = bob.ask::<Inbox>("get_inbox", &[("org", "acme"), ("shelf", "all")]).await;
    assert_eq!(refused, Err(AppError::SignInRequired));
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    comment(&carol, "abc-inc", "CRM-1").await;
    assert!(shelf(&joe, "abc-inc", "all").await.is_empty(), "it does not concern him");
}
