//! `/backchannel-logout`: a session that ends at the provider also ends in the application.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    ABC, ACME, Answer, Browser, CAROL, CLIENT_ID, DANA, JOE, Key, Organization, Signing, TestApp, Token, XYZ,
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Builds a valid logout token. Its `sid` is the one in every ID token of the test provider.
fn logout_token(app: &TestApp) -> Token {
    let now = app.clock.now().timestamp();
    let claims = json!({
        "iss": app.provider.issuer, "sub": JOE, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "once",
        "events": { EVENT: {} }, "sid": "sid",
    });
    Token { claims, signing: Signing::Good }
}

async fn send(app: &TestApp, token: &str) -> Answer {
    let browser: Browser = app.browser();
    let request = browser.request(Method::POST, "/backchannel-logout").form(&[("logout_token", token)]);
    browser.send(request).await
}

#[tokio::test]
async fn a_logout_at_the_provider_ends_the_session_in_every_organization() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    joe.sign_in(&app, JOE, XYZ).await;
    let answer = send(&app, &app.provider.sign(&logout_token(&app))).await.assert_status(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    for organization in [ABC, XYZ] {
        let page = format!("/o/{}", organization.slug);
        assert_eq!(joe.get(&page).await.status, 303, "{page}");
    }
    // The provider may deliver a logout token twice.
    send(&app, &app.provider.sign(&logout_token(&app))).await.assert_status(200);
}

#[tokio::test]
async fn a_logout_token_without_a_session_ends_all_sessions_of_the_person() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let carol = app.signed_in(CAROL, ABC).await;
    let mut token = logout_token(&app);
    token.set("sid", Value::Null);
    send(&app, &app.provider.sign(&token)).await.assert_status(200);
    assert_eq!(joe.get("/o/abc-inc").await.status, 303);
    assert_eq!(carol.get("/o/abc-inc").await.status, 200);
}

#[tokio::test]
async fn a_person_signed_in_without_a_workspace_is_signed_out_too() {
    let app = TestApp::spawn().await;
    for sid in [Value::from("sid"), Value::Null] {
        // This browser session has no seat; it only stores the signed-in person.
        let joe = app.browser();
        joe.go_through(&app, JOE, "").await.assert_leads_to("/");
        let carol = app.browser();
        carol.go_through(&app, CAROL, "").await.assert_leads_to("/");
        joe.get("/").await.assert_says("Signed in as joe@example.com");
        let mut token = logout_token(&app);
        token.set("sid", sid.clone());
        send(&app, &app.provider.sign(&token)).await.assert_status(200);
        joe.get("/").await.assert_status(200).assert_says("Every piece of work in its place");
        let asked = joe.begin("organization_name=abc-inc").await;
        assert_ne!(asked.get("prompt"), "none", "nobody is known to be signed in");
        if sid.is_null() {
            carol.get("/").await.assert_says("Signed in as carol@example.com");
        }
    }
}

#[tokio::test]
async fn other_people_in_the_browser_stay_signed_in() {
    let app = TestApp::spawn().await;
    let browser = app.signed_in(DANA, ACME).await;
    browser.go_through(&app, JOE, "prompt=login").await.assert_leads_to("/");
    let mut token = logout_token(&app);
    token.set("sid", Value::Null);
    send(&app, &app.provider.sign(&token)).await.assert_status(200);
    browser.get("/o/acme").await.assert_status(200);
    let page = browser.get("/").await.assert_status(200).assert_says("Acme Corp");
    assert!(!page.body.contains("XYZ Travel"), "that was joe's");
}

#[tokio::test]
async fn a_sign_in_after_a_logout_is_found_by_the_next_one() {
    let app = TestApp::spawn().await;
    let joe = app.browser();
    for sid in [Value::from("sid"), Value::Null, Value::from("sid")] {
        joe.go_through(&app, JOE, "").await.assert_leads_to("/");
        let owned = "browser_session WHERE person_id IS NOT NULL AND sid = 'sid'";
        assert_eq!(app.count(owned).await, 1);
        let mut token = logout_token(&app);
        token.set("sid", sid);
        send(&app, &app.provider.sign(&token)).await.assert_status(200);
        assert_eq!(app.count("browser_session WHERE person_id IS NOT NULL OR sid IS NOT NULL").await, 0);
        // The browser keeps its session, which is none of a stranger.
        assert_eq!(app.count("browser_session WHERE client IS NULL").await, 1);
    }
}

#[tokio::test]
async fn another_session_stays_signed_in() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let mut token = logout_token(&app);
    token.set("sid", "another");
    send(&app, &app.provider.sign(&token)).await.assert_status(200);
    assert_eq!(joe.get("/o/abc-inc").await.status, 200);
    let somewhere = app.browser();
    somewhere.go_through(&app, JOE, "").await.assert_leads_to("/");
    send(&app, &app.provider.sign(&token)).await.assert_status(200);
    somewhere.get("/").await.assert_says("Signed in as joe@example.com");
}

/// Asks the API with a token of `sub` in `organization` that was issued at `iat`, or does not say when; returns the status
/// and the challenge.
async fn ask_api(app: &TestApp, sub: &str, organization: Organization, iat: impl Into<Value>) -> (u16, String) {
    let mut token = app.provider.grant(sub, Some(organization.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"])).set("iat", iat);
    let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(app.provider.sign(&token));
    let answer = app.browser().send(request).await;
    (answer.status, answer.header("www-authenticate").to_owned())
}

#[tokio::test]
async fn access_tokens_from_before_a_logout_are_refused() {
    let app = TestApp::spawn().await;
    let now = app.clock.now().timestamp();
    for sid in [Value::from("sid"), Value::Null] {
        let before = app.clock.now().timestamp();
        assert_eq!(ask_api(&app, JOE, ABC, before).await.0, 200);
        app.clock.advance(TimeDelta::seconds(5));
        let at = app.clock.now().timestamp();
        let mut token = logout_token(&app);
        token.set("sid", sid);
        send(&app, &app.provider.sign(&token)).await.assert_status(200);
        app.clock.advance(TimeDelta::seconds(5));
        for organization in [ABC, XYZ] {
            for (iat, status) in
                [(json!(before), 401), (json!(at), 401), (Value::Null, 401), (json!(at + 1), 200), (json!(at + 5), 200)]
            {
                let (answered, challenge) = ask_api(&app, JOE, organization, iat.clone()).await;
                assert_eq!(answered, status, "{iat}");
                assert_eq!(challenge.contains("error=\"invalid_token\""), status == 401, "{challenge}");
            }
        }
        assert_eq!(ask_api(&app, CAROL, ABC, before).await.0, 200, "another person");
    }
    // An older logout token, delivered late, does not bring old tokens back.
    let mut late = logout_token(&app);
    late.set("iat", now).set("exp", now + 120);
    send(&app, &app.provider.sign(&late)).await.assert_status(200);
    assert_eq!(ask_api(&app, JOE, ABC, now + 2).await.0, 401);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn another_node_refuses_the_tokens_too() {
    let app = TestApp::spawn().await;
    let node = app.another_node().await;
    let before = app.clock.now();
    let token = app.provider.grant(JOE, Some(ABC.id)).at(before).access_token;
    let bearer = app.provider.sign(&token);
    app.clock.advance(TimeDelta::seconds(5));
    send(&app, &app.provider.sign(&logout_token(&app))).await.assert_status(200);
    let visitor = node.reached_by(&app.browser().in_organization(ABC));
    let request = visitor.request(Method::GET, "/api/v1/projects").bearer_auth(bearer);
    assert_eq!(visitor.send(request).await.status, 401);
    node.stop().await;
}

#[tokio::test]
async fn an_invalid_logout_token_is_refused() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let now = app.clock.now().timestamp();
    let changed = |claim: &str, value: Value| {
        let mut token = logout_token(&app);
        token.set(claim, value);
        token
    };
    let signed = |signing: Signing| Token { signing, ..logout_token(&app) };
    let bad = [
        ("issuer", changed("iss", "https://elsewhere.example/".into())),
        ("audience", changed("aud", "another".into())),
        ("nonce", changed("nonce", "a nonce".into())),
        ("events", changed("events", json!({}))),
        ("event", changed("events", json!({ EVENT: true }))),
        ("no events", changed("events", Value::Null)),
        ("no jti", changed("jti", Value::Null)),
        ("expired", changed("exp", (now - 60).into())),
        ("later", changed("iat", (now + 61).into())),
        ("too long", changed("exp", (now + 601).into())),
        ("forged", signed(Signing::Forged)),
        ("none", signed(Signing::None)),
        ("unknown key", signed(Signing::UnknownKey("elsewhere"))),
        ("hs256", signed(Signing::Hs256(Key::first().public_pem.clone().into_bytes()))),
    ];
    for (what, token) in bad {
        send(&app, &app.provider.sign(&token)).await.assert_status(400).assert_says("invalid_request");
        assert_eq!(joe.get("/o/abc-inc").await.status, 200, "{what}");
    }
    for (what, token) in [
        ("almost expired", changed("exp", (now - 59).into())),
        ("a little later", changed("iat", (now + 60).into())),
        ("just short enough", changed("exp", (now + 600).into())),
    ] {
        joe.sign_in(&app, JOE, ABC).await;
        send(&app, &app.provider.sign(&token)).await.assert_status(200);
        assert_eq!(joe.get("/o/abc-inc").await.status, 303, "{what}");
    }
    joe.sign_in(&app, JOE, ABC).await;
    let mut nobody = changed("sid", Value::Null);
    nobody.set("sub", Value::Null);
    send(&app, &app.provider.sign(&nobody)).await.assert_status(400);
    send(&app, "not a token").await.assert_status(400);
    let empty = joe.send(joe.request(Method::POST, "/backchannel-logout")).await;
    assert_eq!(empty.status, 400);
    assert_eq!(joe.get("/backchannel-logout").await.status, 405);
}
