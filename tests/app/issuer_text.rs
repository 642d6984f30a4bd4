//! The issuer is compared as text (OpenID Connect Discovery section 4.3). Auth0's ends with a slash; those of Google, Okta,
//! Zitadel and others do not, and some have a path.

use reqwest::Method;
use serde_json::json;

use crate::support::{ABC, ACME, ALICE, CLIENT_ID, JOE, Log, Settings, Signing, TestApp, Token};

const PATHS: [&str; 5] = ["", "/", "/tenant", "/tenant/", "/oauth2/default"];

async fn with_issuer(path: &'static str) -> TestApp {
    TestApp::spawn_with(Settings { issuer_path: Some(path), ..Settings::default() }).await
}

/// Returns an issuer that differs from the one of `app` in a final slash.
fn almost(app: &TestApp) -> String {
    let issuer = &app.provider.issuer;
    issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned)
}

#[tokio::test]
async fn a_sign_in_works_with_every_form_of_an_issuer() {
    for path in PATHS {
        let app = with_issuer(path).await;
        let alice = app.signed_in(ALICE, ACME).await;
        alice.get("/o/acme").await.assert_status(200);
        let stored = format!("organization WHERE slug = 'acme' AND issuer = '{}'", app.provider.issuer);
        assert_eq!(app.count(&stored).await, 1, "{path}");
        // The issuer of the ID token and of the callback.
        for (iss, status) in [(app.provider.issuer.clone(), 303), (almost(&app), 400)] {
            let browser = app.browser();
            let authorization = browser.begin(&format!("organization={}", ACME.id)).await;
            let mut grant = authorization.grant(&app.provider, ALICE);
            grant.id_token.set("iss", iss.clone());
            let callback = authorization.callback(&app.provider.code(grant));
            assert_eq!(browser.get(&callback).await.status, status, "{path}: the token of {iss}");
            let authorization = browser.begin(&format!("organization={}", ACME.id)).await;
            let code = app.provider.code(authorization.grant(&app.provider, ALICE));
            let callback = format!("{}&iss={iss}", authorization.callback(&code));
            assert_eq!(browser.get(&callback).await.status, status, "{path}: the answer of {iss}");
        }
    }
}

#[tokio::test]
async fn every_other_use_of_an_issuer_compares_the_same_text() {
    for path in PATHS {
        let app = with_issuer(path).await;
        let joe = app.signed_in(JOE, ABC).await;
        for (iss, is_right) in [(almost(&app), false), (app.provider.issuer.clone(), true)] {
            // A sign-in that a third party starts.
            let answer = app.browser().get(&format!("/login?iss={iss}")).await;
            assert_eq!(answer.status, if is_right { 303 } else { 400 }, "{path}: a sign-in at {iss}");
            // An access token.
            let mut token = app.provider.grant(JOE, Some(ABC.id)).at(app.clock.now()).access_token;
            token.set("permissions", json!(["read:projects"])).set("iss", iss.clone());
            let request = app.client().get(format!("{}api/v1/projects", app.url));
            let answer = app.browser().send(request.bearer_auth(app.provider.sign(&token))).await;
            assert_eq!(answer.status, if is_right { 200 } else { 401 }, "{path}: an access token of {iss}");
            // A logout token.
            let now = app.clock.now().timestamp();
            let claims = json!({
                "iss": iss, "sub": JOE, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "once",
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            });
            let token = app.provider.sign(&Token { claims, signing: Signing::Good });
            let request = app.browser().request(Method::POST, "/backchannel-logout").form(&[("logout_token", token)]);
            let answer = app.browser().send(request).await;
            assert_eq!(answer.status, if is_right { 200 } else { 400 }, "{path}: a logout token of {iss}");
            assert_eq!(joe.get("/o/abc-inc").await.status, if is_right { 303 } else { 200 }, "{path}: {iss}");
        }
    }
}

#[tokio::test]
async fn a_sign_out_leads_below_the_issuer() {
    for path in PATHS {
        let app = with_issuer(path).await;
        app.provider.without_logout();
        let alice = app.signed_in(ALICE, ACME).await;
        let answer = alice.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
        let expected = format!("{}/v2/logout?returnTo=", app.provider.issuer.trim_end_matches('/'));
        assert!(answer.location().starts_with(&expected), "{path}: {}", answer.location());
    }
}

#[tokio::test]
async fn a_document_of_another_issuer_is_not_used_and_the_log_names_both() {
    let app = TestApp::spawn().await;
    let log = Log::start();
    app.provider.announce(&almost(&app));
    app.browser().get("/login").await.assert_status(503).assert_says("Sign-in is not available at the moment");
    let lines = log.lines_with("discovery failed");
    assert!(lines[0].contains(&almost(&app)) && lines[0].contains(&app.provider.issuer), "{lines:?}");
}
