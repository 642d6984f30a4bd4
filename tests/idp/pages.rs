//! What all pages have in common.

use reqwest::StatusCode;

use crate::support::{ABC, Provider};

#[tokio::test]
async fn pages_run_no_scripts_and_are_framed_by_nobody() {
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
    let page = response.text().await.unwrap();
    assert!(!page.contains("<script") && !page.contains("style="), "{page}");
    assert!(page.contains("Sign in to ABC Inc") && page.contains("#2f6f4f"));
}

#[tokio::test]
async fn what_is_typed_is_never_markup() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let form = [("state", state.as_str()), ("email", "\"><script>alert(1)</script>"), ("password", "x")];
    let page = browser.post("u/login", &form).await.text().await.unwrap();
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
}

#[tokio::test]
async fn home_says_what_this_is_and_who_is_signed_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    assert!(browser.get("").await.text().await.unwrap().contains("identity provider"));
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    assert!(browser.get("").await.text().await.unwrap().contains("joe@example.com"));
}

#[tokio::test]
async fn the_stylesheet_has_the_tokens_in_it() {
    let provider = Provider::start().await;
    let response = provider.browser().get("assets/provider.css").await;
    assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
    let css = response.text().await.unwrap();
    assert!(css.contains("--accent:") && css.contains(".card"));
}

#[tokio::test]
async fn an_unknown_address_is_a_page_too() {
    let provider = Provider::start().await;
    let response = provider.browser().get("nowhere").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(response.text().await.unwrap().contains("There is nothing here"));
}
