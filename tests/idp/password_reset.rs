//! `/u/reset-password` and `/dbconnections/change_password`: choosing a new password.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tessera::testing::idp::Mode;

use crate::support::{ABC, Browser, Provider, code};

const GONE: &str = "This link can no longer be used";
const NEW: &str = "a brand new password";

/// Requests a link to choose a new password, and returns the confirmation page.
async fn ask(browser: &Browser, state: &str, email: &str) -> String {
    let response = browser.post("u/reset-password/request", &[("state", state), ("email", email)]).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.text().await.unwrap()
}

/// Chooses a new password at the link of a mail.
async fn choose(browser: &Browser, link: &str, password: &str) -> reqwest::Response {
    let parameters: Vec<_> = url::Url::parse(link).unwrap().query_pairs().into_owned().collect();
    let mut form: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("password", password));
    browser.post("u/reset-password", &form).await
}

#[tokio::test]
async fn a_forgotten_password_is_changed_by_the_link_of_a_mail() {
    let provider = Provider::start().await;
    let before = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let elsewhere = provider.browser();
    elsewhere.code("joe@example.com", &[("organization", ABC)]).await;

    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let login = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(login.contains(&format!("href=\"/u/reset-password/request?state={state}\"")), "{login}");
    assert!(ask(&browser, &state, "Joe@example.com").await.contains("Check your email"));

    let mail = provider.mail_to("joe@example.com").await;
    assert_eq!(mail.subject, "Choose a new password for ABC Inc");
    let page = browser.get(&mail.link).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains("joe@example.com") && page.contains("At least 8 characters."), "{page}");
    let short = choose(&browser, &mail.link, "short").await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let done = choose(&browser, &mail.link, NEW).await;
    assert_eq!(done.status(), StatusCode::OK);
    let done = done.text().await.unwrap();
    assert!(done.contains(&format!("href=\"/u/login?state={state}\"")), "back to the login under way: {done}");

    // The old password, the sessions and the tokens from before the change are invalid.
    let old = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(old.status(), StatusCode::BAD_REQUEST);
    let refreshed = provider.refresh(before["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.status(), StatusCode::FORBIDDEN);
    let silent = elsewhere.authorize(&[("organization", ABC), ("prompt", "none")]).await;
    assert_eq!(crate::support::callback(&silent)["error"], "login_required");

    // The new password works.
    let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", NEW)];
    code(&browser.post("u/login", &form).await);
}

#[tokio::test]
async fn only_the_newest_link_works_once_within_an_hour() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    ask(&browser, "", "joe@example.com").await;
    let first = provider.mail_to("joe@example.com").await.link;
    assert!(!first.contains("state="), "there is no login to go on with: {first}");
    provider.advance(TimeDelta::minutes(1));
    ask(&browser, "", "joe@example.com").await;
    let second = provider.mail_to("joe@example.com").await.link;
    assert_ne!(first, second);
    assert_eq!(browser.get(&first).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(choose(&browser, &first, NEW).await.status(), StatusCode::BAD_REQUEST);

    let done = choose(&browser, &second, NEW).await.text().await.unwrap();
    assert!(done.contains("Your password has been changed") && !done.contains("/u/login"), "{done}");
    let again = choose(&browser, &second, "yet another password").await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert!(again.text().await.unwrap().contains(GONE));

    provider.advance(TimeDelta::minutes(1));
    ask(&browser, "", "joe@example.com").await;
    let third = provider.mail_to("joe@example.com").await.link;
    provider.advance(TimeDelta::minutes(59));
    assert_eq!(browser.get(&third).await.status(), StatusCode::OK);
    provider.advance(TimeDelta::minutes(1));
    assert_eq!(choose(&browser, &third, NEW).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_answer_does_not_reveal_whether_an_account_exists() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let existing = ask(&browser, &state, "joe@example.com").await;
    let missing = ask(&browser, &state, "who@example.com").await;
    assert_eq!(existing.replace("joe@", "who@"), missing);
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 1);
    let wrong = browser.post("u/reset-password/request", &[("state", &state), ("email", "nobody")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_number_of_mails_is_limited() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for email in ["joe@example.com", "who@example.com"] {
        for _ in 0..5 {
            ask(&browser, "", email).await;
            provider.advance(TimeDelta::minutes(1));
        }
        let response = browser.post("u/reset-password/request", &[("email", email)]).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "{email}");
    }
    provider.advance(TimeDelta::minutes(15));
    ask(&browser, "", "joe@example.com").await;
}

#[tokio::test]
async fn an_application_that_asks_too_often_gets_retry_after() {
    let provider = Provider::start().await;
    let ask = async |path: &str, email: &str| {
        let body = json!({"client_id": "web", "connection": "Username-Password-Authentication", "email": email,
            "password": "correct horse"});
        let address = format!("{}dbconnections/{path}", provider.issuer);
        reqwest::Client::new().post(address).json(&body).send().await.unwrap()
    };
    for number in 0..30 {
        assert_eq!(ask("signup", &format!("new{number}@example.com")).await.status(), StatusCode::OK);
    }
    for _ in 0..5 {
        assert_eq!(ask("change_password", "joe@example.com").await.status(), StatusCode::OK);
        provider.advance(TimeDelta::minutes(1));
    }
    for path in ["change_password", "signup"] {
        let response = ask(path, "joe@example.com").await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(response.headers()["retry-after"], "600", "{path}");
        let expected = json!({"name": "TooManyRequestsError", "code": "too_many_requests",
            "description": "Global limit has been reached", "statusCode": 429});
        assert_eq!(response.json::<Value>().await.unwrap(), expected, "{path}");
    }
}

#[tokio::test]
async fn a_new_password_unlocks_the_account() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let guess = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "a guess")];
    for _ in 0..11 {
        browser.post("u/login", &guess).await;
    }
    ask(&browser, &state, "joe@example.com").await;
    choose(&browser, &provider.mail_to("joe@example.com").await.link, NEW).await;
    let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", NEW)];
    code(&browser.post("u/login", &form).await);
}

#[tokio::test]
async fn an_application_asks_for_the_mail_as_at_auth0() {
    let provider = Provider::start().await;
    let address = format!("{}dbconnections/change_password", provider.issuer);
    let http = reqwest::Client::new();
    for email in ["joe@example.com", "who@example.com"] {
        let body = json!({"client_id": "web", "email": email, "connection": "Username-Password-Authentication",
            "organization": ABC});
        let response = http.post(&address).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.text().await.unwrap(), "We've just sent you an email to reset your password.");
    }
    let mail = provider.mail_to("joe@example.com").await;
    assert_eq!(mail.subject, "Choose a new password for ABC Inc");
    assert_eq!(choose(&provider.browser(), &mail.link, NEW).await.status(), StatusCode::OK);
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 1);

    for (body, error) in [
        (json!({"client_id": "web", "email": "joe@example.com"}), "connection is required"),
        (json!({"client_id": "web", "connection": "x"}), "email is required"),
        (json!({"email": "joe@example.com", "connection": "x"}), "client_id is required"),
        (json!({"client_id": "web", "email": "joe", "connection": "x"}), "email is not valid email"),
        (json!({"client_id": "nobody", "email": "a@b.example", "connection": "x"}), "client not found"),
        (json!({"client_id": "web", "email": "a@b.example", "connection": "x"}), "connection not found"),
        (json!({"client_id": "web", "email": 1, "connection": "x"}), "email must be a string"),
        (json!([]), "The body is not a JSON object."),
    ] {
        let response = http.post(&address).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(response.json::<Value>().await.unwrap(), json!({"error": error}));
    }
}
