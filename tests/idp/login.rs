//! `/u/login`: the login page.

use chrono::TimeDelta;
use reqwest::{StatusCode, header};
use tessera::testing::idp::Mode;

use crate::support::{ABC, Browser, PASSWORD, Provider, code};

const WRONG: &str = "Wrong email or password.";

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    provider.give_joe_a_password().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let mut pages = Vec::new();
    for email in ["joe@example.com", "who@example.com"] {
        let form = [("state", state.as_str()), ("email", email), ("password", "not the password")];
        let response = browser.post("u/login", &form).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let page = response.text().await.unwrap();
        assert!(page.contains(WRONG) && page.contains("aria-describedby=\"form-error\""), "{page}");
        pages.push(page.replace(&format!("value=\"{email}\""), ""));
    }
    assert_eq!(pages[0], pages[1]);
    let form = [("state", state.as_str()), ("email", "  JOE@example.com "), ("password", PASSWORD)];
    code(&browser.post("u/login", &form).await);
}

/// Guesses the password of joe@example.com as often as it is allowed.
async fn guess(browser: &Browser, state: &str) {
    let guess = [("state", state), ("email", "joe@example.com"), ("password", "a guess")];
    for _ in 0..10 {
        assert_eq!(browser.post("u/login", &guess).await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn too_many_attempts_are_throttled() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    guess(&browser, &state).await;
    let blocked = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(blocked.status(), StatusCode::TOO_MANY_REQUESTS, "even the right password has to wait");
    assert_eq!(blocked.headers()["retry-after"], "900");
    assert!(blocked.text().await.unwrap().contains("Too many attempts. Try again in 15 minutes."));

    let other = browser.begin("/u/login", &[("organization", ABC)]).await;
    code(&browser.log_in(&other, "carol@example.com").await);

    provider.advance(TimeDelta::minutes(15));
    code(&browser.log_in(&state, "joe@example.com").await);
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_prolong_the_wait() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    guess(&browser, &state).await;
    assert_eq!(browser.log_in(&state, "joe@example.com").await.status(), StatusCode::TOO_MANY_REQUESTS);
    provider.advance(-TimeDelta::hours(2));
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    code(&browser.log_in(&state, "joe@example.com").await);
}

#[tokio::test]
async fn right_passwords_are_not_counted() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for _ in 0..12 {
        let state = browser.begin("/u/login", &[("organization", ABC), ("prompt", "login")]).await;
        code(&browser.log_in(&state, "joe@example.com").await);
    }
}

#[tokio::test]
async fn a_login_belongs_to_the_browser_that_started_it() {
    let provider = Provider::start().await;
    let (victim, attacker) = (provider.browser(), provider.browser());
    victim.begin("/u/login", &[]).await;
    let state = attacker.begin("/u/login", &[]).await;
    let response = victim.log_in(&state, "joe@example.com").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("This sign-in has expired"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "tessera-demo")];
    let response = browser.post_from("http://evil.example", "u/login", &form).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.text().await.unwrap().contains("from another site"));
    code(&browser.post_from(provider.issuer.trim_end_matches('/'), "u/login", &form).await);
}

#[tokio::test]
async fn a_login_expires_after_an_hour() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    provider.advance(TimeDelta::hours(1) - TimeDelta::seconds(1));
    assert_eq!(browser.get(&format!("u/login?state={state}")).await.status(), StatusCode::OK);
    provider.advance(TimeDelta::seconds(1));
    let response = browser.get(&format!("u/login?state={state}")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_finished_login_links_back_to_the_application() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    code(&browser.log_in(&state, "joe@example.com").await);
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Return to Tessera") && page.contains("href=\"http://app.example/login\""), "{page}");
}

#[tokio::test]
async fn the_session_cookie_is_http_only() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let response = browser.log_in(&state, "joe@example.com").await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("idp_session="), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=259200"), "{cookie}");
}

#[tokio::test]
async fn a_demo_person_signs_in_with_one_click() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Continue as </span>Joe Jensen") && page.contains("dana@example.com"), "{page}");
    code(&browser.post("u/login/demo", &[("state", &state), ("email", "joe@example.com")]).await);
}

#[tokio::test]
async fn outside_demo_mode_no_account_is_offered() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("joe@example.com"));
    let response = browser.post("u/login/demo", &[("state", &state), ("email", "joe@example.com")]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
