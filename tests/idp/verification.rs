//! `/u/email-verification`: verifying an address by the link in a mail.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Browser, Provider, code};

const PATH: &str = "/u/email-verification";

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

    let ticket = mail.ticket(PATH);
    let done = provider.browser().post("u/email-verification", &[("ticket", &ticket)]).await;
    assert!(done.text().await.unwrap().contains("Your email address is confirmed"));
    assert!(is_verified(&provider, &code(&browser.authorize(&[]).await)).await);

    let again = browser.post("u/email-verification", &[("ticket", &ticket)]).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
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
    assert!(late.text().await.unwrap().contains("This link can no longer be used"));
}

#[tokio::test]
async fn a_ticket_verifies_only_the_address_it_was_sent_to() {
    let provider = Provider::start().await;
    sign_up(&provider, &provider.browser(), "eve@example.com").await;
    let mail = provider.mail_to("eve@example.com").await;
    provider.sql("UPDATE users SET email = 'other@example.com' WHERE email = 'eve@example.com'").await;
    let response = provider.browser().post("u/email-verification", &[("ticket", &mail.ticket(PATH))]).await;
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
