//! The clock of the machine is set back by hours: nothing waits until the old time comes again, and nobody is signed out.

use chrono::TimeDelta;
use reqwest::Method;
use tessera::testing::domain::permissions::Role;

use crate::support::{ABC, ACME, ALICE, CAROL, Fault, JOE, TestApp};

/// Longer than any delay of a retry.
const JUMP: TimeDelta = TimeDelta::hours(2);

/// The id of the member Joe of abc-inc.
async fn joe(app: &TestApp) -> String {
    app.database.id("SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000005'").await.to_string()
}

#[tokio::test]
async fn work_of_before_is_due_and_its_claims_have_expired() {
    let app = TestApp::managing().await;
    let (carol, _joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    app.management().fail((Method::POST, "/organizations/*/members/*/roles"), Fault::Trouble, 1);
    carol.set_role(&joe(&app).await, "admin").await.unwrap();
    // The first attempt has failed; then a node that is gone claims the next.
    app.until(async || (app.count("provider_change WHERE tries = 1").await == 1).then_some(())).await;
    let until = (app.clock.now() + TimeDelta::seconds(30)).to_rfc3339();
    app.database.change(&format!("UPDATE provider_change SET taken_until = '{until}'")).await;
    app.clock.advance(-JUMP);
    app.until(async || (app.count("provider_change").await == 0).then_some(())).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec![Role::Admin.as_str().to_owned()]));
}

#[tokio::test]
async fn changes_of_before_and_after_are_made_in_order() {
    let app = TestApp::managing().await;
    let (carol, _joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joe = joe(&app).await;
    app.management().fail((Method::POST, "/organizations/*/members/*/roles"), Fault::Trouble, 1);
    carol.set_role(&joe, "admin").await.unwrap();
    app.until(async || (app.count("provider_change WHERE tries = 1").await == 1).then_some(())).await;
    app.clock.advance(-JUMP);
    carol.set_role(&joe, "viewer").await.unwrap();
    app.until(async || (app.count("provider_change").await == 0).then_some(())).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec!["viewer".to_owned()]));
}

#[tokio::test]
async fn people_stay_signed_in_and_events_in_order() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let after = alice.workspace().await.unwrap().as_of;
    let mut stream = alice.listen(after).await;
    let first = alice.project("WEB").add("todo", "Before").await;
    app.clock.advance(-JUMP);
    alice.get("/o/acme").await.assert_status(200);
    let second = alice.project("WEB").add("todo", "After").await;
    for (number, task) in [(after + 1, first), (after + 2, second)] {
        let event = stream.event().await;
        assert_eq!((event.number, event.task), (number, Some(task)));
    }
    app.clock.advance(JUMP);
    alice.get("/o/acme").await.assert_status(200);
}

#[tokio::test]
async fn rights_are_refreshed_as_often_as_before() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(-JUMP);
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 1, "the tokens would have counted for two hours more");
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 1);
}

#[tokio::test]
async fn the_provider_is_asked_again_at_once() {
    let mut app = TestApp::spawn().await;
    app.provider.stop().await;
    app.browser().get("/login?organization=org_AcmeCorp00000001").await.assert_status(503);
    app.provider.resume().await;
    app.clock.advance(-JUMP);
    app.signed_in(ALICE, ACME).await;
    app.browser().get("/readyz").await.assert_status(200);
}
