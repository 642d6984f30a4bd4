//! A renamed organization: its old links lead its members on, and tell nobody else anything.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::support::{ABC, CAROL, DANA, JOE, TestApp, XYZ};

/// Renames abc-inc at the provider, and waits until it is known here.
async fn renamed() -> TestApp {
    let app = TestApp::managing().await;
    rename(&app, ABC.id, "abc-international").await;
    app
}

async fn rename(app: &TestApp, id: &str, name: &str) {
    app.management().send(Method::PATCH, &format!("/organizations/{id}"), Some(json!({ "name": name }))).await;
    app.clock.advance(TimeDelta::minutes(16));
    let named = format!("organization WHERE slug = '{name}' AND provider_id = '{id}'");
    app.until(async || (app.count(&named).await == 1).then_some(())).await;
}

#[tokio::test]
async fn old_links_lead_members_on() {
    let app = TestApp::managing().await;
    let joe = app.signed_in(JOE, ABC).await;
    rename(&app, ABC.id, "abc-international").await;
    let answer = joe.get("/o/abc-inc/projects/CRM/board?x=1").await;
    answer.assert_leads_to("/o/abc-international/projects/CRM/board?x=1");
    joe.get("/o/abc-international").await.assert_status(200);
    // A page that was open goes on.
    joe.workspace().await.unwrap();
    joe.project("CRM").create_task("todo", "After the change").await.unwrap();
    // Two names back, and a member without a seat there.
    rename(&app, ABC.id, "abc-group").await;
    let carol = app.signed_in(CAROL, XYZ).await;
    for name in ["abc-inc", "abc-international"] {
        carol.get(&format!("/o/{name}/projects")).await.assert_leads_to("/o/abc-group/projects");
    }
}

#[tokio::test]
async fn a_sign_in_to_the_old_name_leads_a_member_on() {
    let app = renamed().await;
    let joe = app.browser();
    let answer = joe.get("/o/abc-inc/projects").await.assert_status(303);
    let query = answer.location().strip_prefix("/login?").unwrap().to_owned();
    let answer = joe.go_through(&app, JOE, &query).await.assert_status(303);
    let answer = joe.get(answer.location()).await;
    answer.assert_leads_to("/o/abc-international/projects");
    joe.go_through(&app, JOE, "workspace=abc-inc").await.assert_status(303);
}

#[tokio::test]
async fn nobody_else_learns_from_an_old_name() {
    let app = renamed().await;
    let dana = app.browser();
    dana.go_through(&app, DANA, "").await.assert_status(303);
    for name in ["abc-inc", "no-such-name"] {
        let login = format!("/login?organization_name={name}&return_to=%2Fo%2F{name}");
        dana.get(&format!("/o/{name}")).await.assert_leads_to(&login);
        app.browser().get(&format!("/o/{name}")).await.assert_leads_to(&login);
        let answer = dana.go_through(&app, DANA, &format!("workspace={name}")).await.assert_status(404);
        answer.assert_says("You are not a member of this workspace");
    }
}

#[tokio::test]
async fn a_new_organization_that_takes_the_name_wins() {
    let app = TestApp::managing().await;
    let joe = app.signed_in(JOE, XYZ).await;
    rename(&app, ABC.id, "abc-international").await;
    rename(&app, XYZ.id, "abc-inc").await;
    // Joe is a member of both: the name belongs to the other organization now.
    joe.get("/o/abc-inc").await.assert_status(200).assert_says("XYZ Travel");
    let carol = app.browser();
    carol.go_through(&app, CAROL, "organization_name=abc-inc").await.assert_status(303);
    carol.get("/o/xyz-travel").await.assert_leads_to("/o/abc-inc");
}
