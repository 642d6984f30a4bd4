//! A project at a glance.

use tessera::domain::{
    errors::AppError,
    projects::{StateCategory, overview::Overview},
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, JOE, TestApp};

async fn overview(browser: &Browser, org: &str, key: &str) -> Result<Overview, AppError> {
    browser.ask("get_overview", &[("org", org), ("key", key)]).await
}

async fn edit(browser: &Browser, key: &str, field: &str, value: &str) {
    let fields = [("org", "abc-inc"), ("keys[]", key), ("field", field), ("values[]", value)];
    browser.call::<Option<Uuid>>("edit_tasks", &fields).await.unwrap();
}

#[tokio::test]
async fn it_says_how_far_the_project_has_come() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let before = overview(&carol, "abc-inc", "CRM").await.unwrap();
    assert_eq!(
        before.progress.counts,
        [
            (StateCategory::Backlog, 2),
            (StateCategory::Unstarted, 2),
            (StateCategory::Started, 1),
            (StateCategory::Completed, 1),
        ]
    );
    assert_eq!((before.progress.all(), before.progress.per_cent()), (6, 16));
    assert_eq!((before.progress.overdue, before.progress.due_soon), (0, 0));

    let today = app.clock.now().date_naive();
    let day = |days: i64| (today + chrono::Duration::days(days)).to_string();
    for (key, due) in [("CRM-1", day(-1)), ("CRM-2", day(0)), ("CRM-3", day(6)), ("CRM-4", day(7)), ("CRM-6", day(-9))]
    {
        edit(&carol, key, "due_on", &due).await;
    }
    edit(&carol, "CRM-5", "deleted", "true").await;
    edit(&carol, "CRM-4", "archived", "true").await;
    let after = overview(&carol, "abc-inc", "CRM").await.unwrap().progress;
    assert_eq!((after.overdue, after.due_soon), (1, 2), "what is done is not late");
    assert_eq!(after.all(), 4, "without the bin and the archive");
}

#[tokio::test]
async fn it_tells_what_happened_lately_and_who_is_in_it() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    edit(&joe, "CRM-3", "priority", "urgent").await;
    let fields = [("org", "abc-inc"), ("key", "CRM-3"), ("body", "Soon?")];
    joe.call::<()>("add_comment", &fields).await.unwrap();
    edit(&carol, "CRM-1", "deleted", "true").await;
    let about = [
        ("org", "abc-inc"),
        ("key", "CRM"),
        ("name", "CRM"),
        ("description", "What **for**"),
        ("icon", ""),
        ("hue", ""),
    ];
    carol.call::<()>("describe_project", &about).await.unwrap();

    let found = overview(&joe, "abc-inc", "CRM").await.unwrap();
    let told: Vec<_> = found.activity[..3].iter().map(|note| (note.text.as_str(), note.task.to_string())).collect();
    let expected =
        [("put it into the bin", "CRM-1"), ("commented on it", "CRM-3"), ("set the priority to Urgent", "CRM-3")];
    assert_eq!(told, expected.map(|(text, task)| (text, task.to_owned())));
    assert_eq!(found.activity[0].title, None, "what is in the bin is not named");
    assert_eq!(found.activity[1].title.as_deref(), Some("Export contacts as vCards"));
    assert!(found.html.contains("<strong>for</strong>"), "{}", found.html);

    carol.call::<()>("create_project", &[("org", "abc-inc"), ("name", "Mine"), ("key", "MINE")]).await.unwrap();
    let mine = overview(&joe, "abc-inc", "MINE").await.unwrap();
    assert!(mine.lead.is_some() && mine.members.is_empty() && mine.activity.is_empty(), "{mine:?}");
    joe.get("/o/abc-inc/projects/MINE").await.assert_status(200).assert_says("Nothing has happened yet");
}

#[tokio::test]
async fn a_closed_project_and_one_of_somebody_else_look_like_none() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.call::<()>("create_project", &[("org", "abc-inc"), ("name", "Shut"), ("key", "SHUT")]).await.unwrap();
    carol.call::<()>("set_project_closed", &[("org", "abc-inc"), ("key", "SHUT"), ("closed", "true")]).await.unwrap();
    let never = overview(&joe, "abc-inc", "NEVER").await;
    assert!(never.is_err());
    assert_eq!(overview(&joe, "abc-inc", "SHUT").await, never);
    assert_eq!(overview(&joe, "abc-inc", "WEB").await, never, "that is a project of Acme Corp");
    joe.get("/o/abc-inc/projects/SHUT").await.assert_status(404);
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme/projects/WEB").await.assert_status(200).assert_says("Website relaunch");
}
