//! The inbox: unread, snoozed and archived notifications.

use chrono::TimeDelta;
use tessera::testing::domain::{
    errors::AppError,
    inbox::{InboxEntry, InboxTab, Reason},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, JOE, Member, Outcome, TestApp,
    functions::{ArchiveNews, CountUnread, GetInbox, MarkAllRead, MarkRead, Snooze},
};

/// Inbox actions of a member. Each covers the events up to the last one that the member has seen.
impl Member {
    async fn mark_read(&self, entry: &InboxEntry, read: bool) -> Outcome<()> {
        self.call(MarkRead { org: self.org(), key: entry.task.to_string(), upto: entry.upto, read }).await
    }

    async fn snooze(&self, entry: &InboxEntry, until: Option<&str>) -> Outcome<()> {
        let (key, until) = (entry.task.to_string(), until.map(str::to_owned));
        self.call(Snooze { org: self.org(), key, upto: entry.upto, until }).await
    }

    async fn archive(&self, entry: &InboxEntry, archived: bool) -> Outcome<()> {
        self.call(ArchiveNews { org: self.org(), key: entry.task.to_string(), upto: entry.upto, archived }).await
    }

    async fn mark_all_read(&self, upto: i64) {
        self.call(MarkAllRead { org: self.org(), upto }).await.unwrap();
    }
}

async fn entries(member: &Member, tab: InboxTab) -> Vec<InboxEntry> {
    member.inbox(tab).await.unwrap()
}

/// Counts the entries on each tab: unread, all, snoozed, archived.
async fn counts(member: &Member) -> [usize; 4] {
    let mut counts = [0; 4];
    for (count, tab) in counts.iter_mut().zip(InboxTab::ALL) {
        *count = entries(member, tab).await.len();
    }
    counts
}

async fn unread(member: &Member) -> i64 {
    member.workspace().await.unwrap().unread
}

async fn comment(member: &Member, key: &str) {
    member.task(key).comment("News").await.unwrap();
}

/// Signs Alice and Dana in to acme; Dana watches the tasks `keys`.
async fn watching(app: &TestApp, keys: &[&str]) -> (Member, Member) {
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    for key in keys {
        dana.task(key).watch().await.unwrap();
    }
    (alice, dana)
}

#[tokio::test]
async fn notifications_are_grouped_by_task_newest_first() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    for key in ["WEB-1", "WEB-2", "WEB-1", "WEB-1", "WEB-1"] {
        app.clock.advance(TimeDelta::seconds(1));
        comment(&alice, key).await;
    }
    let entries = entries(&dana, InboxTab::Unread).await;
    let seen: Vec<_> = entries.iter().map(|entry| (entry.task.to_string(), entry.news.len(), entry.more)).collect();
    assert_eq!(seen, [("WEB-1".to_owned(), 3, 1), ("WEB-2".to_owned(), 1, 0)]);
    assert_eq!(entries[1].news[0].quote.as_deref(), Some("News"));
    assert_eq!(unread(&dana).await, 2, "tasks are counted");
    assert_eq!(unread(&alice).await, 0);
    dana.get("/o/acme").await.assert_says("2 unread");
}

#[tokio::test]
async fn an_entry_shows_the_latest_notifications_and_counts_the_rest() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    alice.task("WEB-1").comment(&format!("@{DANA}, look")).await.unwrap();
    for _ in 0..4 {
        comment(&alice, "WEB-1").await;
    }
    let entry = entries(&dana, InboxTab::Unread).await.remove(0);
    assert_eq!((entry.news.len(), entry.more, entry.is_unread), (3, 2, true));
    assert_eq!(entry.reason, Reason::Mentioned, "of what is not shown, too");
    dana.mark_read(&entry, true).await.unwrap();
    comment(&alice, "WEB-1").await;
    let all = entries(&dana, InboxTab::All).await.remove(0);
    assert_eq!((all.news.len(), all.more, all.is_unread), (3, 3, true));
    assert!(all.news[0].is_unread && !all.news[1].is_unread);
}

#[tokio::test]
async fn reading_an_entry_covers_only_what_was_seen() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    comment(&alice, "WEB-1").await;
    let seen = entries(&dana, InboxTab::Unread).await.remove(0);
    // Alice adds a comment before Dana marks the entry as read.
    comment(&alice, "WEB-1").await;
    dana.mark_read(&seen, true).await.unwrap();
    let left = entries(&dana, InboxTab::Unread).await.remove(0);
    assert_eq!((left.news.len(), left.upto), (1, seen.upto + 1), "what was not seen is not read");
    dana.mark_read(&left, true).await.unwrap();
    assert_eq!(counts(&dana).await, [0, 1, 0, 0]);
    dana.mark_read(&left, false).await.unwrap();
    assert_eq!(counts(&dana).await, [1, 1, 0, 0]);
    comment(&alice, "WEB-2").await;
    dana.mark_all_read(left.upto).await;
    assert_eq!(entries(&dana, InboxTab::Unread).await[0].task.to_string(), "WEB-2", "it came later");
    dana.mark_all_read(9_999).await;
    assert_eq!((counts(&dana).await, unread(&dana).await), ([0, 2, 0, 0], 0));
}

#[tokio::test]
async fn a_snoozed_entry_returns_unread() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    for key in ["WEB-1", "WEB-2"] {
        app.clock.advance(TimeDelta::seconds(1));
        comment(&alice, key).await;
    }
    let first = entries(&dana, InboxTab::Unread).await.remove(1);
    dana.mark_read(&first, true).await.unwrap();
    dana.snooze(&first, Some("later-today")).await.unwrap();
    assert_eq!((counts(&dana).await, unread(&dana).await), ([1, 1, 1, 0], 1));
    let until = entries(&dana, InboxTab::Snoozed).await[0].snoozed_until.unwrap();
    assert_eq!(until, app.clock.now() + TimeDelta::hours(3));
    app.clock.advance(TimeDelta::minutes(179));
    let dana = app.signed_in(DANA, ACME).await;
    assert_eq!(counts(&dana).await, [1, 1, 1, 0]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!((counts(&dana).await, unread(&dana).await), ([2, 2, 0, 0], 2));
    assert_eq!(entries(&dana, InboxTab::All).await[0].task, first.task, "it comes first again");

    dana.snooze(&first, Some("next-week")).await.unwrap();
    dana.snooze(&first, None).await.unwrap();
    assert_eq!(counts(&dana).await, [2, 2, 0, 0], "brought back");
    assert_eq!(dana.snooze(&first, Some("never")).await, Err(AppError::BadRequest));
}

#[tokio::test]
async fn an_archived_entry_can_be_unarchived() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    comment(&alice, "WEB-1").await;
    let entry = entries(&dana, InboxTab::Unread).await.remove(0);
    dana.archive(&entry, true).await.unwrap();
    assert_eq!((counts(&dana).await, unread(&dana).await), ([0, 0, 0, 1], 0));
    comment(&alice, "WEB-1").await;
    assert_eq!(counts(&dana).await, [1, 1, 0, 1], "what happens afterwards is told");
    dana.archive(&entry, false).await.unwrap();
    assert_eq!(counts(&dana).await, [1, 1, 0, 0]);
}

#[tokio::test]
async fn plain_forms_work_without_scripts() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    let page = "/o/acme/inbox";
    dana.get(page).await.assert_status(200).assert_says("You’re all caught up");
    comment(&alice, "WEB-1").await;
    dana.get(page).await.assert_says("/o/acme/tasks/WEB-1").assert_says("commented").assert_says("News");
    let upto = entries(&dana, InboxTab::Unread).await[0].upto.to_string();
    let fields = |name: &'static str, value: &'static str| {
        [("org", "acme"), ("key", "WEB-1"), ("upto", upto.as_str()), (name, value)]
    };
    dana.submit::<MarkRead>(page, &fields("read", "true")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=all").await.assert_says("Mark as unread");
    dana.submit::<Snooze>(page, &fields("until", "tomorrow")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=snoozed").await.assert_says("Unsnooze").assert_says("09:00 UTC");
    dana.submit::<ArchiveNews>(page, &fields("archived", "true")).await.assert_leads_to(page);
    dana.get("/o/acme/inbox?show=archived").await.assert_says("Unarchive");
    dana.get("/o/acme/inbox?show=nonsense&page=-4").await.assert_status(200);
    dana.get("/o/acme/inbox?page=99999999999999999999").await.assert_status(200);
}

#[tokio::test]
async fn an_inbox_is_paged() {
    let app = TestApp::spawn().await;
    app.add_project(ACME, "MANY", 30).await;
    let alice = app.signed_in(ALICE, ACME).await;
    let dana = app.signed_in(DANA, ACME).await;
    let person = alice.task("MANY-1").person(DANA).await.to_string();
    let numbers: Vec<_> = (1..=30).collect();
    alice.project("MANY").edit_tasks(&numbers, "assign", &[&person]).await.unwrap();
    let page = async |page| dana.call(GetInbox { org: dana.org(), tab: InboxTab::Unread, page }).await.unwrap();
    let (first, second, third) = (page(1).await, page(2).await, page(3).await);
    assert_eq!((first.entries.len(), first.has_more), (25, true));
    assert_eq!((second.entries.len(), second.has_more), (5, false));
    assert!(third.entries.is_empty());
    assert_eq!((first.entries[0].task.number, second.entries[4].task.number), (30, 1));
    assert_eq!(unread(&dana).await, 30);
    dana.get("/o/acme/inbox").await.assert_says("page=2");
}

#[tokio::test]
async fn an_inbox_is_personal() {
    let app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1"]).await;
    comment(&alice, "WEB-1").await;
    let entry = entries(&dana, InboxTab::Unread).await.remove(0);
    // Alice has no entry for her own comment, and her actions do not change Dana's inbox.
    assert!(entries(&alice, InboxTab::All).await.is_empty());
    alice.archive(&entry, true).await.unwrap();
    alice.mark_all_read(9_999).await;
    assert_eq!(counts(&dana).await, [1, 1, 0, 0]);
    // Dana's inbox in another organization does not contain the entry.
    dana.sign_in(&app, DANA, BETA).await;
    let in_beta = dana.in_organization(BETA);
    assert!(entries(&in_beta, InboxTab::All).await.is_empty());
    assert_eq!(unread(&in_beta).await, 0);
    let bob = app.signed_in(BOB, BETA).await;
    assert_eq!(bob.mark_read(&entry, true).await, Err(AppError::NotFound));
    assert_eq!(bob.in_organization(ACME).inbox(InboxTab::All).await, Err(AppError::SignInRequired));
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    comment(&carol, "CRM-1").await;
    assert!(entries(&joe, InboxTab::All).await.is_empty(), "it does not concern him");
}

#[tokio::test]
async fn unread_notifications_are_counted_in_each_organization_of_the_browser() {
    let mut app = TestApp::spawn().await;
    let (alice, dana) = watching(&app, &["WEB-1", "WEB-2"]).await;
    dana.sign_in(&app, DANA, BETA).await;
    let (in_beta, bob) = (dana.in_organization(BETA), app.signed_in(BOB, BETA).await);
    bob.create_project("News", "NEWS").await.unwrap();
    bob.project("NEWS").add("todo", "Task").await;
    in_beta.task("NEWS-1").watch().await.unwrap();
    let counts = async |member: &Member| {
        let mut counts = member.call(CountUnread {}).await.unwrap();
        counts.sort();
        counts
    };
    assert_eq!(counts(&dana).await, []);
    comment(&alice, "WEB-1").await;
    comment(&alice, "WEB-2").await;
    comment(&bob, "NEWS-1").await;
    let both = [("acme".to_owned(), 2), ("beta".to_owned(), 1)];
    assert_eq!(counts(&dana).await, both, "also asked from another organization");
    assert_eq!(counts(&alice).await, [], "the other reads their own notifications");
    // What the reader may no longer see does not count, and the provider is not asked.
    bob.project("NEWS").set_private(true).await.unwrap();
    app.clock.advance(TimeDelta::hours(2));
    app.provider.stop().await;
    assert_eq!(counts(&dana).await, both[..1]);
    let news = entries(&dana, InboxTab::Unread).await;
    dana.mark_read(&news[0], true).await.unwrap();
    assert_eq!(counts(&dana).await, [("acme".to_owned(), 1)]);
    assert_eq!(app.browser().call(CountUnread {}).await, Ok(Vec::new()), "a visitor has none");
}
