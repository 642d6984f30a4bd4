//! `/oauth/token`: the grant types for users.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{
    ABC, AUDIENCE, CALLBACK, JOE, Provider, SECRET, VERIFIER, XYZ, assert_token_error, code, page_state,
};

const BAD_CODE: &str = "Invalid authorization code";
const BAD_REFRESH: &str = "Unknown or invalid refresh token.";

/// Computes the left half of the SHA-256 of a token, in base64url.
fn access_token_hash(token: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(token)[..16])
}

#[tokio::test]
async fn a_code_is_exchanged_for_tokens_of_the_organization() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "openid profile email offline_access");

    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert!(!id["sid"].as_str().unwrap().is_empty());
    let expected = json!({
        "iss": provider.issuer, "sub": JOE, "aud": "web", "iat": 1_788_000_000, "exp": 1_788_036_000, "sid": id["sid"],
        "nonce": "the nonce", "org_id": ABC, "name": "Joe Jensen", "nickname": "joe", "email": "joe@example.com",
        "email_verified": true, "updated_at": "2026-08-29T10:40:00.000Z",
        "at_hash": access_token_hash(tokens["access_token"].as_str().unwrap()),
    });
    // `updated_at` equals the start time, because the manual clock has not moved since the user was seeded.
    assert_eq!(id, expected);

    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    let expected = json!({
        "iss": provider.issuer, "sub": JOE, "aud": [AUDIENCE, format!("{}userinfo", provider.issuer)], "azp": "web",
        "iat": 1_788_000_000, "exp": 1_788_003_600, "scope": "openid profile email offline_access", "org_id": ABC,
        "permissions": ["read:members", "read:projects", "read:tasks", "write:projects", "write:tasks"],
    });
    assert_eq!(access, expected);
}

#[tokio::test]
async fn permissions_are_those_of_the_requested_organization() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", XYZ)]).await;
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"], json!(["read:members", "read:projects", "read:tasks"]));
    assert_eq!(access["org_id"], XYZ);
}

#[tokio::test]
async fn a_token_without_an_organization_has_no_permissions() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("nina@example.com", &[]).await;
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"], json!([]));
    assert_eq!(access.get("org_id"), None);
}

#[tokio::test]
async fn the_scope_is_limited_to_the_roles() {
    let provider = Provider::start().await;
    let scope = "read:tasks write:tasks something:else";
    let tokens = provider.sign_in("joe@example.com", &[("organization", XYZ), ("scope", scope)]).await;
    assert_eq!(tokens["scope"], "read:tasks");
    assert_eq!(tokens.get("id_token"), None);
    assert_eq!(tokens.get("refresh_token"), None);
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["aud"], AUDIENCE, "without openid there is one audience, as a string");
}

#[tokio::test]
async fn without_an_audience_the_access_token_is_opaque() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC), ("audience", "")]).await;
    assert!(!tokens["access_token"].as_str().unwrap().contains('.'));
}

#[tokio::test]
async fn organization_names_are_in_tokens_when_allowed() {
    let provider = Provider::start_with(|config| config.allow_organization_names = true).await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", "abc-inc")]).await;
    for token in ["id_token", "access_token"] {
        let claims = provider.claims(tokens[token].as_str().unwrap()).await;
        assert_eq!((&claims["org_id"], &claims["org_name"]), (&json!(ABC), &json!("abc-inc")));
    }
}

#[tokio::test]
async fn auth_time_is_included_on_request() {
    let provider = Provider::start().await;
    for extra in [("max_age", "60"), ("prompt", "login")] {
        let tokens = provider.sign_in("joe@example.com", &[("organization", ABC), extra]).await;
        let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
        assert_eq!(id["auth_time"], 1_788_000_000);
    }
}

#[tokio::test]
async fn json_and_basic_authentication_are_accepted() {
    let provider = Provider::start().await;
    let address = format!("{}oauth/token", provider.issuer);
    let code = provider.browser().code("joe@example.com", &[("organization", ABC)]).await;
    let body = json!({
        "grant_type": "authorization_code", "client_id": "web", "client_secret": SECRET, "code": code,
        "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    });
    let response = reqwest::Client::new().post(&address).json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");

    let tokens: Value = response.json().await.unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let basic = reqwest::Client::new().post(&address).basic_auth("web", Some("an+application%27s+secret")).form(&form);
    assert_eq!(basic.send().await.unwrap().status(), StatusCode::OK);

    let wrong =
        reqwest::Client::new().post(&address).basic_auth("web", Some("wrong")).form(&form).send().await.unwrap();
    assert!(wrong.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    assert_token_error(wrong, 401, "access_denied", "Unauthorized").await;
}

#[tokio::test]
async fn a_client_must_authenticate() {
    let provider = Provider::start().await;
    let grant = [("grant_type", "authorization_code"), ("code", "x")];
    for client in
        [&[("client_id", "nobody")][..], &[("client_id", "web")], &[("client_id", "web"), ("client_secret", "x")]]
    {
        let response = provider.post_form("oauth/token", &[client, &grant].concat()).await;
        assert_token_error(response, 401, "access_denied", "Unauthorized").await;
    }
    let response = provider.post_form("oauth/token", &grant).await;
    assert_token_error(response, 400, "invalid_request", "Missing required parameter: client_id").await;
}

#[tokio::test]
async fn a_public_client_signs_in_with_pkce_alone() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("client_id", "spa"), ("organization", ABC)]).await;
    let code = code(&browser.log_in(&state, "joe@example.com").await);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(provider.post_form("oauth/token", &form).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_replayed_code_revokes_its_tokens() {
    let provider = Provider::start().await;
    let code = provider.browser().code("joe@example.com", &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    assert_token_error(provider.redeem(&code).await, 403, "invalid_grant", BAD_CODE).await;
    let refreshed = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refreshed, 403, "invalid_grant", BAD_REFRESH).await;
    let userinfo = provider.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_expires_within_a_minute() {
    let provider = Provider::start().await;
    let (early, late) = (provider.browser(), provider.browser());
    let (in_time, too_late) = (
        early.code("joe@example.com", &[("organization", ABC)]).await,
        late.code("joe@example.com", &[("organization", ABC)]).await,
    );
    provider.advance(TimeDelta::seconds(59));
    assert_eq!(provider.redeem(&in_time).await.status(), StatusCode::OK);
    provider.advance(TimeDelta::seconds(1));
    assert_token_error(provider.redeem(&too_late).await, 403, "invalid_grant", BAD_CODE).await;
}

#[tokio::test]
async fn a_code_is_bound_to_client_callback_and_verifier() {
    let provider = Provider::start().await;
    let code = provider.browser().code("joe@example.com", &[("organization", ABC)]).await;
    let redeem = |client: &'static str, redirect_uri: &'static str, verifier: &'static str| {
        let code = code.clone();
        let provider = &provider;
        async move {
            let form = [
                ("grant_type", "authorization_code"),
                ("client_id", client),
                ("client_secret", SECRET),
                ("code", code.as_str()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ];
            provider.post_form("oauth/token", &form).await
        }
    };
    assert_token_error(redeem("denies", CALLBACK, VERIFIER).await, 403, "invalid_grant", BAD_CODE).await;
    let elsewhere = redeem("web", "http://app.example/other", VERIFIER).await;
    let description = "The redirect URI is not the one of the authorization request.";
    assert_token_error(elsewhere, 403, "invalid_grant", description).await;
    for verifier in ["", "x", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"] {
        let wrong = redeem("web", CALLBACK, verifier).await;
        assert_token_error(wrong, 403, "invalid_grant", "Failed to verify code verifier").await;
    }
    assert_eq!(redeem("web", CALLBACK, VERIFIER).await.status(), StatusCode::OK, "wrong guesses spoil nothing");
}

#[tokio::test]
async fn a_verifier_for_a_code_without_a_challenge_is_refused() {
    let provider = Provider::start().await;
    let without = [("organization", ABC), ("code_challenge", ""), ("code_challenge_method", "")];
    let code = provider.browser().code("joe@example.com", &without).await;
    assert_token_error(provider.redeem(&code).await, 403, "invalid_grant", "Failed to verify code verifier").await;
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_its_successor() {
    let provider = Provider::start().await;
    let first = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    provider.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    let second: Value = provider.refresh(first["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    assert_ne!(first["refresh_token"], second["refresh_token"]);

    let access = provider.claims(second["access_token"].as_str().unwrap()).await;
    assert_eq!((&access["org_id"], &access["gty"]), (&json!(ABC), &json!("refresh_token")));
    let id = provider.claims(second["id_token"].as_str().unwrap()).await;
    assert_eq!((id.get("nonce"), &id["org_id"]), (None, &json!(ABC)));

    provider.advance(TimeDelta::days(30));
    let expired = provider.refresh(second["refresh_token"].as_str().unwrap()).await;
    assert_token_error(expired, 403, "invalid_grant", BAD_REFRESH).await;
}

#[tokio::test]
async fn a_reused_refresh_token_ends_the_family() {
    let provider = Provider::start().await;
    let first = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let second: Value = provider.refresh(first["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    for token in [&first, &second] {
        let response = provider.refresh(token["refresh_token"].as_str().unwrap()).await;
        assert_token_error(response, 403, "invalid_grant", BAD_REFRESH).await;
    }
    assert_eq!(provider.userinfo(second["access_token"].as_str().unwrap()).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scope_but_not_widen_it() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let refresh = ("refresh_token", tokens["refresh_token"].as_str().unwrap());
    let wider = provider.token(&[("grant_type", "refresh_token"), refresh, ("scope", "openid read:tasks")]).await;
    let description = "The scope is wider than the one that was granted.";
    assert_token_error(wider, 400, "invalid_scope", description).await;
    let narrower = provider.token(&[("grant_type", "refresh_token"), refresh, ("scope", "openid")]).await;
    let narrower: Value = narrower.json().await.unwrap();
    assert_eq!(narrower["scope"], "openid");
    assert!(narrower["refresh_token"].is_string());
}

#[tokio::test]
async fn a_refresh_sees_changed_roles_and_an_ended_membership() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    provider
        .sql("UPDATE member_roles SET role_id = (SELECT id FROM roles WHERE name = 'viewer') WHERE user_id LIKE '%5'")
        .await;
    let tokens: Value = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"], json!(["read:members", "read:projects", "read:tasks"]));

    provider.sql("DELETE FROM members WHERE user_id LIKE '%5'").await;
    let refused = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    let description = format!("user {JOE} is not part of the {ABC} organization");
    assert_token_error(refused, 403, "invalid_grant", &description).await;

    provider.sql("UPDATE settings SET refresh_requires_membership = FALSE").await;
    let allowed = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    let tokens: Value = allowed.json().await.unwrap();
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"], json!([]), "the setting gives tokens, but no rights");
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_client() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "spa"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let response = provider.post_form("oauth/token", &form).await;
    assert_token_error(response, 403, "invalid_grant", BAD_REFRESH).await;
    assert_eq!(provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn tokens_and_codes_survive_a_restart() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let again = provider.reopen().await;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, again.router()).await });
    let page = browser.get_at(&address, &format!("u/login?state={state}")).await;
    assert_eq!(page.status(), StatusCode::OK, "cookies do not keep ports apart, so the browser goes on");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let request = reqwest::Client::new().post(format!("{address}oauth/token")).header("host", provider.host());
    let refreshed = request.form(&form).send().await.unwrap();
    let refreshed: Value = refreshed.json().await.unwrap();
    provider.claims(refreshed["id_token"].as_str().unwrap()).await;
}

#[tokio::test]
async fn an_unknown_grant_type_is_refused() {
    let provider = Provider::start().await;
    let response = provider.token(&[("grant_type", "password")]).await;
    assert_token_error(response, 400, "unsupported_grant_type", "Unsupported grant type: password").await;
    let response = provider.token(&[]).await;
    assert_token_error(response, 400, "invalid_request", "Missing required parameter: grant_type").await;
}

#[tokio::test]
async fn two_tabs_sign_in_side_by_side() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let first = browser.begin("/u/login", &[("organization", ABC)]).await;
    let second = browser.begin("/u/login", &[("organization", XYZ)]).await;
    assert_ne!(first, second);
    let to_second = code(&browser.log_in(&second, "joe@example.com").await);
    let to_first = code(&browser.log_in(&first, "joe@example.com").await);
    for (code, organization) in [(to_first, ABC), (to_second, XYZ)] {
        let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
        assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], organization);
    }
    let again = browser.log_in(&first, "joe@example.com").await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST, "a finished login gives no second code");
    assert_ne!(page_state(&browser.authorize(&[("prompt", "login")]).await, "/u/login"), first);
}

#[tokio::test]
async fn an_id_token_names_the_access_token_of_its_response_also_after_a_refresh() {
    let provider = Provider::start().await;
    let first = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let second: Value = provider.refresh(first["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    // Without an audience the access token is opaque.
    let opaque = provider.sign_in("joe@example.com", &[("audience", ""), ("organization", ABC)]).await;
    for tokens in [&first, &second, &opaque] {
        let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
        assert_eq!(id["at_hash"], access_token_hash(tokens["access_token"].as_str().unwrap()));
        assert_eq!(tokens["expires_in"], 3600);
    }
}
