//! Access tokens are verified once a minute. What ends access is seen at the next request all the same.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{ABC, ACME, ALICE, CAROL, JOE, Key, Organization, TestApp, XYZ, functions::SetProjectFavourite};

/// Returns a signed access token of `sub` in `organization`.
fn token(app: &TestApp, sub: &str, organization: Organization) -> String {
    let mut token = app.provider.grant(sub, Some(organization.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"]));
    app.provider.sign(&token)
}

/// Lists projects with `token`; returns the status.
async fn ask(app: &TestApp, token: &str) -> u16 {
    let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(token);
    app.browser().send(request).await.status
}

/// Lists projects with `token`; returns the answer.
async fn answer(app: &TestApp, token: &str) -> Value {
    let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(token);
    serde_json::from_str(&app.browser().send(request).await.assert_status(200).body).unwrap()
}

/// Returns `token` with another first character of its signature.
fn tampered(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{rest}.{first}{}", &signature[1..])
}

#[tokio::test]
async fn a_remembered_token_is_no_pass_for_another() {
    let app = TestApp::spawn().await;
    let good = token(&app, ALICE, ACME);
    for _ in 0..3 {
        assert_eq!(ask(&app, &good).await, 200);
        assert_eq!(ask(&app, &tampered(&good)).await, 401);
        let (head, _) = good.rsplit_once('.').unwrap();
        assert_eq!(ask(&app, &format!("{head}.")).await, 401);
    }
    let mut other = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token;
    other.set("permissions", json!(["read:projects"])).set("aud", "https://other.example/");
    let other = app.provider.sign(&other);
    for _ in 0..2 {
        assert_eq!(ask(&app, &other).await, 401, "for another audience");
    }
}

#[tokio::test]
async fn a_token_that_expires_while_it_is_remembered_is_refused() {
    let app = TestApp::spawn().await;
    let mut token = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token;
    // With the leeway of a minute, it is good for 70 seconds.
    token
        .set("permissions", json!(["read:projects"]))
        .set("exp", (app.clock.now() + TimeDelta::seconds(10)).timestamp());
    let token = app.provider.sign(&token);
    app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(ask(&app, &token).await, 200);
    app.clock.advance(TimeDelta::seconds(9));
    assert_eq!(ask(&app, &token).await, 200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ask(&app, &token).await, 401);
}

#[tokio::test]
async fn a_removed_and_a_suspended_member_are_refused_at_once() {
    let app = TestApp::spawn().await;
    let joes = "membership.org_id = (SELECT id FROM organization WHERE slug = 'abc-inc')
        AND membership.person_id = (SELECT id FROM person WHERE email = 'joe@example.com')";
    let token = token(&app, JOE, ABC);
    assert_eq!(ask(&app, &token).await, 200);
    let set = |status: &str| format!("UPDATE membership SET status = '{status}' WHERE {joes}");
    app.database.change(&set("suspended")).await;
    assert_eq!(ask(&app, &token).await, 404);
    app.database.change(&set("active")).await;
    assert_eq!(ask(&app, &token).await, 200);
    app.database.change(&format!("DELETE FROM membership WHERE {joes}")).await;
    assert_eq!(ask(&app, &token).await, 404);
}

#[tokio::test]
async fn a_demoted_member_has_the_permissions_of_the_new_role_at_once() {
    let app = TestApp::spawn().await;
    let token = token(&app, JOE, ABC);
    assert_eq!(ask(&app, &token).await, 200);
    let none = "UPDATE membership SET permissions = '' WHERE person_id = (
        SELECT id FROM person WHERE email = 'joe@example.com')";
    app.database.change(none).await;
    assert_eq!(ask(&app, &token).await, 403);
}

#[tokio::test]
async fn a_token_from_before_a_logout_or_a_block_is_refused_at_once() {
    let app = TestApp::spawn().await;
    let token = token(&app, JOE, ABC);
    assert_eq!(ask(&app, &token).await, 200);
    app.clock.advance(TimeDelta::seconds(5));
    // A logout at the provider and a block that the reconciliation finds set this time.
    let end = format!(
        "UPDATE person SET tokens_refused_until = '{}' WHERE email = 'joe@example.com'",
        app.clock.now().to_rfc3339()
    );
    app.database.change(&end).await;
    assert_eq!(ask(&app, &token).await, 401);
}

#[tokio::test]
async fn what_a_removed_key_has_signed_is_refused_when_its_removal_is_known() {
    let app = TestApp::spawn().await;
    let before = token(&app, ALICE, ACME);
    assert_eq!(ask(&app, &before).await, 200);
    app.provider.rotate(Key::second());
    assert_eq!(ask(&app, &before).await, 200, "nothing has asked for the keys yet");
    let after = token(&app, ALICE, ACME);
    assert_eq!(ask(&app, &after).await, 200);
    assert_eq!(ask(&app, &before).await, 401);
    assert_eq!(ask(&app, &after).await, 200);
}

#[tokio::test]
async fn what_a_caller_may_see_is_read_at_each_call() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (token(&app, JOE, ABC), token(&app, CAROL, ABC));
    let keys = async |token: &str| {
        let answer = answer(&app, token).await;
        let keys =
            answer["projects"].as_array().unwrap().iter().map(|project| project["key"].as_str().unwrap().to_owned());
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys(&joe).await, ["CRM", "HIRE"]);
    assert_eq!(keys(&carol).await, ["CRM", "HIRE"]);
    let owner = app.signed_in(CAROL, ABC).await;
    owner.project("CRM").set_private(true).await.unwrap();
    assert_eq!(keys(&joe).await, ["HIRE"], "Joe is no member of it");
    let seen = answer(&app, &carol).await;
    assert_eq!(
        (keys(&carol).await, &seen["projects"][0]["is_closed"]),
        (vec!["CRM".to_owned(), "HIRE".to_owned()], &json!(true))
    );
    owner.project("CRM").set_private(false).await.unwrap();
    let favourite = SetProjectFavourite { org: owner.org(), key: "HIRE".to_owned(), favourite: true };
    owner.call(favourite).await.unwrap();
    let flag = |answer: &Value| answer["projects"][1]["is_favourite"].clone();
    assert_eq!(flag(&answer(&app, &carol).await), json!(true));
    assert_eq!(flag(&answer(&app, &joe).await), Value::Null, "of Carol only");
    owner.project("HIRE").add("todo", "One more").await;
    let counts = async |token: &str| answer(&app, token).await["projects"][1]["all_tasks"].clone();
    assert_eq!((counts(&joe).await, counts(&carol).await), (json!(4), json!(4)));
    // The same person in another organization.
    assert_eq!(keys(&token(&app, CAROL, XYZ)).await, ["TRIP"]);
}
