//! Between which states a project lets its tasks move.

use std::collections::BTreeSet;

use tessera::domain::{
    errors::AppError,
    projects::settings::Transitions,
    tasks::{Moved, TaskCard},
};

use crate::support::{ACME, ALICE, Browser, TestApp};

async fn with_project() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.call::<()>("create_project", &[("org", "acme"), ("name", "New"), ("key", "NEW")]).await.unwrap();
    let task = [("org", "acme"), ("project", "NEW"), ("state", "todo"), ("title", "T")];
    alice.call::<TaskCard>("create_task", &task).await.unwrap();
    (app, alice)
}

async fn allowed(browser: &Browser) -> BTreeSet<(String, String)> {
    browser.ask::<Transitions>("get_transitions", &[("org", "acme"), ("key", "NEW")]).await.unwrap().allowed
}

async fn set(browser: &Browser, fields: &[(&str, &str)]) -> Result<(), AppError> {
    let mut all = vec![("org", "acme"), ("key", "NEW")];
    all.extend(fields);
    browser.call("set_transitions", &all).await
}

async fn place(browser: &Browser, state: &str) -> Result<Moved, AppError> {
    browser.call("move_task", &[("org", "acme"), ("key", "NEW-1"), ("state", state)]).await
}

#[tokio::test]
async fn tasks_move_as_the_grid_says() {
    let (_app, alice) = with_project().await;
    assert!(allowed(&alice).await.is_empty(), "any to any, to begin with");
    let ticks = [("moves", "chosen"), ("ticks[todo][in-progress]", "on"), ("ticks[in-progress][done]", "on")];
    set(&alice, &ticks).await.unwrap();
    assert_eq!(allowed(&alice).await.len(), 2);
    let refused = place(&alice, "done").await.unwrap_err();
    assert!(refused.field("state").is_some_and(|text| text.contains("from To do to Done")), "{refused:?}");
    place(&alice, "in-progress").await.unwrap();
    place(&alice, "done").await.unwrap();
    set(&alice, &[("moves", "any"), ("ticks[todo][done]", "on")]).await.unwrap();
    assert!(allowed(&alice).await.is_empty());
    place(&alice, "backlog").await.unwrap();
}

#[tokio::test]
async fn a_plain_form_that_leaves_no_move_is_refused_with_its_ticks_kept() {
    let (_app, alice) = with_project().await;
    let page = "/o/acme/projects/NEW/settings/moves";
    alice.get(page).await.assert_status(200).assert_says("From To do to Done");
    let none = [("org", "acme"), ("key", "NEW"), ("moves", "chosen")];
    alice.post_form(page, "/fn/set_transitions", &none).await.assert_status(422).assert_says("Tick at least one move");
    let one = [("org", "acme"), ("key", "NEW"), ("moves", "chosen"), ("ticks[todo][done]", "on")];
    alice.post_form(page, "/fn/set_transitions", &one).await.assert_leads_to(page);
    assert_eq!(allowed(&alice).await, [("todo".to_owned(), "done".to_owned())].into());
    for state in ["todo", "nowhere", ""] {
        let field = format!("ticks[todo][{state}]");
        let outcome = set(&alice, &[("moves", "chosen"), (&field, "on")]).await;
        assert_eq!(outcome, Err(AppError::BadRequest), "{state:?}");
    }
    assert_eq!(allowed(&alice).await.len(), 1);
}
