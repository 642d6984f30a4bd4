//! A day begins where a person is, as far as their browser has said it.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use tessera::testing::domain::{
    inbox::InboxTab,
    my_work::{MyTasksFilter, When},
};

use crate::support::{
    ACME, ALICE, DANA, Member, TestApp,
    functions::{GetMyWork, Snooze},
};

/// The first and the last zone of the world: 26 hours apart, so that it is never the same day in both. The sign in the name is
/// that of POSIX.
const EAST: Zone = Zone { name: "Etc/GMT-14", hours: 14 };
const WEST: Zone = Zone { name: "Etc/GMT+12", hours: -12 };

#[derive(Clone, Copy)]
struct Zone {
    name: &'static str,
    hours: i64,
}

impl Zone {
    fn day(self, now: DateTime<Utc>) -> NaiveDate {
        (now + TimeDelta::hours(self.hours)).date_naive()
    }

    /// When `time` is shown on `day`.
    fn at(self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        day.and_time(time).and_utc() - TimeDelta::hours(self.hours)
    }
}

impl Member {
    /// Says the browser's zone, as the script of every page does.
    fn is_in(&self, zone: &str) {
        self.cookies.lock().unwrap().insert("time_zone".to_owned(), zone.to_owned());
    }

    async fn day_of(&self, key: &str) -> (NaiveDate, When) {
        let mine = GetMyWork { org: self.org(), filter: MyTasksFilter::Created, page: 1 };
        let work = self.call(mine).await.unwrap();
        let task = work.tasks.iter().find(|task| task.key.to_string() == key).unwrap();
        (work.today, task.when(work.today))
    }

    /// The reminders of a task among the unread news.
    async fn reminders(&self, key: &str) -> Vec<String> {
        let entries = self.inbox(InboxTab::Unread).await.unwrap().into_iter();
        let news = entries.filter(|entry| entry.task.to_string() == key).flat_map(|entry| entry.news);
        let lines = news.map(|news| news.text);
        lines.filter(|line| line == "Due today" || line.starts_with("Overdue since ")).collect()
    }
}

/// Alice in the west and Dana in the east, each with a page behind them.
async fn far_apart(app: &TestApp) -> (Member, Member) {
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    for (member, zone) in [(&alice, WEST), (&dana, EAST)] {
        member.is_in(zone.name);
        member.get("/o/acme").await.assert_status(200);
    }
    (alice, dana)
}

#[tokio::test]
async fn today_is_the_day_of_the_browser() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let (east, west) = (EAST.day(app.clock.now()), WEST.day(app.clock.now()));
    alice.task("WEB-1").set("due_on", &west.to_string()).await.unwrap();
    let web = alice.project("WEB");
    for (zone, today, when, matches) in [(WEST, west, When::Today, 1), (EAST, east, When::Overdue, 0)] {
        alice.is_in(zone.name);
        assert_eq!(alice.day_of("WEB-1").await, (today, when), "{}", zone.name);
        assert_eq!(web.board().await.unwrap().today, today);
        assert_eq!(web.list("due=today").await.unwrap().rows.len(), matches, "{}", zone.name);
        assert_eq!(web.list("due=overdue").await.unwrap().rows.len(), 1 - matches, "{}", zone.name);
    }
    alice.get("/o/acme/my-work?show=created").await.assert_status(200).assert_says(", overdue");
}

#[tokio::test]
async fn the_zone_of_the_last_page_is_kept() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let stored = "membership WHERE time_zone IS NOT NULL";
    for unknown in ["Mars/Olympus", "%00", "UTC;x", ""] {
        alice.is_in(unknown);
        alice.get("/o/acme").await.assert_status(200);
        assert_eq!(app.count(stored).await, 0, "{unknown}");
    }
    alice.is_in(EAST.name);
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.count(&format!("{stored} AND time_zone = '{}'", EAST.name)).await, 1);
    // A page without a change of the zone writes nothing, and a browser that says nothing is where the last one was.
    let before = app.database_used().0;
    alice.get("/o/acme").await.assert_status(200);
    let read = app.database_used().0 - before;
    let silent = app.signed_in(ALICE, ACME).await;
    let before = app.database_used().0;
    silent.get("/o/acme").await.assert_status(200);
    assert_eq!(app.database_used().0 - before, read);
    assert_eq!(silent.project("WEB").board().await.unwrap().today, EAST.day(app.clock.now()));
}

#[tokio::test]
async fn a_snoozed_entry_returns_in_the_morning_of_its_reader() {
    let app = TestApp::spawn().await;
    let (alice, dana) = far_apart(&app).await;
    dana.task("WEB-1").watch().await.unwrap();
    alice.task("WEB-1").comment("News").await.unwrap();
    let entry = dana.inbox(InboxTab::Unread).await.unwrap().remove(0);
    let snooze =
        Snooze { org: dana.org(), key: "WEB-1".to_owned(), upto: entry.upto, until: Some("tomorrow".to_owned()) };
    dana.call(snooze).await.unwrap();
    let until = dana.inbox(InboxTab::Snoozed).await.unwrap()[0].snoozed_until.unwrap();
    let tomorrow = EAST.day(app.clock.now()) + TimeDelta::days(1);
    assert_eq!(until, EAST.at(tomorrow, NaiveTime::from_hms_opt(9, 0, 0).unwrap()));
    let page = dana.get("/o/acme/inbox?show=snoozed").await.assert_says(", 09:00<");
    assert!(!page.body.contains("UTC"), "the reader knows their own zone");
}

#[tokio::test]
async fn each_person_is_reminded_on_their_own_day() {
    let app = TestApp::spawn().await;
    let (alice, _) = far_apart(&app).await;
    app.remind().await;
    let due = EAST.day(app.clock.now()) + TimeDelta::days(1);
    alice.task("WEB-1").set("due_on", &due.to_string()).await.unwrap();
    for name in [ALICE, DANA] {
        let person = alice.task("WEB-1").person(name).await.to_string();
        alice.task("WEB-1").set("assign", &person).await.unwrap();
    }
    let overdue = format!("Overdue since {}", due.format("%-d %b %Y"));
    let told = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let beginning = EAST.at(due, NaiveTime::MIN);
    for (hours, danas, alices) in [
        (TimeDelta::hours(-1), vec![], vec![]),
        (TimeDelta::hours(1), told(&["Due today"]), vec![]),
        (TimeDelta::hours(25), told(&[&overdue, "Due today"]), vec![]),
        (TimeDelta::hours(27), told(&[&overdue, "Due today"]), told(&["Due today"])),
        (TimeDelta::hours(51), told(&[&overdue, "Due today"]), told(&[&overdue, "Due today"])),
    ] {
        app.clock.advance(beginning + hours - app.clock.now());
        app.remind().await;
        app.remind().await;
        let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
        assert_eq!(dana.reminders("WEB-1").await, danas, "Dana, {hours}");
        assert_eq!(alice.reminders("WEB-1").await, alices, "Alice, {hours}");
    }
}

#[tokio::test]
async fn a_date_that_is_set_after_the_reminders_is_reminded_of() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    app.remind().await;
    let today = app.clock.now().date_naive();
    let danas = alice.task("WEB-1").person(DANA).await.to_string();
    for key in ["WEB-1", "WEB-2", "WEB-3"] {
        alice.task(key).set("assign", &danas).await.unwrap();
    }
    alice.task("WEB-1").set("due_on", &today.to_string()).await.unwrap();
    alice.task("WEB-2").set("due_on", &(today - TimeDelta::days(1)).to_string()).await.unwrap();
    alice.task("WEB-3").set("due_on", &(today + TimeDelta::days(5)).to_string()).await.unwrap();
    app.remind().await;
    app.remind().await;
    let told = async |key: &str| dana.reminders(key).await;
    assert_eq!(told("WEB-1").await, ["Due today"]);
    assert!(told("WEB-2").await[0].starts_with("Overdue since ") && told("WEB-2").await.len() == 1);
    assert!(told("WEB-3").await.is_empty());

    // A date comes back with a task from the bin.
    let deleted = alice.task("WEB-3").delete().await.unwrap();
    app.database.change(&format!("UPDATE task SET due_on = '{today}' WHERE deleted_at IS NOT NULL")).await;
    app.remind().await;
    assert!(told("WEB-3").await.is_empty());
    alice.undo(deleted).await.unwrap();
    app.remind().await;
    assert_eq!(told("WEB-3").await, ["Due today"]);
}
