//! Properties that all pages share.

use reqwest::StatusCode;

use crate::{
    snapshot::redacted,
    support::{ABC, Provider},
};

#[tokio::test]
async fn pages_forbid_scripts_and_framing() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let response = browser.get(&format!("u/login?state={state}")).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self' data: https:; form-action 'self' http://app.example; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    let page = response.text().await.unwrap();
    assert!(!page.contains("<script") && !page.contains("style="), "{page}");
    assert!(page.contains("Sign in to ABC Inc") && page.contains("#2f6f4f"));
}

#[tokio::test]
async fn only_the_public_documents_may_be_loaded_by_other_sites() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for (path, expected) in [
        (".well-known/openid-configuration", "cross-origin"),
        (".well-known/jwks.json", "cross-origin"),
        (".well-known/other", "same-origin"),
        ("userinfo", "same-origin"),
        ("assets/provider.css", "same-origin"),
        ("api/v2/users", "same-origin"),
    ] {
        assert_eq!(browser.get(path).await.headers()["cross-origin-resource-policy"], expected, "{path}");
    }
}

#[tokio::test]
async fn input_is_escaped() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let form = [("state", state.as_str()), ("email", "\"><script>alert(1)</script>"), ("password", "x")];
    let page = browser.post("u/login", &form).await.text().await.unwrap();
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
}

#[tokio::test]
async fn home_names_the_provider_and_the_signed_in_person() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    assert!(browser.get("").await.text().await.unwrap().contains("identity provider"));
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    assert!(browser.get("").await.text().await.unwrap().contains("joe@example.com"));
}

#[tokio::test]
async fn the_stylesheet_contains_the_design_tokens() {
    let provider = Provider::start().await;
    let response = provider.browser().get("assets/provider.css").await;
    assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
    let css = response.text().await.unwrap();
    assert!(css.contains("--accent:") && css.contains(".card"));
}

#[tokio::test]
async fn an_unknown_address_shows_a_page() {
    let provider = Provider::start().await;
    let response = provider.browser().get("nowhere").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(response.text().await.unwrap().contains("Page not found"));
}

#[tokio::test]
async fn whole_pages_are_as_their_snapshots() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let login = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    let wrong = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "wrong")];
    let wrong_password = browser.post("u/login", &wrong).await.text().await.unwrap();
    let sign_up_state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let sign_up = browser.get(&format!("u/signup?state={sign_up_state}")).await.text().await.unwrap();
    let forgotten = browser.get(&format!("u/reset-password/request?state={state}")).await.text().await.unwrap();
    let not_found = browser.get("nowhere").await.text().await.unwrap();
    let _redacted = redacted();
    insta::assert_snapshot!("login", lines(&login));
    insta::assert_snapshot!("login_wrong_password", lines(&wrong_password));
    insta::assert_snapshot!("sign_up", lines(&sign_up));
    insta::assert_snapshot!("forgotten_password", lines(&forgotten));
    insta::assert_snapshot!("not_found", lines(&not_found));
}

/// Splits a page into lines with one element each, so that a diff shows which element changed.
fn lines(page: &str) -> String {
    page.replace("><", ">\n<")
}
