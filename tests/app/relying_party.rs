//! The application as a relying party: the cases of the OpenID Foundation's basic plan for relying parties
//! (`oidcc-client-basic-certification-test-plan`) under their names there, and attacks that the plan leaves out.

use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use crate::support::{ACME, ALICE, Answer, Authorization, BOB, Browser, Grant, Key, Log, MISSING, Signing, TestApp};

const UNVERIFIED: &str = "This sign-in could not be verified";

/// A browser that has begun to sign in to acme.
async fn begun(app: &TestApp) -> (Browser, Authorization) {
    let browser = app.browser();
    let authorization = browser.begin(&format!("organization={}", ACME.id)).await;
    (browser, authorization)
}

/// Signs Alice in to acme with the provider's grant after `change`.
async fn sign_in(app: &TestApp, change: impl FnOnce(&mut Grant)) -> (Browser, Answer) {
    let (browser, authorization) = begun(app).await;
    let mut grant = authorization.grant(&app.provider, ALICE);
    change(&mut grant);
    let code = app.provider.code(grant);
    let answer = browser.get(&authorization.callback(&code)).await;
    (browser, answer)
}

async fn assert_accepted(app: &TestApp, change: impl FnOnce(&mut Grant)) {
    let (browser, answer) = sign_in(app, change).await;
    answer.assert_leads_to("/o/acme");
    browser.get("/o/acme").await.assert_status(200);
}

async fn assert_refused(app: &TestApp, what: &str, change: impl FnOnce(&mut Grant)) {
    let seats = app.count("seat").await;
    let (browser, answer) = sign_in(app, change).await;
    assert_eq!(answer.status, 400, "{what}");
    answer.assert_says(UNVERIFIED);
    assert_eq!(app.count("seat").await, seats, "{what}");
    browser.get("/o/acme").await.assert_status(303);
}

/// Asserts that each of these headers makes the signature worthless.
async fn assert_headers_refused(app: &TestApp, headers: impl IntoIterator<Item = Value>) {
    for header in headers {
        let signing = Signing::Header(header.clone());
        assert_refused(app, &header.to_string(), |grant| grant.id_token.signing = signing).await;
    }
}

#[tokio::test]
async fn oidcc_client_test() {
    let app = TestApp::spawn().await;
    assert_accepted(&app, |_| {}).await;
}

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    let app = TestApp::spawn().await;
    for nonce in [json!("wrong"), json!(""), json!(1), Value::Null] {
        assert_refused(&app, &nonce.to_string(), |grant| _ = grant.id_token.set("nonce", nonce.clone())).await;
    }
}

#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    // The plan lets a client take the claims from the userinfo endpoint. Auth0 puts those of the requested scopes into the
    // ID token, which is signed: the endpoint is asked only for what is missing there.
    let app = TestApp::spawn().await;
    let (_, authorization) = begun(&app).await;
    assert_eq!(authorization.get("scope"), "openid profile email offline_access");
    let (browser, answer) = sign_in(&app, |grant| {
        grant.id_token.set("name", "Alice of the ID token").set("email", "token@example.com");
    })
    .await;
    answer.assert_leads_to("/o/acme");
    browser.get("/o/acme").await.assert_status(200).assert_says("Alice of the ID token");
    assert_eq!(app.provider.userinfo_requests(), 0);
}

#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    // The provider's userinfo endpoint answers for another subject. Nothing of it is believed.
    let app = TestApp::spawn().await;
    let (browser, answer) = sign_in(&app, |grant| _ = grant.id_token.set("email", MISSING)).await;
    answer.assert_leads_to("/o/acme");
    let page = browser.get("/o/acme").await.assert_status(200);
    assert!(!page.body.contains("somebody-else"));
    assert_eq!(app.provider.userinfo_requests(), 1);
    assert_eq!(app.count("person WHERE email LIKE 'somebody-else%' OR subject = 'somebody-else'").await, 0);
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    // This client is registered for `client_secret_post`, Auth0's default: the secret is in the form, once, and neither in a
    // header nor in an address.
    let app = TestApp::spawn().await;
    assert_accepted(&app, |_| {}).await;
    let requests = app.provider.token_requests();
    let (form, authorization) = &requests[0];
    assert_eq!((requests.len(), authorization), (1, &None));
    assert_eq!(
        (form["client_id"].as_str(), form["client_secret"].as_str()),
        ("tessera-under-test", "the client's secret")
    );
    assert_eq!(form["redirect_uri"], format!("{}callback", app.url));
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    let app = TestApp::spawn().await;
    let issuer = app.provider.issuer.clone();
    for wrong in
        ["https://evil.example/", issuer.trim_end_matches('/'), &issuer.to_uppercase(), &format!("{issuer}x"), ""]
    {
        assert_refused(&app, wrong, |grant| _ = grant.id_token.set("iss", wrong)).await;
    }
    assert_refused(&app, "no issuer", |grant| _ = grant.id_token.set("iss", MISSING)).await;
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    let app = TestApp::spawn().await;
    assert_refused(&app, "no subject", |grant| _ = grant.id_token.set("sub", MISSING)).await;
    assert_refused(&app, "a subject that is no text", |grant| _ = grant.id_token.set("sub", 7)).await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    let app = TestApp::spawn().await;
    for audience in [json!("somebody-else"), json!(["somebody-else"]), json!([]), json!(""), json!(MISSING)] {
        assert_refused(&app, &audience.to_string(), |grant| _ = grant.id_token.set("aud", audience.clone())).await;
    }
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    let app = TestApp::spawn().await;
    assert_refused(&app, "no time", |grant| _ = grant.id_token.set("iat", MISSING)).await;
    assert_refused(&app, "a time that is no number", |grant| _ = grant.id_token.set("iat", "now")).await;
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    let app = TestApp::spawn().await;
    let without_kid = Signing::Header(json!({ "kid": null }));
    assert_accepted(&app, |grant| grant.id_token.signing = without_kid).await;
    // The only key is not used for another signature.
    app.provider.rotate(Key::second());
    app.provider.publish(vec![Key::first().jwk()]);
    let without_kid = Signing::Header(json!({ "kid": null }));
    assert_refused(&app, "another key", |grant| grant.id_token.signing = without_kid).await;
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    // The plan allows to try each key or to refuse. With two keys, the one that is meant is not guessed.
    let app = TestApp::spawn().await;
    app.provider.publish(vec![Key::first().jwk(), Key::second().jwk()]);
    let without_kid = Signing::Header(json!({ "kid": null }));
    assert_refused(&app, "no kid", |grant| grant.id_token.signing = without_kid).await;
    assert_accepted(&app, |_| {}).await;
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    let app = TestApp::spawn().await;
    assert_accepted(&app, |grant| grant.id_token.signing = Signing::Header(json!({}))).await;
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    // The plan lets a client accept unsigned tokens only if it is registered for them, which this one is not.
    let app = TestApp::spawn().await;
    assert_refused(&app, "unsigned", |grant| grant.id_token.signing = Signing::None).await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    let app = TestApp::spawn().await;
    assert_refused(&app, "forged", |grant| grant.id_token.signing = Signing::Forged).await;
}

#[tokio::test]
async fn the_algorithm_is_not_taken_from_the_token() {
    let app = TestApp::spawn().await;
    let algorithms = ["none", "None", "rs256", "HS256", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", ""];
    assert_headers_refused(&app, algorithms.map(|alg| json!({ "alg": alg }))).await;
    assert_headers_refused(&app, [json!({ "alg": null })]).await;
    let key = Key::first();
    for secret in
        [key.public_pem.as_bytes(), key.public_pem.trim().as_bytes(), &key.modulus, b"the client's secret", b""]
    {
        assert_refused(&app, "HS256", |grant| grant.id_token.signing = Signing::Hs256(secret.to_vec())).await;
    }
}

#[tokio::test]
async fn a_key_in_the_token_is_not_used() {
    let app = TestApp::spawn().await;
    app.provider.rotate(Key::second());
    app.provider.publish(vec![Key::first().jwk()]);
    let key = Key::second().jwk();
    let elsewhere = format!("{}jwks", app.provider.issuer);
    assert_headers_refused(
        &app,
        [
            json!({ "kid": "first", "jwk": key }),
            json!({ "kid": null, "jwk": key }),
            json!({ "kid": "second", "jwk": key }),
            json!({ "kid": "second", "jku": elsewhere, "x5u": elsewhere }),
            json!({ "kid": "../../first" }),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_critical_extension_is_refused() {
    // RFC 7515 section 4.1.11: no extension is understood here, so a token that needs one is refused.
    let app = TestApp::spawn().await;
    assert_headers_refused(
        &app,
        [
            json!({ "crit": ["exp"], "exp": 1 }),
            json!({ "crit": ["b64"], "b64": false }),
            json!({ "crit": ["https://example.com/x"] }),
            json!({ "crit": [] }),
            json!({ "crit": "exp" }),
            json!({ "crit": {} }),
        ],
    )
    .await;
    assert_accepted(&app, |grant| grant.id_token.signing = Signing::Header(json!({ "x": 1 }))).await;
    // The same holds for access tokens and logout tokens.
    let mut token = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"]));
    for (header, status) in [(json!({}), 200), (json!({ "crit": ["exp"] }), 401)] {
        token.signing = Signing::Header(header);
        let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(app.provider.sign(&token));
        assert_eq!(app.browser().send(request).await.status, status);
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_and_an_old_one_no_longer_counts() {
    let app = TestApp::spawn().await;
    assert_accepted(&app, |_| {}).await;
    let old = app.provider.sign(&app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token);
    let fetches = app.provider.key_fetches();
    app.provider.rotate(Key::second());
    assert_accepted(&app, |_| {}).await;
    assert!(app.provider.key_fetches() > fetches);
    let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(old);
    assert_eq!(app.browser().send(request).await.status, 401);
}

#[tokio::test]
async fn refreshed_tokens_of_another_subject_end_the_seat() {
    let app = TestApp::spawn().await;
    let refresh = TimeDelta::minutes(16);
    let (alice, answer) = sign_in(&app, |_| {}).await;
    answer.assert_leads_to("/o/acme");
    app.clock.advance(refresh);
    alice.get("/o/acme").await.assert_status(200);
    for (what, claim, value) in
        [("subject", "sub", json!(BOB)), ("audience", "aud", json!("other")), ("issuer", "iss", json!("x"))]
    {
        let people = app.count("person").await;
        app.provider.change_refreshed(|grant| _ = grant.id_token.set(claim, value.clone()).set("name", "Forged"));
        app.clock.advance(refresh);
        alice.get("/o/acme").await.assert_status(303);
        assert_eq!((app.count("seat").await, app.count("person").await), (0, people), "{what}");
        assert_eq!(app.count("person WHERE name = 'Forged'").await, 0, "{what}");
        alice.sign_in(&app, ALICE, ACME).await;
    }
}

#[tokio::test]
async fn a_response_of_another_provider_is_refused() {
    // Mix-up (RFC 9207): the response names its issuer if the provider promises so.
    let app = TestApp::spawn().await;
    app.provider.promises_response_issuer();
    let issuer = app.provider.issuer.clone();
    for (iss, status) in [
        (String::new(), 400),
        ("&iss=https%3A%2F%2Fevil.example%2F".to_owned(), 400),
        (format!("&iss={}", issuer.trim_end_matches('/')), 400),
        (format!("&iss={issuer}"), 303),
    ] {
        let (browser, authorization) = begun(&app).await;
        let code = app.provider.code(authorization.grant(&app.provider, ALICE));
        let exchanges = app.provider.exchanges();
        let answer = browser.get(&format!("{}{iss}", authorization.callback(&code))).await;
        assert_eq!(answer.status, status, "{iss}");
        assert_eq!(app.provider.exchanges() - exchanges, usize::from(status == 303), "the code goes to no one: {iss}");
        // An error is checked in the same way.
        let (browser, authorization) = begun(&app).await;
        let error = format!("/callback?state={}&error=access_denied{iss}", authorization.get("state"));
        assert_eq!(browser.get(&error).await.status, if status == 303 { 403 } else { 400 }, "{iss}");
    }
}

/// Addresses that lead, or try to lead, away from this site.
const ELSEWHERE: [&str; 50] = [
    "https://evil.example/",
    "http://evil.example",
    "HTTPS://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "//evil.example/..",
    "/.//evil.example",
    "/..//evil.example",
    "/x/..//evil.example",
    "/%2e%2e//evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/%2Fevil.example",
    "//evil%2eexample",
    "//evil\u{3002}example",
    "//\u{ff0f}evil.example",
    "/\u{2215}evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "evil.example",
    "evil.example/o/acme",
    "@evil.example",
    "/@evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://localhost@evil.example/",
    "?next=//evil.example",
    "#//evil.example",
    "/login?return_to=//evil.example",
    "/logout",
    "/\0/evil.example",
];

#[tokio::test]
async fn a_sign_in_never_leads_to_another_site() {
    let app = TestApp::spawn().await;
    let origin = app.url.origin();
    for text in ELSEWHERE {
        for parameter in ["return_to", "target_link_uri"] {
            let mut query = url::form_urlencoded::Serializer::new(format!("organization={}", ACME.id));
            let query = query.append_pair(parameter, text).finish();
            let browser = app.browser();
            let answer = browser.go_through(&app, ALICE, &query).await.assert_status(303);
            let location = answer.location();
            let target = app.url.join(location).unwrap();
            assert_eq!(target.origin(), origin, "{parameter}={text:?} leads to {location}");
            let is_path = location.starts_with('/') && !location[1..].starts_with(['/', '\\']);
            assert!(is_path && location.is_ascii(), "{parameter}={text:?} leads to {location}");
            assert!(!["/login", "/logout", "/callback"].contains(&target.path()), "{parameter}={text:?}: {location}");
        }
    }
    let kept = app.browser().go_through(&app, ALICE, "return_to=%2Fo%2Facme%2Fsettings%3Fx%3D1").await;
    kept.assert_leads_to("/o/acme/settings?x=1");
}

#[tokio::test]
async fn a_draft_does_not_change_where_a_sign_in_returns_to() {
    let app = TestApp::spawn().await;
    for (draft, expected) in [
        ("abc-_123", "draft=abc-_123"),
        ("x%26name%3Dforged%23y", "draft=x%26name%3Dforged%23y"),
        ("a%0D%0ASet-Cookie%3A%20x", "draft=a%0D%0ASet-Cookie%3A+x"),
        ("%2F..%2F..%2Fevil", "draft=%2F..%2F..%2Fevil"),
    ] {
        let query = format!("organization={}&return_to=%2Fo%2Facme%3Fx%3D1&draft={draft}", ACME.id);
        let answer = app.browser().go_through(&app, ALICE, &query).await;
        answer.assert_leads_to(&format!("/o/acme?x=1&{expected}"));
        let target = Url::parse("http://localhost/").unwrap().join(&format!("/o/acme?x=1&{expected}")).unwrap();
        assert_eq!(target.query_pairs().map(|(name, _)| name.into_owned()).collect::<Vec<_>>(), ["x", "draft"]);
    }
}

#[tokio::test]
async fn a_provider_error_forges_no_log_line() {
    let app = TestApp::spawn().await;
    let log = Log::start();
    let (browser, authorization) = begun(&app).await;
    let forged = "x%0D%0A2026-01-01T00%3A00%3A00Z%20%20INFO%20forged%20%1B%5B2J";
    let callback = format!("/callback?state={}&error={forged}&error_description={forged}", authorization.get("state"));
    browser.get(&callback).await.assert_status(400);
    let lines = log.lines_with("forged");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("the provider refused a sign-in") && lines[0].contains("error=x\\r\\n"), "{lines:?}");
    assert!(!lines[0].contains('\u{1b}'), "{lines:?}");
    // Another value from outside: the organization of a token.
    let (_, answer) = sign_in(&app, |grant| _ = grant.id_token.set("org_id", "x\nforged again")).await;
    answer.assert_status(400);
    let lines = log.lines_with("forged again");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("another organization"), "{lines:?}");
}
