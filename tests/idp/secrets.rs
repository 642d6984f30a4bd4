//! No password, code, token, cookie or ticket stands in the log, nor on a page of somebody who does not have it.

use serde_json::Value;

use crate::{
    log::Log,
    support::{ABC, Provider, SECRET, VERIFIER, location},
};

const NEW_PASSWORD: &str = "a horse of another colour";

#[tokio::test]
async fn the_log_and_the_pages_of_a_run_contain_no_secret() {
    Log::install();
    let provider = Provider::start().await;
    let log = Log::start();
    let (mut secrets, mut pages) =
        (vec![("verifier", VERIFIER.to_owned()), ("client secret", SECRET.to_owned())], Vec::new());

    // Sign in, once with a wrong password.
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let wrong = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "a wrong password")];
    pages.push(browser.post("u/login", &wrong).await.text().await.unwrap());
    let signed_in = browser.log_in(&state, "joe@example.com").await;
    for cookie in signed_in.headers().get_all("set-cookie") {
        let (_, value) = cookie.to_str().unwrap().split_once('=').unwrap();
        let value = value.split(';').next().unwrap();
        // A cookie that is removed has no value.
        if !value.is_empty() {
            secrets.push(("cookie", value.to_owned()));
        }
    }
    let code = crate::support::code(&signed_in);
    secrets.extend([("wrong password", "a wrong password".to_owned()), ("code", code.clone())]);

    // Tokens, once with a code that was used, and a wrong secret.
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    pages.push(provider.redeem(&code).await.text().await.unwrap());
    for name in ["access_token", "id_token", "refresh_token"] {
        secrets.push((name, tokens[name].as_str().unwrap().to_owned()));
    }
    pages.push(provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.text().await.unwrap());
    pages.push(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.text().await.unwrap());
    let wrong = [("client_id", "web"), ("client_secret", "a wrong secret"), ("grant_type", "authorization_code")];
    pages.push(provider.post_form("oauth/token", &wrong).await.text().await.unwrap());
    secrets.push(("wrong secret", "a wrong secret".to_owned()));

    // A new password, by the link in a mail.
    let login = browser.begin("/u/login", &[("prompt", "login")]).await;
    browser.post("u/reset-password/request", &[("state", &login), ("email", "joe@example.com")]).await;
    let ticket = provider.mail_to("joe@example.com").await.ticket("/u/reset-password");
    let form = [("ticket", ticket.as_str()), ("password", NEW_PASSWORD)];
    pages.push(browser.post("u/reset-password", &form).await.text().await.unwrap());
    pages.push(browser.post("u/reset-password", &form).await.text().await.unwrap());
    let state = browser.begin("/u/login", &[("prompt", "login")]).await;
    let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", NEW_PASSWORD)];
    location(&browser.post("u/login", &form).await);
    secrets.extend([("ticket", ticket), ("password", NEW_PASSWORD.to_owned())]);

    // The console.
    let new = provider.idp.reset_administrator().await.unwrap();
    let wrong = browser.post("console/sign-in", &[("name", new.name), ("password", "a wrong password")]).await;
    pages.push(wrong.text().await.unwrap());
    let inside = browser.post("console/sign-in", &[("name", new.name), ("password", &new.password)]).await;
    assert_eq!(location(&inside), "/console/organizations");
    secrets.push(("password of the administrator", new.password.clone()));
    for page in [
        "organizations",
        "people",
        "person?id=auth0%7Cd00000000000000000000005",
        "clients",
        "connections",
        "keys",
        "log",
    ] {
        pages.push(browser.get(&format!("console/{page}")).await.text().await.unwrap());
    }
    for (kind, secret) in secrets {
        assert!(secret.len() > 8, "{kind}");
        assert_eq!(log.lines_with(&secret), Vec::<String>::new(), "the {kind} is in the log");
        let shown = pages.iter().filter(|page| page.contains(&secret) && !answers_with(page, &secret)).count();
        assert_eq!(shown, 0, "the {kind} is on a page");
    }
}

/// Whether an answer of the token endpoint issues this token.
fn answers_with(page: &str, secret: &str) -> bool {
    serde_json::from_str::<Value>(page)
        .is_ok_and(|answer| ["access_token", "id_token", "refresh_token"].iter().any(|name| answer[*name] == secret))
}
