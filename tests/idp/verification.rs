//! `/u/email-verification`: verifying an address by the link in a mail.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Browser, Provider, code};

const PATH: &str = "/u/email-verification";
const CONNECTION: &str = "Username-Password-Authentication";
const GONE: &str = "This link can no longer be used";

/// Signs `email` up with immediate sign-up, and returns `email_verified` of the ID token.
async fn sign_up(provider: &Provider, browser: &Browser, email: &str) -> bool {
    provider.sql("UPDATE settings SET sign_up_at_once = TRUE").await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    is_verified(provider, &code(&browser.sign_up(&state, "Eve", email, "correct horse").await)).await
}

async fn is_verified(provider: &Provider, code: &str) -> bool {
    let tokens: Value = provider.redeem(code).await.json().await.unwrap();
    provider.claims(tokens["id_token"].as_str().unwrap()).await["email_verified"].as_bool().unwrap()
}

#[tokio::test]
async fn an_address_is_verified_by_the_link_that_was_sent_to_it() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    assert!(!sign_up(&provider, &browser, "eve@example.com").await);
    let mail = provider.mail_to("eve@example.com").await;
    assert_eq!(mail.subject, "Confirm your email address for Tessera");

    // Opening the link without a click, as mail scanners do, does not verify the address.
    let page = provider.browser().get(&mail.link).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("Confirm address"));
    assert!(!is_verified(&provider, &code(&browser.authorize(&[]).await)).await);

    let form = [("ticket", &mail.ticket(PATH)[..]), ("password", "correct horse")];
    let done = provider.browser().post("u/email-verification", &form).await;
    assert!(done.text().await.unwrap().contains("Your email address is confirmed"));
    assert!(is_verified(&provider, &code(&browser.authorize(&[]).await)).await, "the session continues");

    let again = browser.post("u/email-verification", &form).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert!(again.text().await.unwrap().contains(GONE));
}

/// Creates an account with the address of another person, as an attacker does through an application.
async fn sign_up_through_an_application(provider: &Provider, email: &str, password: &str) {
    let form = [("client_id", "web"), ("connection", CONNECTION), ("email", email), ("password", password)];
    assert_eq!(provider.post_form("dbconnections/signup", &form).await.status(), StatusCode::OK);
}

async fn is_address_verified(provider: &Provider) -> bool {
    let (verified,): (bool,) = provider.row("SELECT email_verified FROM users WHERE email = 'eve@example.com'").await;
    verified
}

#[tokio::test]
async fn a_click_without_the_password_verifies_nothing() {
    let provider = Provider::start().await;
    sign_up_through_an_application(&provider, "eve@example.com", "the attacker's").await;
    let mail = provider.mail_to("eve@example.com").await;
    let eve = provider.browser();
    let page = eve.get(&mail.link).await.text().await.unwrap();
    assert!(page.contains("type=\"password\"") && page.contains("Choose a new one"), "{page}");
    for guess in ["", "not it"] {
        let refused = eve.post("u/email-verification", &[("ticket", &mail.ticket(PATH)), ("password", guess)]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        assert!(refused.text().await.unwrap().contains("Wrong password."));
    }
    assert!(!is_address_verified(&provider).await);

    // Passwords cannot be guessed here beyond the limits of signing in. A new password can still be chosen.
    for _ in 0..8 {
        eve.post("u/email-verification", &[("ticket", &mail.ticket(PATH)), ("password", "not it")]).await;
    }
    let right = [("ticket", &mail.ticket(PATH)[..]), ("password", "the attacker's")];
    let late = eve.post("u/email-verification", &right).await;
    assert_eq!(late.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(late.headers().contains_key("retry-after") && !is_address_verified(&provider).await);
    let new = [("ticket", &mail.ticket(PATH)[..]), ("new-password", "yes"), ("password", "my own password")];
    assert_eq!(eve.post("u/email-verification", &new).await.status(), StatusCode::OK);
    assert!(is_address_verified(&provider).await);
}

#[tokio::test]
async fn a_new_password_ends_everything_the_old_one_opened() {
    let provider = Provider::start().await;
    sign_up_through_an_application(&provider, "eve@example.com", "the attacker's").await;
    let attacker = provider.browser();
    let log_in = async |browser: &Browser, password: &str| {
        let state = browser.begin("/u/login", &[("prompt", "login")]).await;
        let form = [("state", state.as_str()), ("email", "eve@example.com"), ("password", password)];
        browser.post("u/login", &form).await
    };
    let tokens: Value = provider.redeem(&code(&log_in(&attacker, "the attacker's").await)).await.json().await.unwrap();
    let unredeemed = code(&attacker.authorize(&[]).await);

    let (eve, mail) = (provider.browser(), provider.mail_to("eve@example.com").await);
    let page = eve.get(&format!("{}&new-password=yes", mail.link)).await.text().await.unwrap();
    assert!(page.contains("At least 8 characters.") && page.contains("signed out everywhere"), "{page}");
    let form = |password| [("ticket", mail.ticket(PATH)), ("new-password", "yes".to_owned()), ("password", password)];
    let post = async |password: &str| {
        let form = form(password.to_owned());
        eve.post("u/email-verification", &form.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    let short = post("short").await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().await.unwrap().contains("id=\"password-error\"") && !is_address_verified(&provider).await);
    let done = post("my own password").await;
    assert!(done.text().await.unwrap().contains("sign in with your new password"));

    let refreshed = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.status(), StatusCode::FORBIDDEN);
    assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(provider.redeem(&unredeemed).await.status(), StatusCode::FORBIDDEN);
    let silent = attacker.authorize(&[("prompt", "none")]).await;
    assert_eq!(crate::support::callback(&silent)["error"], "login_required");
    assert_eq!(log_in(&attacker, "the attacker's").await.status(), StatusCode::BAD_REQUEST);
    assert!(is_verified(&provider, &code(&log_in(&eve, "my own password").await)).await);
}

#[tokio::test]
async fn a_link_expires_once_the_account_changed() {
    let provider = Provider::start().await;
    sign_up_through_an_application(&provider, "eve@example.com", "a good password").await;
    let mail = provider.mail_to("eve@example.com").await;
    // An administrator verified the address. A link that lives for days must not replace the password of such an
    // account.
    provider.sql("UPDATE users SET email_verified = TRUE WHERE email = 'eve@example.com'").await;
    let ticket = mail.ticket(PATH);
    let new = [("ticket", ticket.as_str()), ("new-password", "yes"), ("password", "another password")];
    assert_eq!(provider.browser().post("u/email-verification", &new).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(provider.browser().get(&mail.link).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_verification_link_expires_after_five_days() {
    let provider = Provider::start().await;
    sign_up(&provider, &provider.browser(), "eve@example.com").await;
    let mail = provider.mail_to("eve@example.com").await;
    provider.advance(TimeDelta::days(5) - TimeDelta::seconds(1));
    assert_eq!(provider.browser().get(&mail.link).await.status(), StatusCode::OK);
    provider.advance(TimeDelta::seconds(1));
    let late = provider.browser().post("u/email-verification", &[("ticket", &mail.ticket(PATH))]).await;
    assert_eq!(late.status(), StatusCode::BAD_REQUEST);
    assert!(late.text().await.unwrap().contains(GONE));
}

#[tokio::test]
async fn a_ticket_verifies_only_the_address_it_was_sent_to() {
    let provider = Provider::start().await;
    sign_up(&provider, &provider.browser(), "eve@example.com").await;
    let mail = provider.mail_to("eve@example.com").await;
    provider.sql("UPDATE users SET email = 'other@example.com' WHERE email = 'eve@example.com'").await;
    let form = [("ticket", &mail.ticket(PATH)[..]), ("password", "correct horse")];
    let response = provider.browser().post("u/email-verification", &form).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let (verified,): (bool,) = provider.row("SELECT email_verified FROM users WHERE email = 'other@example.com'").await;
    assert!(!verified);
}

#[tokio::test]
async fn a_ticket_works_for_one_purpose_only() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    sign_up(&provider, &browser, "eve@example.com").await;
    let ticket = provider.mail_to("eve@example.com").await.ticket(PATH);
    let form = [("ticket", ticket.as_str()), ("password", "another password")];
    assert_eq!(browser.post("u/reset-password", &form).await.status(), StatusCode::BAD_REQUEST);
    for ticket in ["", "nothing", "\u{0}"] {
        let response = browser.post("u/email-verification", &[("ticket", ticket)]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
}
