//! `/u/consent`: the consent page.

use reqwest::{Response, StatusCode};
use tessera::testing::idp::Client;

use crate::support::{ABC, Browser, CALLBACK, Provider, SECRET, XYZ, assert_refused, code, page_state};

async fn start() -> Provider {
    Provider::start_with(|config| {
        let web = config.clients.iter().find(|client| client.client_id == "web").unwrap().clone();
        config.clients.push(Client {
            client_id: "partner".to_owned(),
            name: "Partner’s Planner".to_owned(),
            secret: Some(SECRET.to_owned()),
            is_first_party: false,
            ..web
        });
    })
    .await
}

const PARTNER: (&str, &str) = ("client_id", "partner");

/// Signs in and returns the state of the consent page.
async fn reach_consent(browser: &Browser, extra: &[(&str, &str)]) -> String {
    let state = browser.begin("/u/login", extra).await;
    page_state(&browser.log_in(&state, "joe@example.com").await, "/u/consent")
}

async fn answer(browser: &Browser, state: &str, answer: &str) -> Response {
    browser.post("u/consent", &[("state", state), ("answer", answer)]).await
}

#[tokio::test]
async fn a_third_party_client_asks_for_listed_scopes() {
    let provider = start().await;
    let browser = provider.browser();
    provider.sql("UPDATE api_permissions SET description = 'Tasks of all projects' WHERE name = 'read:tasks'").await;
    let scope = ("scope", "openid email read:tasks write:tasks manage:organization");
    let state = reach_consent(&browser, &[PARTNER, ("organization", ABC), scope]).await;
    let page = browser.get(&format!("u/consent?state={state}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    for words in ["Partner’s Planner", "Tessera API", "see your email address", "read tasks", "Tasks of all projects"]
    {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    assert!(!page.contains("manage organization"), "a scope that Joe does not have is not listed");
    assert!(!page.contains("your name") && !page.contains("<script"));
    code(&answer(&browser, &state, "accept").await);
}

#[tokio::test]
async fn consent_is_remembered_until_more_scopes_are_requested() {
    let provider = start().await;
    let browser = provider.browser();
    let (little, more) = (("scope", "openid read:tasks"), ("scope", "openid read:tasks write:tasks"));
    let organization = ("organization", ABC);
    let state = reach_consent(&browser, &[PARTNER, organization, little]).await;
    code(&answer(&browser, &state, "accept").await);
    code(&browser.authorize(&[PARTNER, organization, little]).await);
    code(&browser.authorize(&[PARTNER, organization, little, ("prompt", "none")]).await);

    let state = browser.begin("/u/consent", &[PARTNER, organization, more]).await;
    code(&answer(&browser, &state, "accept").await);
    for scope in [little, more] {
        code(&browser.authorize(&[PARTNER, organization, scope]).await);
    }
    browser.begin("/u/consent", &[PARTNER, organization, ("audience", ""), ("scope", "openid")]).await;

    let another = provider.browser();
    let state = another.begin("/u/login", &[PARTNER, organization, little]).await;
    page_state(&another.log_in(&state, "carol@example.com").await, "/u/consent");
}

#[tokio::test]
async fn declining_grants_nothing() {
    let provider = start().await;
    let browser = provider.browser();
    let state = reach_consent(&browser, &[PARTNER, ("organization", ABC)]).await;
    let declined = answer(&browser, &state, "decline").await;
    assert_refused(&declined, "access_denied", "User did not authorize the request");
    assert_eq!(answer(&browser, &state, "accept").await.status(), StatusCode::BAD_REQUEST, "the login is over");
    browser.begin("/u/consent", &[PARTNER, ("organization", ABC)]).await;
}

#[tokio::test]
async fn consent_comes_after_the_organization_is_chosen() {
    let provider = start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[PARTNER]).await;
    page_state(&browser.log_in(&state, "joe@example.com").await, "/u/organization");
    let chosen = browser.post("u/organization", &[("state", &state), ("organization", XYZ)]).await;
    assert_eq!(page_state(&chosen, "/u/consent"), state);
    let code = code(&answer(&browser, &state, "accept").await);
    let form = [
        ("grant_type", "authorization_code"),
        PARTNER,
        ("client_secret", SECRET),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", crate::support::VERIFIER),
    ];
    let tokens: serde_json::Value = provider.post_form("oauth/token", &form).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], XYZ);

    // The user may also continue without an organization.
    let state = browser.begin("/u/organization", &[PARTNER, ("prompt", "consent")]).await;
    let skipped = browser.post("u/organization", &[("state", &state)]).await;
    page_state(&skipped, "/u/consent");
    crate::support::code(&answer(&browser, &state, "accept").await);
}

#[tokio::test]
async fn prompt_none_fails_when_consent_is_needed() {
    let provider = start().await;
    let browser = provider.browser();
    reach_consent(&browser, &[PARTNER, ("organization", ABC)]).await;
    let response = browser.authorize(&[PARTNER, ("organization", ABC), ("prompt", "none")]).await;
    assert_refused(&response, "consent_required", "Consent required");
}

#[tokio::test]
async fn first_party_clients_ask_when_client_or_api_requires_it() {
    let provider = start().await;
    let browser = provider.browser();
    code(&browser.log_in(&browser.begin("/u/login", &[("organization", ABC)]).await, "joe@example.com").await);

    let asking = [("organization", ABC), ("prompt", "consent")];
    for _ in 0..2 {
        let state = browser.begin("/u/consent", &asking).await;
        code(&answer(&browser, &state, "accept").await);
    }
    provider.sql("DELETE FROM consents").await;
    provider.sql("UPDATE apis SET skip_consent_for_verifiable_first_party_clients = FALSE").await;
    let state = browser.begin("/u/consent", &[("organization", ABC)]).await;
    code(&browser.authorize(&[("organization", ABC), ("audience", "")]).await);
    code(&answer(&browser, &state, "accept").await);
    code(&browser.authorize(&[("organization", ABC)]).await);
}

#[tokio::test]
async fn a_localhost_application_asks_if_the_tenant_requires_it() {
    let callback = "http://localhost:3000/callback";
    let provider = Provider::start_with(|config| config.clients[0].callbacks.push(callback.to_owned())).await;
    let browser = provider.browser();
    code(&browser.log_in(&browser.begin("/u/login", &[("organization", ABC)]).await, "joe@example.com").await);
    let local = [("organization", ABC), ("redirect_uri", callback)];
    let answered = browser.authorize(&local).await;
    assert!(crate::support::location(&answered).starts_with(callback));
    provider.sql("UPDATE settings SET consent_at_localhost = TRUE").await;
    browser.begin("/u/consent", &local).await;
    code(&browser.authorize(&[("organization", ABC)]).await);
}

#[tokio::test]
async fn only_the_same_browser_answers() {
    let provider = start().await;
    let browser = provider.browser();
    let state = reach_consent(&browser, &[PARTNER, ("organization", ABC)]).await;
    let form = [("state", state.as_str()), ("answer", "accept")];
    assert_eq!(browser.post_from("http://evil.example", "u/consent", &form).await.status(), StatusCode::FORBIDDEN);
    let stranger = provider.browser();
    assert_eq!(stranger.post("u/consent", &form).await.status(), StatusCode::BAD_REQUEST);
    let unclear = answer(&browser, &state, "perhaps").await;
    assert!(unclear.text().await.unwrap().contains("Accept"), "the page is shown again");

    // A user who signs in in another tab has not seen this consent page.
    let other = browser.begin("/u/login", &[("organization", ABC), ("prompt", "login")]).await;
    code(&browser.log_in(&other, "carol@example.com").await);
    page_state(&answer(&browser, &state, "accept").await, "/u/login");
}

#[tokio::test]
async fn a_login_cannot_skip_ahead_to_consent() {
    let provider = start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[PARTNER, ("organization", ABC)]).await;
    page_state(&answer(&browser, &state, "accept").await, "/u/login");
    code_of_own(&browser).await;
    let state = browser.begin("/u/login", &[PARTNER, ("organization", ABC), ("prompt", "login")]).await;
    page_state(&answer(&browser, &state, "accept").await, "/u/login");
}

async fn code_of_own(browser: &Browser) {
    browser.code("joe@example.com", &[("organization", ABC)]).await;
}
