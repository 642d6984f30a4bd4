//! `GET /callback`: a refused sign-in creates no seat.

use serde_json::{Value, json};

use crate::support::{
    ABC, ACME, ALICE, Answer, Authorization, BETA, Browser, Grant, JOE, Key, Refusal, Signing, TestApp,
};

const UNKNOWN: &str = "This sign-in link has expired or was already used";
const UNVERIFIED: &str = "This sign-in could not be verified";

/// Signs Alice in to acme with a provider's grant that `change` has modified.
async fn sign_in_with(change: impl FnOnce(&mut Grant, &TestApp)) -> (TestApp, Browser, Answer) {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
    let mut grant = authorization.grant(&app.provider, ALICE);
    change(&mut grant, &app);
    let code = app.provider.code(grant);
    let answer = browser.get(&authorization.callback(&code)).await;
    (app, browser, answer)
}

/// Asserts that the sign-in was refused: no seat exists, and the page links to the sign-in.
async fn assert_refused(app: &TestApp, browser: &Browser, answer: Answer, title: &str) {
    answer.assert_status(400).assert_says(title).assert_says("href=\"/login\"");
    assert_eq!(app.count("seat").await, 0);
    let answer = browser.get("/o/acme").await.assert_status(303);
    assert!(answer.location().starts_with("/login?"), "{}", answer.location());
}

async fn assert_unverified(change: impl FnOnce(&mut Grant, &TestApp)) {
    let (app, browser, answer) = sign_in_with(change).await;
    assert_refused(&app, &browser, answer, UNVERIFIED).await;
}

async fn assert_accepted(change: impl FnOnce(&mut Grant, &TestApp)) {
    let (app, browser, answer) = sign_in_with(change).await;
    answer.assert_leads_to("/o/acme");
    assert_eq!(app.count("seat").await, 1);
    browser.get("/o/acme").await.assert_status(200);
}

fn seconds_ago(app: &TestApp, seconds: i64) -> i64 {
    app.clock.now().timestamp() - seconds
}

#[tokio::test]
async fn a_valid_sign_in_opens_the_workspace() {
    assert_accepted(|_, _| {}).await;
}

#[tokio::test]
async fn login_requests_what_the_callback_verifies() {
    let app = TestApp::spawn().await;
    let asked =
        app.browser().begin("organization=org_AcmeCorp00000001&login_hint=a%40b.example&screen_hint=signup").await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "tessera-under-test"),
        ("organization", ACME.id),
        ("audience", "https://api.tessera.example/"),
        ("code_challenge_method", "S256"),
        ("scope", "openid profile email offline_access"),
        ("login_hint", "a@b.example"),
        ("screen_hint", "signup"),
    ] {
        assert_eq!(asked.get(name), value, "{name}");
    }
    assert_eq!(asked.get("redirect_uri"), format!("{}callback", app.url));
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(asked.get(name).len(), 43, "{name}");
    }
}

#[tokio::test]
async fn an_invitation_is_forwarded_with_its_organization() {
    let app = TestApp::spawn().await;
    let asked = app.browser().begin("invitation=ticket&organization=org_new&organization_name=new").await;
    assert_eq!((asked.get("invitation"), asked.get("organization")), ("ticket", "org_new"));
    let answer = app.browser().get("/login?invitation=ticket").await;
    answer.assert_status(400).assert_says("This invitation link is incomplete");
}

#[tokio::test]
async fn login_refuses_an_unknown_organization_and_another_issuer() {
    let app = TestApp::spawn().await;
    let answer = app.browser().get("/login?organization=no%20body").await;
    answer.assert_status(404).assert_says("You can’t open this workspace");
    let answer = app.browser().get("/login?iss=https%3A%2F%2Fevil.example%2F").await;
    answer.assert_status(400).assert_says("This sign-in is for another service");
    app.browser().begin(&format!("iss={}", app.provider.issuer)).await;
}

/// Starts a sign-in; returns the authorization request and an authorization code for it.
async fn ready(app: &TestApp, browser: &Browser) -> (Authorization, String) {
    let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
    let code = app.provider.code(authorization.grant(&app.provider, ALICE));
    (authorization, code)
}

#[tokio::test]
async fn a_wrong_state_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (_, code) = ready(&app, &browser).await;
    let answer = browser.get(&format!("/callback?state=wrong&code={code}")).await;
    assert_refused(&app, &browser, answer, UNKNOWN).await;
    assert_eq!(app.provider.exchanges(), 0, "the code is not even shown to the provider");
}

#[tokio::test]
async fn a_missing_state_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (_, code) = ready(&app, &browser).await;
    let answer = browser.get(&format!("/callback?code={code}")).await;
    assert_refused(&app, &browser, answer, UNKNOWN).await;
    let answer = browser.get("/callback").await;
    assert_refused(&app, &browser, answer, UNKNOWN).await;
}

#[tokio::test]
async fn a_missing_code_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (authorization, _) = ready(&app, &browser).await;
    let answer = browser.get(&format!("/callback?state={}", authorization.get("state"))).await;
    assert_refused(&app, &browser, answer, UNKNOWN).await;
}

#[tokio::test]
async fn a_state_of_another_browser_is_refused_and_stays_valid_for_its_own() {
    let app = TestApp::spawn().await;
    let (browser, other, stranger) = (app.browser(), app.browser(), app.browser());
    let (authorization, code) = ready(&app, &browser).await;
    other.begin("").await;
    for (thief, title) in [(other, UNKNOWN), (stranger, "Sign-in needs cookies")] {
        let answer = thief.get(&authorization.callback(&code)).await;
        assert_refused(&app, &thief, answer, title).await;
    }
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
}

#[tokio::test]
async fn a_replayed_callback_has_no_side_effects() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (authorization, code) = ready(&app, &browser).await;
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
    let tokens = app.database.bytes_of("seat", "tokens").await;
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
    browser.copy().get(&authorization.callback("another")).await.assert_leads_to("/o/acme");
    assert_eq!((app.count("seat").await, app.provider.exchanges()), (1, 1));
    assert_eq!(app.database.bytes_of("seat", "tokens").await, tokens);
    browser.get("/o/acme").await.assert_status(200);
}

#[tokio::test]
async fn a_sign_in_expires_after_an_hour() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (authorization, code) = ready(&app, &browser).await;
    app.clock.advance(chrono::TimeDelta::hours(1));
    let answer = browser.get(&authorization.callback(&code)).await;
    assert_refused(&app, &browser, answer, UNKNOWN).await;
    let (authorization, code) = ready(&app, &browser).await;
    app.clock.advance(chrono::TimeDelta::hours(1) - chrono::TimeDelta::seconds(1));
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
}

#[tokio::test]
async fn a_wrong_nonce_is_refused() {
    assert_unverified(|grant, _| _ = grant.id_token.set("nonce", "wrong")).await;
    assert_unverified(|grant, _| _ = grant.id_token.set("nonce", Value::Null)).await;
}

#[tokio::test]
async fn a_wrong_issuer_is_refused() {
    assert_unverified(|grant, _| _ = grant.id_token.set("iss", "https://evil.example/")).await;
    // Issuers are compared exactly, including the trailing slash.
    assert_unverified(|grant, app| _ = grant.id_token.set("iss", app.provider.issuer.trim_end_matches('/'))).await;
}

#[tokio::test]
async fn a_wrong_audience_is_refused() {
    assert_unverified(|grant, _| _ = grant.id_token.set("aud", "somebody-else")).await;
    assert_unverified(|grant, _| _ = grant.id_token.set("aud", json!([]))).await;
}

#[tokio::test]
async fn a_wrong_authorized_party_is_refused() {
    assert_unverified(|grant, _| _ = grant.id_token.set("azp", "somebody-else")).await;
}

#[tokio::test]
async fn several_audiences_require_this_client_as_authorized_party() {
    let both = || json!(["tessera-under-test", "somebody-else"]);
    assert_unverified(|grant, _| _ = grant.id_token.set("aud", both())).await;
    assert_accepted(|grant, _| _ = grant.id_token.set("aud", both()).set("azp", "tessera-under-test")).await;
}

#[tokio::test]
async fn an_expired_token_is_refused_beyond_the_leeway() {
    assert_unverified(|grant, app| _ = grant.id_token.set("exp", seconds_ago(app, 60))).await;
    assert_accepted(|grant, app| _ = grant.id_token.set("exp", seconds_ago(app, 59))).await;
}

#[tokio::test]
async fn a_token_issued_in_the_future_is_refused_beyond_the_leeway() {
    assert_unverified(|grant, app| _ = grant.id_token.set("iat", seconds_ago(app, -61))).await;
    assert_accepted(|grant, app| _ = grant.id_token.set("iat", seconds_ago(app, -60))).await;
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    assert_unverified(|grant, _| grant.id_token.signing = Signing::None).await;
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let key = Key::first();
    for secret in [key.public_pem.as_bytes(), key.public_pem.trim().as_bytes(), &key.modulus] {
        assert_unverified(|grant, _| grant.id_token.signing = Signing::Hs256(secret.to_vec())).await;
    }
    // The standard signs HS256 with the client secret; the application accepts RS256 only.
    assert_unverified(|grant, _| grant.id_token.signing = Signing::Hs256(b"the client's secret".to_vec())).await;
}

#[tokio::test]
async fn a_token_signed_with_an_unknown_key_is_refused() {
    assert_unverified(|grant, _| grant.id_token.signing = Signing::UnknownKey("nobody's")).await;
    assert_unverified(|grant, _| grant.id_token.signing = Signing::Forged).await;
}

#[tokio::test]
async fn an_unexpected_organization_is_refused() {
    assert_unverified(|grant, _| {
        grant.id_token.set("org_id", BETA.id);
        grant.access_token.set("org_id", BETA.id);
    })
    .await;
}

#[tokio::test]
async fn a_missing_organization_is_refused() {
    for value in [Value::Null, " ".into()] {
        assert_unverified(|grant, _| _ = grant.id_token.set("org_id", value)).await;
    }
}

#[tokio::test]
async fn an_access_token_of_another_person_or_organization_is_refused() {
    assert_unverified(|grant, _| {
        grant.access_token.set("sub", JOE).set("permissions", json!(["read:projects"]));
    })
    .await;
    assert_unverified(|grant, _| {
        grant.access_token.set("org_id", ABC.id).set("permissions", json!(["read:projects"]));
    })
    .await;
}

#[tokio::test]
async fn an_iss_parameter_of_another_issuer_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (authorization, code) = ready(&app, &browser).await;
    let callback = format!("{}&iss=https%3A%2F%2Fevil.example%2F", authorization.callback(&code));
    let answer = browser.get(&callback).await;
    assert_refused(&app, &browser, answer, UNVERIFIED).await;
    assert_eq!(app.provider.exchanges(), 0);
    let (authorization, code) = ready(&app, &browser).await;
    let callback = format!("{}&iss={}", authorization.callback(&code), app.provider.issuer);
    browser.get(&callback).await.assert_leads_to("/o/acme");
}

#[tokio::test]
async fn each_provider_error_has_its_page() {
    let app = TestApp::spawn().await;
    for (query, error, description, status, title) in [
        (
            "organization=org_AcmeCorp00000001",
            "access_denied",
            "user x is not part of the org",
            403,
            "You can’t open this workspace",
        ),
        ("", "access_denied", "cancelled", 403, "You were not signed in"),
        ("", "invalid_request", "invitation not found or already used", 400, "This invitation can no longer be used"),
        (
            "organization=org_AcmeCorp00000001",
            "access_denied",
            "User did not authorize the request",
            403,
            "You were not signed in",
        ),
        (
            "organization=org_AcmeCorp00000001",
            "access_denied",
            "user x belongs to connection c that",
            403,
            "uses a different sign-in method",
        ),
        ("organization=org_AcmeCorp00000001", "unauthorized", "user is blocked", 403, "This account is blocked"),
        ("", "invalid_request", "invalid invitation ticket (client_id mismatch)", 400, "This invitation doesn’t match"),
        ("", "invalid_request", "parameter organization is invalid: org_x", 400, "You can’t sign in to this workspace"),
        ("", "invalid_request", "parameter organization is required for this client", 400, "Choose a workspace"),
        ("", "invalid_request", "no connections enabled for the organization", 403, "No one can sign in"),
        (
            "",
            "invalid_request",
            "parameter organization is not allowed for this client",
            400,
            "The sign-in was refused",
        ),
        ("", "unauthorized", "", 400, "The sign-in was refused"),
        ("", "login_required", "", 401, "Please sign in"),
        ("", "interaction_required", "", 401, "Please sign in"),
        ("", "temporarily_unavailable", "", 503, "Sign-in is not available at the moment"),
        ("", "server_error", "", 503, "Sign-in is not available at the moment"),
        ("", "<script>", "<script>alert(1)</script>", 400, "The sign-in was refused"),
    ] {
        let browser = app.browser();
        let state = browser.begin(query).await.get("state").to_owned();
        let path = format!("/callback?state={state}&error={error}&error_description={description}");
        let answer = browser.get(&path).await.assert_status(status).assert_says(title);
        assert!(!answer.body.contains("alert(1)"), "the provider's text is not repeated");
        browser.get(&path).await.assert_status(400).assert_says(UNKNOWN);
    }
    assert_eq!(app.count("seat").await, 0);
}

/// The link that retries a refused sign-in to acme whose target is a task.
const AGAIN: &str = "href=\"/login?organization=org_AcmeCorp00000001&amp;return_to=%2Fo%2Facme%2Ftasks%2FWEB-1\"";

#[tokio::test]
async fn a_refused_sign_in_can_be_retried_with_the_same_target() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let begin = || browser.begin("organization=org_AcmeCorp00000001&return_to=%2Fo%2Facme%2Ftasks%2FWEB-1");
    let state = begin().await.get("state").to_owned();
    let answer = browser.get(&format!("/callback?state={state}&error=login_required")).await;
    answer.assert_status(401).assert_says(AGAIN);
    // The provider becomes unavailable after it has issued the authorization code.
    let callback = begin().await.callback("code");
    app.provider.refuse(Some(Refusal::BadGateway));
    browser.get(&callback).await.assert_status(503).assert_says(AGAIN);
    app.provider.refuse(None);
    // The authorization code has expired at the provider.
    let callback = begin().await.callback("code");
    browser.get(&callback).await.assert_status(400).assert_says(UNKNOWN).assert_says(AGAIN);
}

#[tokio::test]
async fn a_code_that_the_provider_refuses_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let (authorization, _) = ready(&app, &browser).await;
    browser.get(&authorization.callback("made-up")).await.assert_status(400).assert_says(UNKNOWN);
    // The code of another sign-in belongs to another PKCE challenge.
    let stolen = ready(&app, &app.browser()).await.1;
    let (authorization, _) = ready(&app, &browser).await;
    browser.get(&authorization.callback(&stolen)).await.assert_status(400).assert_says(UNKNOWN);
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn a_token_endpoint_error_shows_an_unavailable_page() {
    let app = TestApp::spawn().await;
    for (refusal, status, title) in [
        (Refusal::BadGateway, 503, "Sign-in is not available at the moment"),
        (Refusal::TooManyRequests, 503, "Sign-in is not available at the moment"),
        (Refusal::Nonsense, 503, "Sign-in is not available at the moment"),
    ] {
        let browser = app.browser();
        let (authorization, code) = ready(&app, &browser).await;
        app.provider.refuse(Some(refusal));
        browser.get(&authorization.callback(&code)).await.assert_status(status).assert_says(title);
        app.provider.refuse(None);
    }
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn a_provider_outage_shows_a_page_and_keeps_sessions() {
    let mut app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    // The last answer does not count any more.
    app.clock.advance(chrono::TimeDelta::seconds(11));
    app.provider.stop().await;
    let answer = app.browser().get("/login?organization=org_AcmeCorp00000001&return_to=%2Fo%2Facme").await;
    assert_eq!(answer.header("retry-after"), "30");
    let answer = answer.assert_status(503).assert_says("Sign-in is not available at the moment");
    answer.assert_says("/login?organization=org_AcmeCorp00000001&amp;return_to=%2Fo%2Facme");
    alice.get("/o/acme").await.assert_status(200);
    app.provider.resume().await;
    app.clock.advance(chrono::TimeDelta::seconds(3));
    app.signed_in(ALICE, ACME).await;
}

#[tokio::test]
async fn concurrent_sign_ins_in_two_tabs_both_succeed() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let first = browser.begin("organization=org_AbcInc0000000001&return_to=%2Fo%2Fabc-inc%2Fsettings").await;
    let second = browser.begin("organization=org_XyzTravel0000001").await;
    let (first_code, second_code) =
        (app.provider.code(first.grant(&app.provider, JOE)), app.provider.code(second.grant(&app.provider, JOE)));
    browser.get(&second.callback(&second_code)).await.assert_leads_to("/o/xyz-travel");
    browser.get(&first.callback(&first_code)).await.assert_leads_to("/o/abc-inc/settings");
    browser.get("/o/abc-inc").await.assert_status(200);
    browser.get("/o/xyz-travel").await.assert_status(200);
}

#[tokio::test]
async fn a_person_without_an_organization_is_welcomed() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("").await;
    let code = app.provider.code(authorization.grant(&app.provider, crate::support::NINA));
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/welcome");
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn an_unknown_organization_is_not_claimed_by_the_first_sign_in() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_New0000000000001").await;
    let mut grant = authorization.grant(&app.provider, JOE);
    grant.id_token.set("org_name", "new");
    let code = app.provider.code(grant);
    let answer = browser.get(&authorization.callback(&code)).await;
    answer.assert_status(403).assert_says("This workspace is not set up yet");
    assert_eq!(app.count("organization WHERE slug = 'new'").await, 0);
}

#[tokio::test]
async fn an_unknown_organization_is_created_for_a_person_with_all_permissions() {
    let app = TestApp::spawn().await;
    let all: Vec<_> =
        tessera::testing::domain::permissions::Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    app.provider.permit(JOE, "org_New0000000000001", &all);
    let browser = app.browser();
    let authorization = browser.begin("organization=org_New0000000000001").await;
    let mut grant = authorization.grant(&app.provider, JOE);
    grant.id_token.set("org_name", "new");
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/new");
    browser.get("/o/new").await.assert_status(200);
    assert_eq!(app.count("membership m JOIN organization o ON o.id = m.org_id AND o.owner_id = m.person_id WHERE o.slug = 'new' AND m.role = 'owner'").await, 1);
}
