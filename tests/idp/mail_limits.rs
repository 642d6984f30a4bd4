//! How many mails others than the recipient can cause.

use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::json;

use crate::{
    management::support::Api,
    support::{ABC, ACME, Browser, Provider},
};

const JOE: &str = "joe@example.com";

async fn ask(browser: &Browser, email: &str, address: &str) -> Response {
    browser.post_through_proxy(address, "u/reset-password/request", &[("email", email)]).await
}

/// Asserts that the request was refused, and returns when it can be repeated.
async fn refused(response: Response, sentence: &str) -> String {
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let retry_after = response.headers()["retry-after"].to_str().unwrap().to_owned();
    let page = response.text().await.unwrap();
    assert!(page.contains(sentence), "{page}");
    retry_after
}

#[tokio::test]
async fn a_mail_can_be_requested_again_after_a_minute() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    // Whether or not the account exists.
    for email in [JOE, "who@example.com"] {
        assert_eq!(ask(&browser, email, "").await.status(), StatusCode::OK);
        provider.advance(TimeDelta::seconds(20));
        let sentence = "An email to this address was requested a moment ago. Try again in 40 seconds.";
        assert_eq!(refused(ask(&browser, email, "").await, sentence).await, "40");
        provider.advance(TimeDelta::seconds(39));
        assert_eq!(refused(ask(&browser, email, "").await, "Try again in a second.").await, "1");
        provider.advance(TimeDelta::seconds(1));
        assert_eq!(ask(&browser, email, "").await.status(), StatusCode::OK);
    }
    // Sign-ups have a pause of their own.
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let sign_up = async || browser.sign_up(&state, "Somebody", JOE, "correct horse").await.status();
    assert_eq!(sign_up().await, StatusCode::OK);
    assert_eq!(sign_up().await, StatusCode::TOO_MANY_REQUESTS);
    provider.advance(TimeDelta::minutes(1));
    assert_eq!(sign_up().await, StatusCode::OK);
}

#[tokio::test]
async fn a_recipient_gets_twenty_requested_mails_a_day_but_a_known_browser_is_not_locked_out() {
    let provider = Provider::start_with(|config| config.trusted_proxies = "127.0.0.1".parse().unwrap()).await;
    let (known, stranger) = (provider.browser(), provider.browser());
    known.code(JOE, &[("organization", ABC)]).await;
    for number in 0..20 {
        let response = ask(&stranger, JOE, &format!("198.51.100.{number}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{number}");
        provider.advance(TimeDelta::minutes(1));
    }
    let sentence = "Too many emails to this address were requested today. Try again in 24 hours.";
    refused(ask(&stranger, JOE, "198.51.100.99").await, sentence).await;
    assert_eq!(ask(&stranger, "carol@example.com", "198.51.100.99").await.status(), StatusCode::OK);
    assert_eq!(ask(&known, JOE, "198.51.100.99").await.status(), StatusCode::OK);
    provider.advance(TimeDelta::days(1));
    assert_eq!(ask(&stranger, JOE, "198.51.100.99").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn invitations_by_mail_are_limited_by_recipient_and_organization() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let invite = async |organization: &str, email: &str, by_mail: bool| {
        let body = json!({"inviter": {"name": "Ada"}, "invitee": {"email": email}, "client_id": "web",
            "send_invitation_email": by_mail});
        api.post(&format!("/organizations/{organization}/invitations"), body).await
    };
    for number in 0..20 {
        invite(if number % 2 == 0 { ABC } else { ACME }, "new@example.com", true).await.ok(201);
    }
    let sentence = "This address has received too many invitations today. Try again in 24 hours.";
    invite(ABC, "new@example.com", true).await.refused(403, sentence, "too_many_mails");
    invite(ABC, "new@example.com", false).await.ok(201);
    invite(ABC, "other@example.com", true).await.ok(201);
    let mails = provider.texts("SELECT recipient FROM mails").await;
    assert_eq!(mails.len(), 21);

    provider.sql("UPDATE password_attempts SET tries = 499 WHERE subject LIKE 'invitations of org_AbcInc%'").await;
    invite(ABC, "third@example.com", true).await.ok(201);
    let sentence = "This organization has sent too many invitations today. Try again in 24 hours.";
    invite(ABC, "fourth@example.com", true).await.refused(403, sentence, "too_many_mails");
    invite(ACME, "fourth@example.com", true).await.ok(201);
    provider.advance(TimeDelta::days(1));
    let api = Api::of(&provider).await;
    let body = json!({"inviter": {"name": "Ada"}, "invitee": {"email": "new@example.com"}, "client_id": "web"});
    api.post(&format!("/organizations/{ABC}/invitations"), body).await.ok(201);
}
