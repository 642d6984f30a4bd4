//! An organization ends when the Management API itself has said twice that it has none such, and nothing else ends one.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::support::{ABC, ACME, CAROL, DANA, Garbage, JOE, Log, TestApp, XYZ};

const DELETED: &str = "an organization was deleted at the provider";

#[tokio::test]
async fn what_answers_in_the_apis_place_ends_nothing() {
    let app = TestApp::managing().await;
    let (joe, dana) = (app.signed_in(JOE, ABC).await, app.signed_in(DANA, ACME).await);
    for garbage in [Garbage::NotFoundJson, Garbage::NotFoundOfGateway, Garbage::NotFoundPage, Garbage::NotFoundRoute] {
        app.management().garble(Some(garbage));
        for _ in 0..3 {
            let asked = app.management().requests();
            app.clock.advance(TimeDelta::minutes(16));
            app.until(async || (app.management().requests() >= asked + 4).then_some(())).await;
            joe.get("/o/abc-inc").await.assert_status(200);
            dana.get("/o/acme").await.assert_status(200);
        }
        app.management().garble(None);
        assert_eq!(app.count("organization WHERE missing_since IS NOT NULL").await, 0, "{garbage:?}");
        assert_eq!(app.count("seat").await, 2, "{garbage:?}");
    }
}

#[tokio::test]
async fn an_organization_ends_after_two_answers_and_is_said_once() {
    let app = TestApp::managing().await;
    let log = Log::start();
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, XYZ).await);
    app.management().send(Method::DELETE, &format!("/organizations/{}", ABC.id), None).await;
    app.clock.advance(TimeDelta::minutes(16));
    let missing = "organization WHERE missing_since IS NOT NULL AND ended_at IS NULL";
    app.until(async || (app.count(missing).await == 1).then_some(())).await;
    joe.get("/o/abc-inc").await.assert_status(200);
    carol.get("/").await.assert_says("ABC Inc");
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(16));
        app.until(async || (app.count("organization WHERE ended_at IS NOT NULL").await == 1).then_some(())).await;
    }
    let answer = joe.get("/o/abc-inc/projects/CRM/board").await.assert_status(410);
    answer.assert_says("This workspace has ended").assert_says("ABC Inc was deleted at the sign-in service");
    // It is neither in the picker nor in the switcher, and a stranger learns nothing.
    let picker = carol.get("/?all=true").await;
    assert!(!picker.body.contains("ABC Inc"), "{}", picker.body);
    let page = carol.get("/o/xyz-travel").await.assert_status(200);
    assert!(!page.body.contains("ABC Inc"));
    app.browser().get("/o/abc-inc").await.assert_leads_to("/login?organization_name=abc-inc&return_to=%2Fo%2Fabc-inc");
    assert_eq!(log.lines_with(DELETED).iter().filter(|line| line.contains(ABC.id)).count(), 1);
    let data = "project p JOIN organization o ON o.id = p.org_id WHERE o.slug = 'abc-inc' AND p.key = 'CRM'";
    assert_eq!(app.count(data).await, 1, "its data is kept");
    // A sign-in to it shows that it is there again.
    joe.sign_in(&app, JOE, ABC).await;
    joe.get("/o/abc-inc").await.assert_status(200);
    assert_eq!(app.count("organization WHERE ended_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_new_organization_takes_the_name_of_one_that_has_ended() {
    let app = TestApp::managing().await;
    app.database
        .change("UPDATE organization SET missing_since = created_at, ended_at = created_at WHERE slug = 'beta'")
        .await;
    let created = json!({ "name": "beta-new", "display_name": "The new Beta" });
    let created = app.management().send(Method::POST, "/organizations", Some(created)).await;
    let id = created["id"].as_str().unwrap();
    app.provider.permit(CAROL, id, &OWNER);
    let browser = app.browser();
    let authorization = browser.begin(&format!("organization={id}")).await;
    let mut grant = authorization.grant(&app.provider, CAROL);
    grant.id_token.set("org_name", "beta");
    browser.get(&authorization.callback(&app.provider.code(grant))).await.assert_leads_to("/o/beta");
    assert_eq!(app.count(&format!("organization WHERE slug = 'beta' AND provider_id = '{id}'")).await, 1);
    assert_eq!(app.count("organization WHERE slug LIKE 'ended-%' AND ended_at IS NOT NULL").await, 1);
}

/// The permissions of an owner.
pub const OWNER: [&str; 11] = [
    "read:projects",
    "write:projects",
    "delete:projects",
    "read:tasks",
    "write:tasks",
    "delete:tasks",
    "read:members",
    "manage:members",
    "manage:invitations",
    "manage:organization",
    "read:audit_log",
];

#[tokio::test]
async fn an_organization_made_in_the_console_is_set_up_by_its_owner() {
    let app = TestApp::managing().await;
    let role = app.management().get("/roles?name_filter=owner").await[0]["id"].clone();
    for (name, has_permissions) in [("made-in-console", true), ("made-by-program", false)] {
        let body = json!({ "name": name, "display_name": format!("{name}!") });
        let created = app.management().send(Method::POST, "/organizations", Some(body)).await;
        let id = created["id"].as_str().unwrap().to_owned();
        let members = format!("/organizations/{id}/members");
        app.management().send(Method::POST, &members, Some(json!({ "members": [CAROL, JOE] }))).await;
        if has_permissions {
            app.provider.permit(CAROL, &id, &OWNER);
            app.provider.permit(JOE, &id, &["read:projects"]);
        } else {
            let roles = format!("{members}/{}/roles", CAROL.replace('|', "%7C"));
            app.management().send(Method::POST, &roles, Some(json!({ "roles": [role] }))).await;
        }
        // Who is no owner does not set it up. No token has the claim `org_name`.
        let answer = app.browser().go_through(&app, JOE, &format!("organization={id}")).await;
        answer.assert_status(403).assert_says("This workspace is not set up yet");
        let carol = app.browser();
        carol.go_through(&app, CAROL, &format!("organization={id}")).await.assert_leads_to(&format!("/o/{name}"));
        carol.get(&format!("/o/{name}")).await.assert_status(200).assert_says(&format!("{name}!"));
        app.browser().go_through(&app, JOE, &format!("organization={id}")).await.assert_leads_to(&format!("/o/{name}"));
    }
}

#[tokio::test]
async fn a_member_without_a_role_gets_the_least_one_that_opens_the_home() {
    let app = TestApp::managing().await;
    // Connections that assign membership assign no role: the token grants nothing.
    let members = format!("/organizations/{}/members", XYZ.id);
    app.management().send(Method::POST, &members, Some(json!({ "members": [DANA] }))).await;
    app.provider.permit(DANA, XYZ.id, &[]);
    let dana = app.signed_in(DANA, XYZ).await;
    dana.get("/o/xyz-travel").await.assert_status(200);
    let role = async || (app.management().roles(XYZ.id, DANA).await == Some(vec!["viewer".to_owned()])).then_some(());
    app.until(role).await;
    // Nobody gives back what the provider takes away later.
    app.provider.permit(DANA, XYZ.id, &["read:projects", "read:tasks", "read:members"]);
    app.clock.advance(TimeDelta::minutes(16));
    dana.get("/o/xyz-travel").await.assert_status(200);
    app.provider.permit(DANA, XYZ.id, &[]);
    app.clock.advance(TimeDelta::minutes(16));
    assert_ne!(dana.get("/o/xyz-travel").await.status, 200);
}

#[tokio::test]
async fn setting_a_role_compares_with_what_is_granted() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    // The provider grants a member less than the role has.
    app.provider.permit(JOE, ABC.id, &["read:projects"]);
    let joe = app.signed_in(JOE, ABC).await;
    let id = app.database.id("SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000005'").await;
    carol.set_role(&id.to_string(), "viewer").await.unwrap();
    joe.get("/o/abc-inc").await.assert_status(200);
    app.until(async || (app.count("provider_change").await == 0).then_some(())).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec!["viewer".to_owned()]));
    let calls = app.management().calls().len();
    carol.set_role(&id.to_string(), "viewer").await.unwrap();
    assert_eq!(app.count("provider_change").await, 0, "nothing is left to do");
    assert_eq!(app.management().calls().len(), calls);
}
