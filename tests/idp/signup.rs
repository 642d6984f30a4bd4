//! `/u/signup` and `/dbconnections/signup`: signing up.

use chrono::TimeDelta;
use reqwest::{
    Response, StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use tessera::testing::idp::Mode;

use crate::support::{ABC, ACME, PASSWORD, Provider, assert_refused, code};

#[tokio::test]
async fn each_invalid_field_shows_its_error() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.sign_up(&state, " ", "nobody", "short").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    for field in ["name", "email", "password"] {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(page.contains("value=\"nobody\""), "the form keeps its input");
    assert!(!page.contains("value=\"short\""), "but not a password");
}

/// Returns everything that a browser can see of a response: status, headers and body, without the parts that always
/// differ.
async fn seen(response: Response, state: &str, email: &str) -> (u16, Vec<(String, String)>, String) {
    let status = response.status().as_u16();
    let header = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), value.to_str().unwrap().to_owned());
    let headers = response.headers().iter().map(header).filter(|(name, _)| name != "date").collect();
    (status, headers, response.text().await.unwrap().replace(state, "STATE").replace(email, "EMAIL"))
}

#[tokio::test]
async fn taken_and_free_addresses_get_the_same_answer() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    provider.open_organizations().await;
    provider.give_joe_a_password().await;
    let mut answers = Vec::new();
    // The addresses have the same length. The first is free, the second is taken, and the third is taken and has the
    // correct password.
    for (email, password) in
        [("eve@example.com", "wrong horse"), ("joe@example.com", "wrong horse"), ("joe@example.com", PASSWORD)]
    {
        let browser = provider.browser();
        let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
        let response = browser.sign_up(&state, "Somebody", email, password).await;
        assert_eq!(response.status(), StatusCode::OK);
        answers.push(seen(response, &state, email).await);
        assert_refused(&browser.authorize(&[("prompt", "none")]).await, "login_required", "Login required");
        provider.advance(TimeDelta::minutes(1));
    }
    assert!(answers[0].2.contains("Check your email") && !answers[0].2.contains("/mailbox"), "{}", answers[0].2);
    assert!(answers[0].1.iter().all(|(name, _)| name != "set-cookie"));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);

    // The computation and the stored rows are also the same.
    let hashes = provider.texts("SELECT password_hash FROM sign_ups").await;
    assert!(hashes.len() == 3 && hashes.iter().all(|hash| hash.starts_with("$argon2id$")));
    let (mails, events): (i64, i64) =
        provider.row("SELECT (SELECT COUNT(*) FROM mails), (SELECT COUNT(*) FROM events)").await;
    assert_eq!((mails, events), (3, 3));
    let (joes,): (i64,) = provider.row("SELECT COUNT(*) FROM users WHERE email = 'joe@example.com'").await;
    assert_eq!(joes, 1);
}

#[tokio::test]
async fn too_many_mails_are_refused_alike_for_any_address() {
    let provider = Provider::start().await;
    let mut answers = Vec::new();
    for email in ["eve@example.com", "joe@example.com"] {
        let browser = provider.browser();
        let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
        for _ in 0..5 {
            let response = browser.sign_up(&state, "Somebody", email, "correct horse").await;
            assert_eq!(response.status(), StatusCode::OK);
            provider.advance(TimeDelta::minutes(1));
        }
        let response = browser.sign_up(&state, "Somebody", email, "correct horse").await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "600");
        answers.push(seen(response, &state, email).await);
    }
    assert_eq!(answers[0], answers[1]);
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 10, "mails to one address are limited");
}

#[tokio::test]
async fn the_demo_page_links_to_the_mailbox() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let page = browser.sign_up(&state, "<b>", "eve@example.com", "correct horse").await.text().await.unwrap();
    assert!(page.contains("href=\"/mailbox\"") && page.contains("eve@example.com"), "{page}");
}

#[tokio::test]
async fn the_owner_of_a_taken_address_is_mailed() {
    let provider = Provider::start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    browser.sign_up(&state, "Not Joe", "joe@example.com", "another password").await;
    let mail = provider.mail_to("joe@example.com").await;
    assert_eq!(mail.subject, "You already have an account for ABC Inc");
    assert_eq!(browser.get(&mail.link).await.status(), StatusCode::OK);
    let changed = provider.browser().code("joe@example.com", &[("organization", ABC)]).await;
    assert!(!changed.is_empty(), "the password is the one it was");
}

#[tokio::test]
async fn sign_up_can_be_disabled() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    provider.sql("UPDATE connections SET options = '{\"disable_signup\": true}'").await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("/u/signup"), "no link leads there");
    let shown = browser.get(&format!("u/signup?state={state}")).await;
    assert_eq!(shown.status(), StatusCode::FORBIDDEN);
    let sent = browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    assert_eq!(sent.status(), StatusCode::FORBIDDEN);
    assert!(sent.text().await.unwrap().contains("Sign-up is closed"));
    let (people,): (i64,) = provider.row("SELECT COUNT(*) FROM users WHERE email = 'eve@example.com'").await;
    assert_eq!(people, 0);
}

#[tokio::test]
async fn sign_up_is_refused_for_a_closed_organization() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let wishes = [("screen_hint", "signup"), ("organization", ABC)];
    let state = browser.begin("/u/login", &wishes).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("/u/signup"), "no link leads there");
    assert_eq!(browser.get(&format!("u/signup?state={state}")).await.status(), StatusCode::FORBIDDEN);
    let sent = browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    assert_eq!(sent.status(), StatusCode::FORBIDDEN);
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    assert_eq!(browser.get(&format!("u/signup?state={state}")).await.status(), StatusCode::OK);

    provider.open_organizations().await;
    let state = browser.begin("/u/signup", &wishes).await;
    assert_eq!(browser.get(&format!("u/signup?state={state}")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_migration_disables_sign_up_without_membership() {
    let provider = Provider::start().await;
    // Earlier versions created demo organizations with these settings.
    provider.sql("UPDATE organization_connections SET is_signup_enabled = TRUE").await;
    provider
        .sql(
            "UPDATE organization_connections SET assign_membership_on_login = TRUE
             WHERE organization_id = 'org_AcmeCorp00000001'",
        )
        .await;
    provider.sql(include_str!("../../migrations/idp/sqlite/0006_organization_sign_up.sql")).await;
    let query = "SELECT organization_id FROM organization_connections WHERE is_signup_enabled";
    assert_eq!(provider.texts(query).await, [ACME]);
}

/// Calls `POST /dbconnections/signup` and returns the status and the body.
async fn sign_up(provider: &Provider, changes: Value) -> (u16, Value) {
    let mut body = json!({"client_id": "web", "connection": "Username-Password-Authentication",
        "email": "Eve@example.com", "password": "correct horse"});
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let address = format!("{}dbconnections/signup", provider.issuer);
    let response = reqwest::Client::new().post(address).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn an_application_signs_people_up_as_at_auth0() {
    let provider = Provider::start().await;
    let (status, answer) = sign_up(&provider, json!({"name": "Eve"})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["_id"].as_str().unwrap().len(), 24);
    assert_eq!((&answer["email"], &answer["email_verified"]), (&json!("eve@example.com"), &json!(false)));
    assert_eq!(provider.mail_to("eve@example.com").await.subject, "Confirm your email address for Tessera");
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let form = [("state", state.as_str()), ("email", "eve@example.com"), ("password", "correct horse")];
    code(&browser.post("u/login", &form).await);

    let taken = json!({"name": "BadRequestError", "code": "invalid_signup", "description": "Invalid sign up",
        "statusCode": 400});
    assert_eq!(sign_up(&provider, json!({})).await, (400, taken));
    // A mail to one address can be requested once a minute.
    provider.advance(chrono::TimeDelta::minutes(1));
    sign_up(&provider, json!({})).await;
    assert_eq!(provider.mail_to("eve@example.com").await.subject, "You already have an account for Tessera");
}

#[tokio::test]
async fn invalid_fields_of_an_application_are_reported_by_name() {
    let provider = Provider::start().await;
    for (change, error) in [
        (json!({"password": ""}), "password is required"),
        (json!({"password": 1}), "password must be a string"),
        (json!({"email": "x".repeat(300) + "@example.com"}), "email is not valid email"),
        (json!({"connection": "nothing"}), "connection not found"),
        (json!({"name": "x".repeat(301)}), "name must have between 1 and 300 characters"),
    ] {
        assert_eq!(sign_up(&provider, change.clone()).await, (400, json!({"error": error})), "{change}");
    }
    let (status, weak) = sign_up(&provider, json!({"password": "short"})).await;
    assert_eq!(
        (status, &weak["name"], &weak["code"]),
        (400, &json!("PasswordStrengthError"), &json!("invalid_password"))
    );
    let (_, common) = sign_up(&provider, json!({"password": "Password123"})).await;
    assert_eq!(
        (&common["name"], &common["message"]),
        (&json!("PasswordDictionaryError"), &json!("Password is too common"))
    );
    provider.sql("UPDATE connections SET options = '{\"disable_signup\": true}'").await;
    assert_eq!(sign_up(&provider, json!({})).await, (400, json!({"error": "public signup is disabled"})));
}

#[tokio::test]
async fn sign_ups_per_ip_address_are_limited() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    for number in 0..30 {
        let response = browser.sign_up(&state, "A", &format!("p{number}@example.com"), "another password").await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    let response = browser.sign_up(&state, "A", "new@example.com", "another password").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "900");
}
