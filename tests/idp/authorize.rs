//! `/authorize`: validation of authorization requests and first steps of a login.

use chrono::TimeDelta;
use reqwest::StatusCode;

use crate::support::{ABC, ACME, CALLBACK, JOE, Provider, assert_refused, callback, code, location, page_state};

#[tokio::test]
async fn an_unknown_client_or_callback_gets_no_redirect() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for (parameter, words) in [
        (("client_id", ""), "Missing required parameter: client_id"),
        (("client_id", "nobody"), "Unknown client: nobody"),
        (("redirect_uri", ""), "Missing required parameter: redirect_uri"),
        (("redirect_uri", "http://app.example/callback/"), "Callback URL mismatch"),
        (("redirect_uri", "http://app.example/callback?x=1"), "Callback URL mismatch"),
        (("redirect_uri", "http://evil.example/callback"), "Callback URL mismatch"),
    ] {
        let response = browser.authorize(&[parameter]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let page = response.text().await.unwrap();
        assert!(page.contains(words), "{page}");
    }
    let twice = browser.get("authorize?client_id=web&client_id=web").await;
    assert_eq!(twice.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn request_errors_are_returned_to_the_callback() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for (parameter, error, description) in [
        (("response_type", ""), "invalid_request", "Missing required parameter: response_type"),
        (("response_type", "token"), "unsupported_response_type", "Unsupported response type: token"),
        (
            ("response_mode", "web_message"),
            "invalid_request",
            "parameter response_mode must be query, fragment or form_post, or web_message with prompt=none and a callback at an \
             allowed web origin",
        ),
        (("code_challenge_method", "plain"), "invalid_request", "code_challenge_method must be S256"),
        (("code_challenge_method", ""), "invalid_request", "code_challenge_method must be S256"),
        (("code_challenge", ""), "invalid_request", "code_challenge_method needs a code_challenge"),
        (("code_challenge", "short"), "invalid_request", "code_challenge must be a SHA-256 in base64url"),
        (("audience", "https://nowhere.example"), "access_denied", "Service not found: https://nowhere.example"),
        (("prompt", "none login"), "invalid_request", "prompt=none must stand alone"),
        (("prompt", "dance"), "invalid_request", "Unsupported prompt value: dance"),
        (("max_age", "-1"), "invalid_request", "parameter max_age must be a number of seconds"),
        (("max_age", "soon"), "invalid_request", "parameter max_age must be a number of seconds"),
        (("request", "x.y.z"), "request_not_supported", "parameter request is not supported"),
        (("nonce", "a\u{0}b"), "invalid_request", "parameter nonce has control characters in it"),
    ] {
        assert_refused(&browser.authorize(&[parameter]).await, error, description);
    }
}

#[tokio::test]
async fn a_public_client_must_use_pkce() {
    let provider = Provider::start().await;
    let without = [("client_id", "spa"), ("code_challenge", ""), ("code_challenge_method", "")];
    let response = provider.browser().authorize(&without).await;
    assert_refused(&response, "invalid_request", "code_challenge is required for this client");
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let provider = Provider::start().await;
    let query = format!("authorize?client_id=web&redirect_uri={CALLBACK}&response_type=code&state=the+state");
    let twice = provider.browser().get(&format!("{query}&nonce=a&nonce=b")).await;
    assert_refused(&twice, "invalid_request", "parameter nonce must not be sent more than once");
    let twice = provider.browser().get(&format!("{query}&organization={ABC}&organization={ACME}")).await;
    let description = "authorization request parameter organization must be an organization id";
    assert_refused(&twice, "invalid_request", description);
}

#[tokio::test]
async fn a_request_may_be_posted() {
    let provider = Provider::start().await;
    let form = [("client_id", "denies"), ("redirect_uri", CALLBACK), ("response_type", "code"), ("scope", "openid")];
    let browser = provider.browser();
    let turned = browser.post_from("http://app.example", "authorize", &form).await;
    assert_eq!(turned.status(), StatusCode::SEE_OTHER);
    page_state(&browser.get(location(&turned)).await, "/u/login");
}

#[tokio::test]
async fn a_browser_that_is_signed_in_is_answered_at_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    for prompt in ["", "none"] {
        code(&browser.authorize(&[("organization", ABC), ("prompt", prompt)]).await);
    }
    for (prompt, page) in [("login", "/u/login"), ("select_account", "/u/account"), ("consent", "/u/consent")] {
        browser.begin(page, &[("organization", ABC), ("prompt", prompt)]).await;
    }
    provider.advance(TimeDelta::days(3) - TimeDelta::seconds(1));
    code(&browser.authorize(&[("organization", ABC)]).await);
    provider.advance(TimeDelta::seconds(1));
    browser.begin("/u/login", &[("organization", ABC)]).await;
}

#[tokio::test]
async fn an_earlier_sign_in_is_accepted_within_max_age() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    provider.advance(TimeDelta::seconds(60));
    code(&browser.authorize(&[("organization", ABC), ("max_age", "60")]).await);
    browser.begin("/u/login", &[("organization", ABC), ("max_age", "59")]).await;

    browser.code("joe@example.com", &[("organization", ABC), ("prompt", "login")]).await;
    browser.begin("/u/login", &[("organization", ABC), ("max_age", "0")]).await;
}

#[tokio::test]
async fn prompt_none_never_prompts() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let response = browser.authorize(&[("organization", ABC), ("prompt", "none")]).await;
    assert_refused(&response, "login_required", "Login required");
    let response = browser.authorize(&[("client_id", "asks-first"), ("prompt", "none")]).await;
    assert_refused(&response, "interaction_required", "Interaction required");

    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let response = browser.authorize(&[("prompt", "none")]).await;
    assert_refused(&response, "interaction_required", "Interaction required");
}

#[tokio::test]
async fn membership_is_enforced_with_and_without_a_session() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ACME)]).await;
    let description = format!("user {JOE} is not part of the {ACME} organization");
    assert_refused(&browser.log_in(&state, "joe@example.com").await, "access_denied", &description);
    for prompt in ["", "none"] {
        let response = browser.authorize(&[("organization", ACME), ("prompt", prompt)]).await;
        assert_refused(&response, "access_denied", &description);
    }
}

#[tokio::test]
async fn the_response_mode_is_honoured() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let fragment = browser.authorize(&[("organization", ABC), ("response_mode", "fragment")]).await;
    assert!(location(&fragment).starts_with(&format!("{CALLBACK}#code=")));

    let form = browser.authorize(&[("organization", ABC), ("response_mode", "form_post")]).await;
    assert_eq!(form.status(), StatusCode::OK);
    let policy = form.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' http://app.example;"), "{policy}");
    let page = form.text().await.unwrap();
    assert!(page.contains(&format!("action=\"{CALLBACK}\"")) && page.contains("name=\"code\""), "{page}");
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn hints_choose_and_prefill_the_first_page() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let hint = ("login_hint", "carol@example.com");
    let state = browser.begin("/u/login", &[hint]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("value=\"carol@example.com\""));
    let state = browser.begin("/u/signup", &[hint, ("screen_hint", "signup")]).await;
    let page = browser.get(&format!("u/signup?state={state}")).await.text().await.unwrap();
    assert!(page.contains("value=\"carol@example.com\""));
}

#[tokio::test]
async fn the_state_is_returned_unchanged() {
    let provider = Provider::start().await;
    let state = "ä&=+ %20#\"<>";
    let response = provider.browser().authorize(&[("prompt", "none"), ("state", state), ("organization", ABC)]).await;
    assert_eq!(callback(&response)["state"], state);
}

#[tokio::test]
async fn a_response_names_its_issuer() {
    let provider = Provider::start().await;
    let address = format!("{}.well-known/openid-configuration", provider.issuer);
    let document: serde_json::Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    let browser = provider.browser();
    let refused = browser.authorize(&[("prompt", "none")]).await;
    assert_eq!(crate::support::callback(&refused)["iss"], provider.issuer);
    let state = browser.begin("/u/login", &[]).await;
    let granted = browser.log_in(&state, "nina@example.com").await;
    let answer = crate::support::callback(&granted);
    assert!(answer.contains_key("code") && answer["iss"] == provider.issuer, "{answer:?}");
    let form = browser.authorize(&[("response_mode", "form_post")]).await.text().await.unwrap();
    assert!(form.contains(&format!("name=\"iss\" value=\"{}\"", provider.issuer)), "{form}");
}
