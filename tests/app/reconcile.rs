//! Reconciling organizations with the provider.

use std::time::Duration;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::support::{ABC, CAROL, DANA, Fault, JOE, NINA, TestApp, XYZ};

/// Makes every organization due to be reconciled, and waits until one row matches `FROM …`.
async fn until_reconciled(app: &TestApp, from: &str) {
    app.clock.advance(TimeDelta::minutes(16));
    app.until(async || (app.count(from).await == 1).then_some(())).await;
}

fn member(organization: &str, person: &str, and: &str) -> String {
    format!(
        "membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id
         WHERE o.slug = '{organization}' AND p.subject = '{person}' {and}"
    )
}

#[tokio::test]
async fn a_membership_removed_at_the_provider_is_removed_here() {
    let app = TestApp::managing().await;
    let joe = app.signed_in(JOE, ABC).await;
    joe.get("/o/abc-inc").await.assert_status(200);
    let path = format!("/organizations/{}/members", ABC.id);
    app.management().send(Method::DELETE, &path, Some(json!({ "members": [JOE] }))).await;
    until_reconciled(
        &app,
        &format!("organization WHERE slug = 'abc-inc' AND NOT EXISTS (SELECT 1 FROM {})", member("abc-inc", JOE, "")),
    )
    .await;
    assert_ne!(joe.get("/o/abc-inc").await.status, 200);
    // The membership in another organization is unchanged.
    assert_eq!(app.count(&member("xyz-travel", JOE, "AND m.role = 'viewer'")).await, 1);
}

#[tokio::test]
async fn roles_and_new_members_are_copied_from_the_provider() {
    let app = TestApp::managing().await;
    let role = |name: &'static str| {
        let management = app.management();
        async move {
            let roles = management.get(&format!("/roles?name_filter={name}")).await;
            roles[0]["id"].as_str().unwrap().to_owned()
        }
    };
    let (admin, member_role) = (role("admin").await, role("member").await);
    let members = format!("/organizations/{}/members", ABC.id);
    app.management().send(Method::POST, &members, Some(json!({ "members": [NINA] }))).await;
    let of = |person: &str| format!("{members}/{}/roles", person.replace('|', "%7C"));
    app.management().send(Method::POST, &of(NINA), Some(json!({ "roles": [member_role] }))).await;
    app.management().send(Method::POST, &of(JOE), Some(json!({ "roles": [admin] }))).await;
    until_reconciled(&app, &member("abc-inc", NINA, "AND m.role = 'member'")).await;
    assert_eq!(app.count(&member("abc-inc", JOE, "AND m.role = 'admin'")).await, 1);
    assert_eq!(app.count(&member("abc-inc", CAROL, "AND m.role = 'owner'")).await, 1);
}

#[tokio::test]
async fn a_new_membership_appears_at_the_next_sign_in() {
    let app = TestApp::managing().await;
    // The test waits until every organization is reconciled, so that only the sign-in can add the membership.
    app.until(async || (app.count("organization WHERE reconciled_at IS NULL").await == 0).then_some(())).await;
    let members = format!("/organizations/{}/members", XYZ.id);
    app.management().send(Method::POST, &members, Some(json!({ "members": [NINA] }))).await;
    let roles = app.management().get("/roles?name_filter=member").await;
    let of = format!("{members}/{}/roles", NINA.replace('|', "%7C"));
    app.management().send(Method::POST, &of, Some(json!({ "roles": [roles[0]["id"]] }))).await;
    app.browser().go_through(&app, NINA, "").await.assert_leads_to("/o/xyz-travel");
    assert_eq!(app.count(&member("xyz-travel", NINA, "AND m.role = 'member'")).await, 1);
    // A failing provider does not prevent the sign-in.
    app.management().fail((Method::GET, "/users/*/organizations"), Fault::Trouble, 1);
    app.browser().go_through(&app, NINA, "").await.assert_leads_to("/o/xyz-travel");
}

#[tokio::test]
async fn reconciling_never_removes_the_last_owner() {
    let app = TestApp::managing().await;
    let path = format!("/organizations/{}/members", XYZ.id);
    app.management().send(Method::DELETE, &path, Some(json!({ "members": [CAROL, JOE] }))).await;
    until_reconciled(
        &app,
        &format!(
            "organization WHERE slug = 'xyz-travel' AND NOT EXISTS (SELECT 1 FROM {})",
            member("xyz-travel", JOE, "")
        ),
    )
    .await;
    assert_eq!(app.count(&member("xyz-travel", CAROL, "AND m.role = 'owner'")).await, 1);
}

#[tokio::test]
async fn name_and_branding_are_copied_unless_the_name_is_taken() {
    let app = TestApp::managing().await;
    let path = |id: &str| format!("/organizations/{id}");
    let looks = json!({
        "display_name": "ABC International",
        "name": "abc-international",
        "branding": { "logo_url": "https://abc.example/logo.svg", "colors": { "primary": "#123456", "page_background": "#ffffff" } },
    });
    app.management().send(Method::PATCH, &path(ABC.id), Some(looks)).await;
    until_reconciled(
        &app,
        "organization WHERE slug = 'abc-international' AND display_name = 'ABC International'
           AND logo_url = 'https://abc.example/logo.svg' AND colour = '#123456'",
    )
    .await;
    // At the provider, ABC gives up its name and XYZ takes it, while the application still stores the name for ABC.
    app.management().send(Method::PATCH, &path(ABC.id), Some(json!({ "name": "abc-other" }))).await;
    app.management().send(Method::PATCH, &path(XYZ.id), Some(json!({ "name": "abc-international" }))).await;
    until_reconciled(&app, "organization WHERE slug = 'abc-other'").await;
    until_reconciled(&app, "organization WHERE slug = 'abc-international' AND provider_id = 'org_XyzTravel0000001'")
        .await;
    assert_eq!(app.count("organization").await, 4);
}

#[tokio::test]
async fn an_organization_deleted_at_the_provider_is_closed_and_keeps_its_data() {
    let app = TestApp::managing().await;
    let dana = app.signed_in(DANA, crate::support::ACME).await;
    let mut stream = dana.listen(0).await;
    app.management().send(Method::DELETE, "/organizations/org_AcmeCorp00000001", None).await;
    until_reconciled(&app, "organization o WHERE o.slug = 'acme' AND missing_since IS NOT NULL").await;
    until_reconciled(
        &app,
        "organization o WHERE o.slug = 'acme' AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.org_id = o.id)",
    )
    .await;
    dana.get("/o/acme").await.assert_status(410).assert_says("This workspace has ended");
    // The heartbeat of 15 s would also end the stream.
    let end = async { while stream.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), end).await.expect("the stream ends with the seats");
    assert_eq!(
        app.count("project p JOIN organization o ON o.id = p.org_id WHERE o.slug = 'acme' AND p.key = 'WEB'").await,
        1
    );
}

#[tokio::test]
async fn a_blocked_person_loses_every_access_until_they_are_unblocked() {
    let app = TestApp::managing().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    joe.sign_in(&app, JOE, XYZ).await;
    let ask = async |sub: &str, token: &str| {
        let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(token.to_owned());
        (sub.to_owned(), app.browser().send(request).await.status)
    };
    let token = |sub: &str| {
        let mut token = app.provider.grant(sub, Some(ABC.id)).at(app.clock.now()).access_token;
        // The provider may issue tokens that last a day.
        token.set("permissions", json!(["read:projects"])).set("exp", app.clock.now().timestamp() + 86_400);
        app.provider.sign(&token)
    };
    let (joes, carols) = (token(JOE), token(CAROL));
    assert_eq!(ask(JOE, &joes).await.1, 200);
    app.management().block(JOE, true).await;
    let refused = "person WHERE email = 'joe@example.com' AND tokens_refused_until IS NOT NULL";
    until_reconciled(&app, refused).await;
    for page in ["/o/abc-inc", "/o/xyz-travel"] {
        joe.get(page).await.assert_status(303);
    }
    assert_eq!(ask(JOE, &joes).await.1, 401);
    // Other people keep what they have.
    assert_eq!(ask(CAROL, &carols).await.1, 200);
    carol.get("/o/abc-inc").await.assert_status(200);
    assert_eq!(app.count("person WHERE tokens_refused_until IS NOT NULL").await, 1);
    // Unblocked, the person signs in again; the membership was kept. The old token stays refused.
    app.management().block(JOE, false).await;
    app.clock.advance(TimeDelta::seconds(1));
    joe.sign_in(&app, JOE, ABC).await;
    let fresh = token(JOE);
    assert_eq!((ask(JOE, &fresh).await.1, ask(JOE, &joes).await.1), (200, 401));
    let asked = || app.management().calls().iter().filter(|call| *call == "GET /users").count();
    let before = asked();
    app.clock.advance(TimeDelta::minutes(16));
    app.until(async || (asked() >= before + 4).then_some(())).await;
    joe.get("/o/abc-inc").await.assert_status(200);
    assert_eq!(ask(JOE, &fresh).await.1, 200);
}
