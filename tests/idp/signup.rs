//! `/u/signup`

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ABC, Provider, assert_refused, code};

fn form<'a>(state: &'a str, name: &'a str, email: &'a str, password: &'a str) -> [(&'a str, &'a str); 4] {
    [("state", state), ("name", name), ("email", email), ("password", password)]
}

#[tokio::test]
async fn a_new_person_signs_up_and_is_signed_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.post("u/signup", &form(&state, " Åsa Ek ", "Asa@Example.com", "correct horse")).await;
    let tokens: Value = provider.redeem(&code(&response)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((id["name"].as_str(), id["email"].as_str()), (Some("Åsa Ek"), Some("asa@example.com")));
    assert_eq!(id["email_verified"], false);
    code(&browser.authorize(&[("prompt", "none")]).await);
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.post("u/signup", &form(&state, " ", "nobody", "short")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    for field in ["name", "email", "password"] {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(page.contains("value=\"nobody\""), "what was typed is kept");
    assert!(!page.contains("value=\"short\""), "but not a password");
}

#[tokio::test]
async fn an_address_that_is_taken_is_not_confirmed_in_so_many_words() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    let response = browser.post("u/signup", &form(&state, "Not Joe", "joe@example.com", "another password")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("This account could not be created."));
    code(&browser.post("u/signup", &form(&state, "Joe", "joe@example.com", "tessera-demo")).await);
}

#[tokio::test]
async fn the_owner_of_a_taken_address_hears_of_it_by_mail() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    for _ in 0..7 {
        browser.post("u/signup", &form(&state, "Not Joe", "joe@example.com", "another password")).await;
    }
    let mail = provider.mail_to("joe@example.com").await;
    assert_eq!(mail.subject, "You already have an account for ABC Inc");
    assert_eq!(browser.get(&mail.link).await.status(), StatusCode::OK);
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 5, "nobody's mailbox is flooded");
}

#[tokio::test]
async fn sign_up_can_be_closed() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    provider.sql("UPDATE connections SET options = '{\"disable_signup\": true}'").await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("/u/signup"), "no link leads there");
    let shown = browser.get(&format!("u/signup?state={state}")).await;
    assert_eq!(shown.status(), StatusCode::FORBIDDEN);
    let sent = browser.post("u/signup", &form(&state, "Eve", "eve@example.com", "correct horse")).await;
    assert_eq!(sent.status(), StatusCode::FORBIDDEN);
    assert!(sent.text().await.unwrap().contains("Sign-up is closed"));
    let (people,): (i64,) = provider.row("SELECT COUNT(*) FROM users WHERE email = 'eve@example.com'").await;
    assert_eq!(people, 0);
}

#[tokio::test]
async fn an_organization_can_close_sign_up_for_itself() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    provider.sql("UPDATE organization_connections SET is_signup_enabled = FALSE").await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    assert_eq!(browser.get(&format!("u/signup?state={state}")).await.status(), StatusCode::FORBIDDEN);
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    assert_eq!(browser.get(&format!("u/signup?state={state}")).await.status(), StatusCode::OK);
}

/// What `POST /dbconnections/signup` answers.
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
    provider.advance(chrono::TimeDelta::seconds(1));
    sign_up(&provider, json!({})).await;
    assert_eq!(provider.mail_to("eve@example.com").await.subject, "You already have an account for Tessera");
}

#[tokio::test]
async fn what_an_application_sends_amiss_is_named() {
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
async fn signing_up_makes_nobody_a_member() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    let response = browser.post("u/signup", &form(&state, "Eve", "eve@example.com", "correct horse")).await;
    let told = crate::support::callback(&response);
    let user = told["error_description"].split(' ').nth(1).unwrap();
    assert_refused(&response, "access_denied", &format!("user {user} is not part of the {ABC} organization"));
}

#[tokio::test]
async fn one_address_opens_only_so_many_accounts() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    for _ in 0..30 {
        let taken = browser.post("u/signup", &form(&state, "A", "joe@example.com", "another password")).await;
        assert_eq!(taken.status(), StatusCode::BAD_REQUEST);
    }
    let response = browser.post("u/signup", &form(&state, "A", "new@example.com", "another password")).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
}
