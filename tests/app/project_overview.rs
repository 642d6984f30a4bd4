//! The overview of a project.

use tessera::testing::domain::projects::StateCategory;

use crate::support::{ABC, ACME, ALICE, CAROL, JOE, TestApp, functions::DescribeProject};

#[tokio::test]
async fn the_overview_shows_progress() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let before = carol.project("CRM").overview().await.unwrap();
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
        carol.task(key).set("due_on", &due).await.unwrap();
    }
    carol.task("CRM-5").delete().await.unwrap();
    carol.task("CRM-4").archive().await.unwrap();
    let after = carol.project("CRM").overview().await.unwrap().progress;
    assert_eq!((after.overdue, after.due_soon), (1, 2), "what is done is not late");
    assert_eq!(after.all(), 4, "without the bin and the archive");
}

#[tokio::test]
async fn the_overview_shows_recent_activity_and_members() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    joe.task("CRM-3").set("priority", "urgent").await.unwrap();
    joe.task("CRM-3").comment("Soon?").await.unwrap();
    carol.task("CRM-1").delete().await.unwrap();
    let describe = DescribeProject {
        org: carol.org(),
        key: "CRM".to_owned(),
        name: "CRM".to_owned(),
        description: "What **for**".to_owned(),
        icon: String::new(),
        hue: String::new(),
    };
    carol.call(describe).await.unwrap();

    let found = joe.project("CRM").overview().await.unwrap();
    let activity: Vec<_> = found.activity[..3].iter().map(|note| (note.text.as_str(), note.task.to_string())).collect();
    let expected = [("moved it to the bin", "CRM-1"), ("commented", "CRM-3"), ("set the priority to Urgent", "CRM-3")];
    assert_eq!(activity, expected.map(|(text, task)| (text, task.to_owned())));
    assert_eq!(found.activity[0].title, None, "what is in the bin is not named");
    assert_eq!(found.activity[1].title.as_deref(), Some("Export contacts as vCards"));
    assert!(found.html.contains("<strong>for</strong>"), "{}", found.html);

    carol.create_project("Mine", "MINE").await.unwrap();
    let mine = joe.project("MINE").overview().await.unwrap();
    assert!(mine.lead.is_some() && mine.members.is_empty() && mine.activity.is_empty(), "{mine:?}");
    joe.get("/o/abc-inc/projects/MINE").await.assert_status(200).assert_says("No activity yet");
}

#[tokio::test]
async fn private_and_foreign_projects_look_missing() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.create_project("Shut", "SHUT").await.unwrap();
    carol.project("SHUT").set_private(true).await.unwrap();
    let never = joe.project("NEVER").overview().await;
    assert!(never.is_err());
    assert_eq!(joe.project("SHUT").overview().await, never);
    assert_eq!(joe.project("WEB").overview().await, never, "that is a project of Acme Corp");
    joe.get("/o/abc-inc/projects/SHUT").await.assert_status(404);
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme/projects/WEB").await.assert_status(200).assert_says("Website relaunch");
}
