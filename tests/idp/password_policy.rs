//! Password policies, on every page and endpoint that accepts a new password.

use reqwest::StatusCode;

use crate::support::{Provider, page_state};

const STRICT: &str = "UPDATE connections SET options = '{\"passwordPolicy\": \"good\", \
     \"password_complexity_options\": {\"min_length\": 12}, \
     \"password_dictionary\": {\"enable\": true, \"dictionary\": [\"Tesserae and Mortar 1\"]}}'";

const WEAK: [(&str, &str); 3] = [
    ("Short 1!", "Use at least 12 characters."),
    ("correct horse battery", "Use three of these"),
    ("tesserae AND mortar 1", "This password is too common."),
];

/// Posts all weak passwords and then a good one to `path`. Returns the last response.
async fn try_all(browser: &crate::support::Browser, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let post = async |password: &str| {
        let mut form = form.to_vec();
        form.push(("password", password));
        browser.post(path, &form).await
    };
    for (password, words) in WEAK {
        let response = post(password).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {password}");
        let page = response.text().await.unwrap();
        assert!(page.contains(words) && page.contains("id=\"password-error\""), "{path} {password}: {page}");
        assert!(page.contains("At least 12 characters, with three of"), "{page}");
    }
    post("Correct horse 1").await
}

#[tokio::test]
async fn the_policy_applies_at_sign_up() {
    let provider = Provider::start().await;
    provider.sql(STRICT).await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let form = [("state", state.as_str()), ("name", "Eve"), ("email", "eve@example.com")];
    assert_eq!(try_all(&browser, "u/signup", &form).await.status(), StatusCode::OK);
    assert_eq!(provider.mail_to("eve@example.com").await.subject, "Confirm your sign-up for Tessera");
}

#[tokio::test]
async fn the_policy_applies_to_invited_people() {
    let provider = Provider::start().await;
    provider.sql(STRICT).await;
    let browser = provider.browser();
    let invitation = provider.idp.invite("abc-inc", "eve@example.com", "Carol", &["member"]).await.unwrap();
    let link = url::Url::parse(&invitation.url).unwrap();
    let parameters: Vec<_> = link.query_pairs().into_owned().collect();
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let state = page_state(&browser.authorize(&parameters).await, "/u/invitation");
    let form = [("state", state.as_str()), ("name", "Eve")];
    assert!(try_all(&browser, "u/invitation", &form).await.status().is_redirection());
}

#[tokio::test]
async fn the_policy_applies_to_a_password_reset() {
    let provider = Provider::start().await;
    provider.sql(STRICT).await;
    let browser = provider.browser();
    browser.post("u/reset-password/request", &[("email", "joe@example.com")]).await;
    let link = url::Url::parse(&provider.mail_to("joe@example.com").await.link).unwrap();
    let ticket = link.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    let done = try_all(&browser, "u/reset-password", &[("ticket", &ticket)]).await;
    assert_eq!(done.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_default_policy_needs_eight_characters_and_refuses_common_passwords() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    for (password, words) in [("7 chars", "Use at least 8 characters."), ("iloveyou1", "This password is too common.")]
    {
        let form = [("state", state.as_str()), ("name", "E"), ("email", "eve@example.com"), ("password", password)];
        let response = browser.post("u/signup", &form).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(response.text().await.unwrap().contains(words));
    }
}
