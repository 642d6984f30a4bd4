//! Answers as large providers send them: optional members are missing or have other types. Nothing of that ends a seat, and
//! what is missing overwrites nothing that is known.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{ACME, ALICE, Answer, Browser, Grant, MISSING, Refusal, TestApp};

const HTML: &str = "text/html";
const JSON: &str = "application/json";

/// Signs Alice in to acme with the provider's grant after `change`.
async fn sign_in(app: &TestApp, change: impl FnOnce(&mut Grant)) -> (Browser, Answer) {
    let browser = app.browser();
    let authorization = browser.begin(&format!("organization={}", ACME.id)).await;
    let mut grant = authorization.grant(&app.provider, ALICE);
    change(&mut grant);
    let answer = browser.get(&authorization.callback(&app.provider.code(grant))).await;
    (browser, answer)
}

async fn known(app: &TestApp, condition: &str) -> bool {
    app.count(&format!("person WHERE subject = '{ALICE}' AND {condition}")).await == 1
}

#[tokio::test]
async fn only_the_providers_refusal_of_the_grant_ends_a_seat() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (status, media_type, body) in [
        (403, HTML, "<h1>Blocked by the firewall</h1>"),
        (400, HTML, "<h1>Bad request</h1>"),
        (404, HTML, "<h1>Not found</h1>"),
        (404, JSON, r#"{"error":"Not Found","message":"no Route matched with those values"}"#),
        (408, JSON, r#"{"error":"request_timeout"}"#),
        (413, "text/plain", "invalid_grant"),
        (429, JSON, r#"{"error":"invalid_grant"}"#),
        (400, JSON, r#"{"error":"temporarily_unavailable"}"#),
        (401, JSON, r#"{"error":"invalid_client","error_description":"Unauthorized"}"#),
        (400, JSON, r#"{"error":"unauthorized_client"}"#),
        (400, JSON, r#"{"error":"invalid_request"}"#),
        (403, JSON, r#"{"error":"access_denied","error_description":"Service not enabled within domain"}"#),
        (400, JSON, r#"{"error":"invalid_gra"#),
        (400, JSON, ""),
        (200, JSON, r#"{"access_token":"a","id_tok"#),
        (200, HTML, "<h1>Welcome to the Wi-Fi</h1>"),
        (302, HTML, ""),
        (502, JSON, r#"{"error":"invalid_grant"}"#),
    ] {
        app.provider.refuse(Some(Refusal::Answer(status, media_type, body)));
        app.clock.advance(TimeDelta::minutes(16));
        alice.get("/o/acme").await.assert_status(200);
        assert_eq!(app.count("seat").await, 1, "{status} {body}");
        app.provider.refuse(None);
        app.clock.advance(TimeDelta::seconds(31));
        alice.get("/o/acme").await.assert_status(200);
    }
    for (status, body) in [
        (400, r#"{"error":"invalid_grant"}"#),
        (403, r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#),
        (403, r#"{"error":"unauthorized","error_description":"user is blocked"}"#),
    ] {
        app.provider.refuse(Some(Refusal::Answer(status, JSON, body)));
        app.clock.advance(TimeDelta::minutes(16));
        alice.get("/o/acme").await.assert_status(303);
        assert_eq!(app.count("seat").await, 0, "{status} {body}");
        app.provider.refuse(None);
        alice.sign_in(&app, ALICE, ACME).await;
    }
}

#[tokio::test]
async fn a_sign_in_that_meets_trouble_says_so_and_can_be_repeated() {
    let app = TestApp::spawn().await;
    for (status, media_type, body) in [
        (403, HTML, "<h1>Blocked by the firewall</h1>"),
        (401, JSON, r#"{"error":"invalid_client"}"#),
        (400, JSON, r#"{"error":"temporarily_unavailable"}"#),
        (200, JSON, r#"{"access_token":"a"}"#),
    ] {
        app.provider.refuse(Some(Refusal::Answer(status, media_type, body)));
        let (_, answer) = sign_in(&app, |_| {}).await;
        let answer = answer.assert_status(503).assert_says("Sign-in is not available at the moment");
        answer.assert_says("/login?organization=org_AcmeCorp00000001");
    }
    app.provider.refuse(None);
    sign_in(&app, |_| {}).await.1.assert_leads_to("/o/acme");
}

#[tokio::test]
async fn answers_are_read_as_other_providers_send_them() {
    let changes: [fn(&mut Value); 7] = [
        |answer| answer["expires_in"] = "900".into(),
        |answer| answer["expires_in"] = Value::Null,
        |answer| _ = answer.as_object_mut().unwrap().remove("expires_in"),
        |answer| answer["token_type"] = "bearer".into(),
        |answer| _ = answer.as_object_mut().unwrap().remove("token_type"),
        |answer| answer["scope"] = json!(["openid", "email"]),
        |answer| answer["scope"] = Value::Null,
    ];
    let app = TestApp::spawn().await;
    for change in changes {
        app.provider.change_answer(change);
        let (alice, answer) = sign_in(&app, |_| {}).await;
        answer.assert_leads_to("/o/acme");
        app.clock.advance(TimeDelta::minutes(16));
        alice.get("/o/acme").await.assert_status(200);
    }
}

#[tokio::test]
async fn a_refresh_may_leave_out_what_has_not_changed() {
    let changes: [fn(&mut Value); 4] = [
        |answer| _ = answer.as_object_mut().unwrap().remove("id_token"),
        |answer| answer["id_token"] = Value::Null,
        |answer| answer["refresh_token"] = "".into(),
        |answer| _ = answer.as_object_mut().unwrap().remove("refresh_token"),
    ];
    for change in changes {
        let app = TestApp::spawn().await;
        let alice = app.signed_in(ALICE, ACME).await;
        app.provider.change_answer(change);
        app.clock.advance(TimeDelta::minutes(16));
        alice.get("/o/acme").await.assert_status(200);
        assert_eq!((app.count("seat").await, app.provider.refreshes()), (1, 1));
        assert!(known(&app, "email = 'alice@acme.example'").await);
        // A sign-out still ends the session at the provider.
        let answer = alice.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
        assert!(answer.location().contains("id_token_hint="), "{}", answer.location());
    }
}

#[tokio::test]
async fn a_refresh_without_an_id_token_does_not_change_the_person() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.change_refreshed(|grant| {
        grant.access_token.set("sub", "auth0|somebody-else").set("permissions", json!(["read:projects"]));
        grant.has_refresh_token = false;
    });
    app.provider.permit("auth0|somebody-else", ACME.id, &["read:projects"]);
    app.provider.change_answer(|answer| _ = answer.as_object_mut().unwrap().remove("id_token"));
    app.clock.advance(TimeDelta::minutes(16));
    alice.get("/o/acme").await.assert_status(303);
    assert_eq!(app.count("seat").await, 0, "the tokens are of another person");
}

#[tokio::test]
async fn claims_are_read_as_other_providers_send_them() {
    let app = TestApp::spawn().await;
    for (verified, expected) in [
        (json!("true"), "email_verified"),
        (json!(1), "email_verified"),
        (json!("false"), "NOT email_verified"),
        (json!(true), "email_verified"),
        (json!({}), "email_verified"),
    ] {
        let (_, answer) = sign_in(&app, |grant| {
            let token = grant.id_token.set("email_verified", verified.clone()).set("amr", "pwd").set("acr", 0);
            token.set("address", "Main Street 1").set("picture", Value::Null).set("updated_at", "yesterday");
        })
        .await;
        answer.assert_leads_to("/o/acme");
        assert!(known(&app, expected).await, "{verified}");
    }
}

#[tokio::test]
async fn what_is_missing_overwrites_nothing() {
    let app = TestApp::spawn().await;
    let (alice, _) = sign_in(&app, |grant| _ = grant.id_token.set("name", "Alice").set("email_verified", true)).await;
    app.provider.change_refreshed(|grant| {
        for claim in ["email", "name", "email_verified"] {
            grant.id_token.set(claim, MISSING);
        }
    });
    app.clock.advance(TimeDelta::minutes(16));
    alice.get("/o/acme").await.assert_status(200);
    let all = "email = 'alice@acme.example' AND name = 'Alice' AND email_verified";
    assert!(known(&app, all).await);
    for empty in [json!(""), Value::Null, json!(7)] {
        sign_in(&app, |grant| _ = grant.id_token.set("name", empty.clone()).set("email", MISSING)).await;
        assert!(known(&app, all).await, "{empty}");
    }
}

#[tokio::test]
async fn userinfo_is_asked_where_name_or_address_is_missing() {
    let app = TestApp::spawn().await;
    app.provider.set_userinfo(json!({
        "sub": ALICE, "email": "alice@userinfo.example", "email_verified": "true", "name": "Alice of the userinfo",
    }));
    sign_in(&app, |_| {}).await.1.assert_leads_to("/o/acme");
    assert_eq!(app.provider.userinfo_requests(), 0);
    sign_in(&app, |grant| _ = grant.id_token.set("name", MISSING)).await.1.assert_leads_to("/o/acme");
    assert!(known(&app, "name = 'Alice of the userinfo' AND email = 'alice@acme.example'").await);
    sign_in(&app, |grant| _ = grant.id_token.set("email", MISSING)).await.1.assert_leads_to("/o/acme");
    assert!(known(&app, "email = 'alice@userinfo.example' AND email_verified").await);
    assert_eq!(app.provider.userinfo_requests(), 2);
    // Without a good answer the sign-in continues.
    let huge = json!({ "sub": ALICE, "email": "x@userinfo.example", "more": "x".repeat(5 * 1024 * 1024) });
    for nonsense in [json!({ "email": "x@userinfo.example" }), json!([]), json!({ "sub": 7 }), huge] {
        app.provider.set_userinfo(nonsense);
        sign_in(&app, |grant| _ = grant.id_token.set("email", MISSING)).await.1.assert_leads_to("/o/acme");
        assert!(known(&app, "email = 'alice@userinfo.example'").await);
    }
}
