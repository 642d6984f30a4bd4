//! A callback that was used, cookies that are off, sign-outs, and logout tokens that come late.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ABC, ACME, ALICE, CAROL, CLIENT_ID, JOE, Settings, Signing, TestApp, Token, XYZ};

#[tokio::test]
async fn a_used_callback_leads_a_signed_in_person_on() {
    let app = TestApp::spawn().await;
    let alice = app.browser();
    for (query, path) in [
        ("organization=org_AcmeCorp00000001&return_to=%2Fo%2Facme%2Fsettings", "/o/acme/settings"),
        ("organization=org_AcmeCorp00000001", "/o/acme"),
    ] {
        let authorization = alice.begin(query).await;
        let callback = authorization.callback(&app.provider.code(authorization.grant(&app.provider, ALICE)));
        for _ in 0..3 {
            alice.get(&callback).await.assert_leads_to(path);
        }
        assert_eq!(app.provider.exchanges(), if path == "/o/acme" { 2 } else { 1 });
        // In another browser, and after the sign-out, it leads nowhere.
        assert_eq!(app.browser().get(&callback).await.status, 400);
        if path == "/o/acme" {
            alice.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
            assert_eq!(alice.get(&callback).await.status, 400);
        }
    }
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so() {
    let app = TestApp::spawn().await;
    let authorization = app.browser().begin("organization=org_AcmeCorp00000001").await;
    let callback = authorization.callback(&app.provider.code(authorization.grant(&app.provider, ALICE)));
    // The cookie was not stored.
    app.browser().get(&callback).await.assert_status(400).assert_says("Sign-in needs cookies");
    let other = app.browser();
    other.begin("").await;
    let answer = other.get(&callback).await.assert_status(400);
    answer.assert_says("This sign-in link has expired or was already used");
}

#[tokio::test]
async fn a_sign_out_is_confirmed_once() {
    let app = TestApp::spawn().await;
    // Without an organization there is no seat, and so no token that names the session.
    let carol = app.browser();
    carol.go_through(&app, CAROL, "").await.assert_leads_to("/");
    let answer = carol.post_form("/", "/logout", &[]).await.assert_status(303);
    assert!(answer.location().contains("logout_hint=sid"), "{}", answer.location());
    // With seats of several sessions, the hint is of the last one.
    let joe = app.browser();
    joe.go_through(&app, CAROL, &format!("organization={}", ABC.id)).await.assert_status(303);
    let authorization = joe.begin(&format!("organization={}", XYZ.id)).await;
    let mut grant = authorization.grant(&app.provider, JOE);
    grant.id_token.set("sid", "the last session");
    joe.get(&authorization.callback(&app.provider.code(grant))).await.assert_status(303);
    let answer = joe.post_form("/", "/logout", &[]).await.assert_status(303);
    let target = url::Url::parse(answer.location()).unwrap();
    let hint = target.query_pairs().find(|(name, _)| name == "id_token_hint").unwrap().1.into_owned();
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(&hint).unwrap().claims;
    assert_eq!(claims["sid"], "the last session");
}

/// Sends a logout token that was issued at `at`; `sid` is its session.
async fn log_out(app: &TestApp, at: i64, sid: Option<&str>) {
    let mut claims = json!({
        "iss": app.provider.issuer, "sub": JOE, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "jti": "once",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    if let Some(sid) = sid {
        claims["sid"] = sid.into();
    }
    let token = app.provider.sign(&Token { claims, signing: Signing::Good });
    let request = app.browser().request(Method::POST, "/backchannel-logout").form(&[("logout_token", token)]);
    app.browser().send(request).await.assert_status(200);
}

#[tokio::test]
async fn a_logout_token_ends_only_what_began_before_it() {
    for sid in [Some("sid"), None] {
        let app = TestApp::spawn().await;
        let before = app.signed_in(JOE, ABC).await;
        app.clock.advance(TimeDelta::seconds(5));
        let at = app.clock.now().timestamp();
        app.clock.advance(TimeDelta::seconds(5));
        let after = app.signed_in(JOE, ABC).await;
        let without_seat = app.browser();
        without_seat.go_through(&app, JOE, "").await.assert_leads_to("/");
        // It comes late, and twice.
        for _ in 0..2 {
            log_out(&app, at, sid).await;
            before.get("/o/abc-inc").await.assert_status(303);
            after.get("/o/abc-inc").await.assert_status(200);
            without_seat.get("/").await.assert_says("Signed in as joe@example.com");
        }
        // A refresh does not make the sign-in younger.
        app.clock.advance(TimeDelta::minutes(16));
        after.get("/o/abc-inc").await.assert_status(200);
        log_out(&app, app.clock.now().timestamp() - 60, sid).await;
        after.get("/o/abc-inc").await.assert_status(303);
    }
}

#[tokio::test]
async fn an_id_token_is_not_valid_before_its_start() {
    let app = TestApp::spawn().await;
    let now = app.clock.now().timestamp();
    for (nbf, status) in [(now + 61, 400), (now + 3_600, 400), (now + 60, 303), (now - 60, 303), (now, 303)] {
        let browser = app.browser();
        let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
        let mut grant = authorization.grant(&app.provider, ALICE);
        grant.id_token.set("nbf", nbf);
        let answer = browser.get(&authorization.callback(&app.provider.code(grant))).await;
        assert_eq!(answer.status, status, "{}", nbf - now);
    }
    // The same holds for refreshed tokens.
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.change_refreshed(|grant| _ = grant.id_token.set("nbf", now + 86_400));
    app.clock.advance(TimeDelta::minutes(16));
    alice.get("/o/acme").await.assert_status(303);
}

#[tokio::test]
async fn anonymous_sign_ins_do_not_drive_requests_at_the_provider() {
    let mut app = TestApp::spawn_with(Settings::default()).await;
    for _ in 0..20 {
        app.browser().begin("").await;
    }
    assert_eq!(app.provider.key_fetches(), 1);
    app.clock.advance(TimeDelta::seconds(11));
    app.browser().begin("").await;
    assert_eq!(app.provider.key_fetches(), 2);
    // A provider that does not answer is asked again after seconds, too.
    app.clock.advance(TimeDelta::seconds(11));
    app.provider.stop().await;
    for _ in 0..3 {
        app.browser().get("/login").await.assert_status(503);
    }
    app.provider.resume().await;
    app.browser().get("/login").await.assert_status(503);
    app.clock.advance(TimeDelta::seconds(3));
    app.browser().begin("").await;
}

#[tokio::test]
async fn who_is_in_workspaces_is_not_told_otherwise() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = alice.get("/welcome").await.assert_status(200).assert_says("Acme");
    assert!(!page.body.contains("You aren’t in a workspace yet"));
}
