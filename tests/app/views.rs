//! Saved views: who sees them, and what may be done with them.

use tessera::domain::{
    errors::AppError,
    list::Listing,
    projects::{Board, settings::ProjectSettings},
    saved_views::{Layout, SavedView},
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, DANA, JOE, TestApp, XYZ};

type Fields<'a> = &'a [(&'a str, &'a str)];

const PROJECT: [(&str, &str); 2] = [("org", "abc-inc"), ("key", "CRM")];

async fn about(browser: &Browser, function: &str, fields: Fields<'_>) -> Result<(), AppError> {
    browser.call(function, &[&PROJECT[..], fields].concat()).await
}

async fn save(browser: &Browser, name: &str, shared: &str) -> Result<(), AppError> {
    let fields = [("layout", "list"), ("query", "due=overdue&from=100"), ("name", name), ("shared", shared)];
    about(browser, "save_view", &fields).await
}

async fn views(browser: &Browser) -> Vec<SavedView> {
    browser.ask::<Listing>("get_list", &PROJECT).await.unwrap().parts.views
}

async fn id(browser: &Browser, name: &str) -> String {
    views(browser).await.into_iter().find(|view| view.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn a_view_is_its_owner_s_until_it_is_shared() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "  Late\n things ", "false").await.unwrap();
    let found = views(&joe).await;
    assert_eq!(found.len(), 1);
    let view = &found[0];
    assert_eq!((view.name.as_str(), view.query.as_str(), view.layout), ("Late things", "due=overdue", Layout::List));
    assert_eq!((view.owner.as_deref(), view.may_delete, view.is_shared), (None, true, false));
    assert_eq!(views(&carol).await, []);
    let id = view.id.to_string();
    for function in ["change_view", "delete_view"] {
        let fields = [("view", id.as_str()), ("name", "Mine"), ("shared", "false")];
        assert_eq!(about(&carol, function, &fields).await, Err(AppError::NotFound), "{function}");
    }
    about(&joe, "change_view", &[("view", &id), ("name", "Overdue"), ("shared", "true")]).await.unwrap();
    let seen = views(&carol).await;
    assert_eq!((seen[0].name.as_str(), seen[0].owner.as_deref()), ("Overdue", Some(JOE)));
    let board: Board = carol.ask("get_board", &PROJECT).await.unwrap();
    assert_eq!(board.views, seen);
    let fields = [("view", id.as_str()), ("name", "Mine"), ("shared", "true")];
    assert_eq!(about(&carol, "change_view", &fields).await, Err(AppError::NotFound), "it is somebody else's");
}

#[tokio::test]
async fn a_shared_view_is_deleted_by_its_owner_and_by_admins() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&carol, "Carol’s", "true").await.unwrap();
    save(&joe, "Joe’s", "true").await.unwrap();
    let carols = id(&joe, "Carol’s").await;
    let refused = about(&joe, "delete_view", &[("view", &carols)]).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'view.delete' AND outcome = 'refused'").await, 1);
    let joes = id(&carol, "Joe’s").await;
    about(&carol, "delete_view", &[("view", &joes)]).await.unwrap();
    about(&carol, "delete_view", &[("view", &carols)]).await.unwrap();
    assert_eq!(views(&joe).await, []);
    assert_eq!(about(&carol, "delete_view", &[("view", &carols)]).await, Err(AppError::NotFound));
    assert_eq!(about(&carol, "delete_view", &[("view", &Uuid::nil().to_string())]).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_name_is_one_s_own_and_not_too_long() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "Late", "false").await.unwrap();
    save(&carol, "Late", "false").await.unwrap();
    for name in ["", "LATE", &"x".repeat(61)] {
        let refused = save(&joe, name, "false").await.unwrap_err();
        assert!(refused.field("name").is_some(), "{name}: {refused:?}");
    }
    save(&joe, &"ü".repeat(60), "false").await.unwrap();
    let late = id(&joe, "Late").await;
    let refused = about(&joe, "change_view", &[("view", &late), ("name", &"ü".repeat(60))]).await.unwrap_err();
    assert!(refused.field("name").is_some(), "{refused:?}");
    let page = "/o/abc-inc/projects/CRM/list?due=today";
    let form = [&PROJECT[..], &[("layout", "list"), ("query", "due=today"), ("name", "late")]].concat();
    let answer = joe.post_form(page, "/fn/save_view", &form).await;
    answer.assert_status(422).assert_says("You have a view of that name").assert_says(r#"value="late""#);
    let form = [&PROJECT[..], &[("layout", "list"), ("query", "due=today"), ("name", "later")]].concat();
    joe.post_form(page, "/fn/save_view", &form).await.assert_leads_to(page);
    joe.get(page).await.assert_status(200).assert_says("later");
}

#[tokio::test]
async fn what_makes_no_sense_is_not_saved() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let long = "x".repeat(201);
    for (layout, query) in [("calendar", ""), ("list", "due=someday"), ("board", &format!("text={long}"))] {
        let fields = [("layout", layout), ("query", query), ("name", "N")];
        assert_eq!(about(&joe, "save_view", &fields).await, Err(AppError::BadRequest), "{layout} {query}");
    }
    assert_eq!(app.count("saved_view").await, 0);
}

#[tokio::test]
async fn whoever_may_only_read_has_views_and_shares_none() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    let fields = |shared| {
        [("org", "xyz-travel"), ("key", "TRIP"), ("layout", "board"), ("query", ""), ("name", "N"), ("shared", shared)]
    };
    let refused = joe.call::<()>("save_view", &fields("true")).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    joe.call::<()>("save_view", &fields("false")).await.unwrap();
}

#[tokio::test]
async fn the_views_of_a_closed_project_are_not_seen_from_outside() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "Joe’s", "true").await.unwrap();
    let joes = id(&joe, "Joe’s").await;
    about(&carol, "set_project_closed", &[("closed", "true")]).await.unwrap();
    assert_eq!(joe.ask::<Listing>("get_list", &PROJECT).await, Err(AppError::NotFound));
    assert_eq!(save(&joe, "Another", "false").await, Err(AppError::NotFound));
    assert_eq!(about(&joe, "delete_view", &[("view", &joes)]).await, Err(AppError::NotFound));
    let settings: ProjectSettings = carol.ask("get_project_settings", &PROJECT).await.unwrap();
    assert!(settings.is_private);
    assert_eq!(views(&carol).await.len(), 1);
}

#[tokio::test]
async fn a_view_of_another_organization_is_none() {
    let app = TestApp::spawn().await;
    let (joe, alice) = (app.signed_in(JOE, ABC).await, app.signed_in(ALICE, ACME).await);
    let dana = app.signed_in(DANA, ACME).await;
    save(&joe, "Joe’s", "true").await.unwrap();
    let joes = id(&joe, "Joe’s").await;
    for browser in [&alice, &dana] {
        let fields = [("org", "acme"), ("key", "WEB"), ("view", joes.as_str())];
        assert_eq!(browser.call::<()>("delete_view", &fields).await, Err(AppError::NotFound));
    }
    assert_eq!(app.count("saved_view").await, 1);
}
