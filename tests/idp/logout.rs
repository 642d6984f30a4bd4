//! `/v2/logout` and `/oidc/logout`.

use chrono::TimeDelta;
use reqwest::StatusCode;

use crate::support::{ABC, Browser, LOGOUT, Provider, code, location};

/// Signs Joe in and returns the browser and its ID token.
async fn signed_in(provider: &Provider) -> (Browser, String) {
    let browser = provider.browser();
    let code = browser.code("joe@example.com", &[("organization", ABC)]).await;
    let tokens: serde_json::Value = provider.redeem(&code).await.json().await.unwrap();
    (browser, tokens["id_token"].as_str().unwrap().to_owned())
}

async fn is_signed_in(browser: &Browser) -> bool {
    let response = browser.authorize(&[("organization", ABC), ("prompt", "none")]).await;
    crate::support::callback(&response).contains_key("code")
}

#[tokio::test]
async fn v2_logout_ends_the_session_and_returns() {
    let provider = Provider::start().await;
    let (browser, _) = signed_in(&provider).await;
    assert!(is_signed_in(&browser).await);
    let response = browser.get_from_site("same-origin", &format!("v2/logout?client_id=web&returnTo={LOGOUT}")).await;
    assert_eq!(location(&response), LOGOUT);
    assert!(!is_signed_in(&browser).await);

    let (browser, _) = signed_in(&provider).await;
    browser.get_from_site("none", "v2/logout").await;
    assert!(!is_signed_in(&browser).await, "the user typed the address");
}

#[tokio::test]
async fn v2_logout_asks_for_confirmation_when_another_site_may_have_caused_it() {
    let provider = Provider::start().await;
    let (browser, _) = signed_in(&provider).await;
    let path = format!("v2/logout?client_id=web&returnTo={LOGOUT}");
    for site in ["cross-site", "same-site", ""] {
        let page = browser.get_from_site(site, &path).await;
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        assert!(page.contains("Sign out?") && page.contains("action=\"/v2/logout/confirm\""), "{page}");
    }
    assert!(browser.get(&path).await.text().await.unwrap().contains("Sign out?"), "an old browser names no site");
    let form = [("client_id", "web"), ("returnTo", LOGOUT)];
    let foreign = browser.post_from("http://evil.example", "v2/logout/confirm", &form).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let elsewhere = [("client_id", "web"), ("returnTo", "http://evil.example/")];
    assert_eq!(browser.post("v2/logout/confirm", &elsewhere).await.status(), StatusCode::BAD_REQUEST);
    assert!(is_signed_in(&browser).await);
    let done = browser.post_from(provider.issuer.trim_end_matches('/'), "v2/logout/confirm", &form).await;
    assert_eq!(location(&done), LOGOUT);
    assert!(!is_signed_in(&browser).await);
    // Without a session there is nothing to confirm.
    assert_eq!(location(&browser.get_from_site("cross-site", &path).await), LOGOUT);
}

#[tokio::test]
async fn v2_logout_without_return_to_takes_the_first_address() {
    let provider = Provider::start().await;
    assert_eq!(location(&provider.browser().get("v2/logout?client_id=web").await), LOGOUT);
    let response = provider.browser().get("v2/logout").await;
    assert!(response.text().await.unwrap().contains("You are signed out"));
}

#[tokio::test]
async fn v2_logout_returns_only_to_allowed_addresses() {
    let provider = Provider::start().await;
    let (browser, _) = signed_in(&provider).await;
    for query in [
        "client_id=web&returnTo=http://evil.example/",
        "client_id=web&returnTo=http://app.example",
        "client_id=nobody&returnTo=http://app.example/",
        "returnTo=http://app.example/",
        "client_id=web&client_id=web",
    ] {
        assert_eq!(browser.get(&format!("v2/logout?{query}")).await.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    assert!(is_signed_in(&browser).await);
    provider.sql(r#"UPDATE settings SET allowed_logout_urls = '["http://app.example/"]'"#).await;
    let allowed = browser.get_from_site("same-origin", "v2/logout?returnTo=http://app.example/").await;
    assert_eq!(location(&allowed), LOGOUT);
}

#[tokio::test]
async fn oidc_logout_accepts_an_expired_id_token_hint() {
    let provider = Provider::start().await;
    let (browser, id_token) = signed_in(&provider).await;
    provider.advance(TimeDelta::days(2));
    let query = format!("oidc/logout?id_token_hint={id_token}&post_logout_redirect_uri={LOGOUT}&state=a+b");
    assert_eq!(location(&browser.get(&query).await), format!("{LOGOUT}?state=a+b"));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidc_logout_accepts_a_session_id_with_a_client() {
    let provider = Provider::start().await;
    let (browser, id_token) = signed_in(&provider).await;
    let sid = provider.claims(&id_token).await["sid"].as_str().unwrap().to_owned();
    let form = [
        ("client_id", "web"),
        ("logout_hint", sid.as_str()),
        ("post_logout_redirect_uri", "http://app.example/bye?x=1"),
        ("state", "s"),
    ];
    let turned = browser.post_from("http://app.example", "oidc/logout", &form).await;
    let response = browser.get(location(&turned)).await;
    assert_eq!(location(&response), "http://app.example/bye?x=1&state=s");
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidc_logout_asks_for_confirmation_without_proof() {
    let provider = Provider::start().await;
    let (browser, _) = signed_in(&provider).await;
    let (_, another) = signed_in(&provider).await;
    let query = format!("oidc/logout?id_token_hint={another}&post_logout_redirect_uri={LOGOUT}");
    for query in [format!("oidc/logout?client_id=web&post_logout_redirect_uri={LOGOUT}"), query] {
        let page = browser.get(&query).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains("Sign out?"));
        assert!(is_signed_in(&browser).await);
    }
    let form = [("client_id", "web"), ("post_logout_redirect_uri", LOGOUT)];
    let foreign = browser.post_from("http://evil.example", "oidc/logout/confirm", &form).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert_eq!(location(&browser.post("oidc/logout/confirm", &form).await), LOGOUT);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidc_logout_refuses_mismatched_parameters() {
    let provider = Provider::start().await;
    let (browser, id_token) = signed_in(&provider).await;
    for query in [
        "id_token_hint=x.y.z".to_owned(),
        format!("id_token_hint={id_token}&client_id=spa"),
        format!("id_token_hint={id_token}&post_logout_redirect_uri=http://evil.example/"),
        format!("post_logout_redirect_uri={LOGOUT}"),
    ] {
        assert_eq!(browser.get(&format!("oidc/logout?{query}")).await.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_refresh_token_survives_the_sign_out() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let code = code(&{
        let state = browser.begin("/u/login", &[("organization", ABC)]).await;
        browser.log_in(&state, "joe@example.com").await
    });
    let tokens: serde_json::Value = provider.redeem(&code).await.json().await.unwrap();
    browser.get_from_site("same-origin", "v2/logout").await;
    assert_eq!(provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_hint_with_critical_headers_is_refused() {
    let provider = Provider::start().await;
    let (browser, id_token) = signed_in(&provider).await;
    let pem = provider.private_key().await;
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let header = jsonwebtoken::decode_header(&id_token).unwrap();
    let claims = provider.claims(&id_token).await;
    let logout = async |header: &jsonwebtoken::Header| {
        let hint = jsonwebtoken::encode(header, &claims, &key).unwrap();
        browser.get(&format!("oidc/logout?id_token_hint={hint}")).await.text().await.unwrap()
    };
    let critical = jsonwebtoken::Header { crit: Some(vec!["exp".to_owned()]), ..header.clone() };
    assert!(logout(&critical).await.contains("is not an ID token of this issuer"));
    assert!(is_signed_in(&browser).await);
    assert!(logout(&header).await.contains("You are signed out"));
}
