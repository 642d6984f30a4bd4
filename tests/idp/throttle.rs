//! Limits by client address, and the browsers that strangers cannot lock out.

use chrono::TimeDelta;
use reqwest::{Response, StatusCode};

use crate::support::{ABC, Browser, Provider, code, location};

const JOE: &str = "joe@example.com";

/// A provider behind a proxy on this machine.
async fn behind_a_proxy() -> Provider {
    Provider::start_with(|config| config.trusted_proxies = "127.0.0.1".parse().unwrap()).await
}

/// Enters a wrong password for `email`, from the client address `address`.
async fn guess(browser: &Browser, state: &str, email: &str, address: &str) -> StatusCode {
    let form = [("state", state), ("email", email), ("password", "a guess")];
    browser.post_through_proxy(address, "u/login", &form).await.status()
}

/// Enters the correct password of `email`, from the client address `address`.
async fn enter(browser: &Browser, email: &str, address: &str) -> Response {
    let state = browser.begin("/u/login", &[("organization", ABC), ("prompt", "login")]).await;
    let form = [("state", state.as_str()), ("email", email), ("password", "tessera-demo")];
    browser.post_through_proxy(address, "u/login", &form).await
}

/// Uses up all attempts at Joe's password, from ten addresses and with ten attempts each.
async fn lock_joe_out(provider: &Provider) {
    let stranger = provider.browser();
    let state = stranger.begin("/u/login", &[]).await;
    for network in 0..10 {
        for _ in 0..10 {
            let status = guess(&stranger, &state, JOE, &format!("198.51.100.{network}")).await;
            assert_eq!(status, StatusCode::BAD_REQUEST);
        }
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limits() {
    let provider = behind_a_proxy().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    for number in 0..100 {
        let status = guess(&browser, &state, &format!("p{number}@example.com"), "198.51.100.7").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(guess(&browser, &state, JOE, "198.51.100.7").await, StatusCode::TOO_MANY_REQUESTS);
    // What the client itself wrote to the left of the proxy's entry makes it no other client.
    assert_eq!(guess(&browser, &state, JOE, "203.0.113.9, 198.51.100.7").await, StatusCode::TOO_MANY_REQUESTS);
    code(&enter(&provider.browser(), JOE, "198.51.100.8").await);
    let seen = provider.text("SELECT last_ip FROM users WHERE email = 'joe@example.com'").await;
    assert_eq!(seen, "198.51.100.8");
}

#[tokio::test]
async fn a_client_that_is_no_trusted_proxy_is_not_believed() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    for network in 0..10 {
        assert_eq!(guess(&browser, &state, JOE, &format!("198.51.100.{network}")).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(guess(&browser, &state, JOE, "198.51.100.10").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_ipv6_client_counts_by_its_network() {
    let provider = behind_a_proxy().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    for host in 0..10 {
        let status = guess(&browser, &state, JOE, &format!("2001:db8:0:1::{host}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(guess(&browser, &state, JOE, "2001:db8:0:1:ffff::1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess(&browser, &state, JOE, "2001:db8:0:2::1").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn strangers_do_not_lock_out_a_known_browser() {
    let provider = behind_a_proxy().await;
    let (joes, carols) = (provider.browser(), provider.browser());
    code(&enter(&joes, JOE, "192.0.2.1").await);
    code(&enter(&carols, "carol@example.com", "192.0.2.1").await);
    joes.get_from_site("same-origin", "v2/logout").await;
    lock_joe_out(&provider).await;

    // From whichever address, Joe's browser is known, and no other.
    assert_eq!(enter(&provider.browser(), JOE, "192.0.2.1").await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(enter(&carols, JOE, "192.0.2.1").await.status(), StatusCode::TOO_MANY_REQUESTS);
    code(&enter(&joes, JOE, "198.51.100.1").await);

    // A known browser has a limit too, which a correct password resets.
    let state = joes.begin("/u/login", &[("prompt", "login")]).await;
    for _ in 0..10 {
        assert_eq!(guess(&joes, &state, JOE, "192.0.2.1").await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(guess(&joes, &state, JOE, "192.0.2.2").await, StatusCode::TOO_MANY_REQUESTS);
    provider.advance(TimeDelta::minutes(15));
    code(&enter(&joes, JOE, "192.0.2.1").await);
}

#[tokio::test]
async fn several_accounts_are_known_in_one_browser_and_its_cookie_changes() {
    let provider = behind_a_proxy().await;
    let browser = provider.browser();
    let cookie = |response: &Response| {
        let cookies = response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let found = cookies.into_iter().find_map(|cookie| cookie.strip_prefix("idp_known_browser="));
        found.unwrap().split(';').next().unwrap().to_owned()
    };
    let first = cookie(&enter(&browser, JOE, "192.0.2.1").await);
    let second = cookie(&enter(&browser, "carol@example.com", "192.0.2.1").await);
    assert_ne!(first, second);
    lock_joe_out(&provider).await;

    let planted = provider.browser_with_cookie(&format!("idp_known_browser={first}"));
    assert_eq!(enter(&planted, JOE, "192.0.2.1").await.status(), StatusCode::TOO_MANY_REQUESTS);
    code(&enter(&browser, JOE, "192.0.2.1").await);
}

#[tokio::test]
async fn after_a_change_of_the_password_no_browser_is_known() {
    let provider = behind_a_proxy().await;
    let browser = provider.browser();
    code(&enter(&browser, JOE, "192.0.2.1").await);
    browser.post("u/reset-password/request", &[("email", JOE)]).await;
    let ticket = provider.mail_to(JOE).await.ticket("/u/reset-password");
    let form = [("ticket", ticket.as_str()), ("password", "tessera-demo-2")];
    assert_eq!(browser.post("u/reset-password", &form).await.status(), StatusCode::OK);
    lock_joe_out(&provider).await;
    assert_eq!(enter(&browser, JOE, "192.0.2.1").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_browser_is_known_for_a_year() {
    let provider = behind_a_proxy().await;
    let browser = provider.browser();
    code(&enter(&browser, JOE, "192.0.2.1").await);
    provider.advance(TimeDelta::days(365) - TimeDelta::seconds(1));
    lock_joe_out(&provider).await;
    let state = browser.begin("/u/login", &[]).await;
    assert_eq!(guess(&browser, &state, JOE, "192.0.2.1").await, StatusCode::BAD_REQUEST);
    provider.advance(TimeDelta::seconds(1));
    assert_eq!(guess(&browser, &state, JOE, "192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn strangers_do_not_lock_out_the_administrators_browser() {
    let provider = behind_a_proxy().await;
    let new = provider.idp.reset_administrator().await.unwrap();
    let sign_in = async |browser: &Browser, password: &str, address: &str| {
        let form = [("name", new.name), ("password", password)];
        browser.post_through_proxy(address, "console/sign-in", &form).await
    };
    let (known, stranger) = (provider.browser(), provider.browser());
    assert!(sign_in(&known, &new.password, "192.0.2.1").await.status().is_redirection());
    for attempt in 0..100 {
        let address = format!("198.51.100.{}", attempt / 10);
        assert_eq!(sign_in(&stranger, "a guess", &address).await.status(), StatusCode::BAD_REQUEST);
    }
    let locked = sign_in(&provider.browser(), &new.password, "192.0.2.1").await;
    assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(location(&sign_in(&known, &new.password, "198.51.100.1").await), "/console/organizations");
}
