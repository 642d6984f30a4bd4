//! `/u/signup/confirm`: confirming a sign-up by the link in a mail.

use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tessera::testing::idp::{JoinCondition, OrganizationId};

use crate::support::{ABC, Browser, Provider, callback, code, header, page_state};

const PATH: &str = "/u/signup/confirm";
const EVE: &str = "eve@example.com";
const PASSWORD: &str = "correct horse";

/// Signs Eve up in `browser`. Returns the `state` of the login and the ticket in the mail to her.
async fn begin(provider: &Provider, browser: &Browser, extra: &[(&str, &str)]) -> (String, String) {
    let mut parameters = vec![("screen_hint", "signup")];
    parameters.extend_from_slice(extra);
    let state = browser.begin("/u/signup", &parameters).await;
    let ticket = sign_up(provider, browser, &state, "Eve", PASSWORD).await;
    (state, ticket)
}

async fn sign_up(provider: &Provider, browser: &Browser, state: &str, name: &str, password: &str) -> String {
    // A mail can be requested again after a minute, and the mail of this sign-up is the newest.
    provider.advance(TimeDelta::minutes(1));
    assert_eq!(browser.sign_up(state, name, EVE, password).await.status(), StatusCode::OK);
    provider.mail_to(EVE).await.ticket(PATH)
}

async fn press(browser: &Browser, ticket: &str) -> Response {
    browser.post(PATH, &[("ticket", ticket)]).await
}

async fn press_with(browser: &Browser, ticket: &str, password: &str) -> Response {
    browser.post(PATH, &[("ticket", ticket), ("password", password)]).await
}

async fn log_in(provider: &Provider, password: &str) -> Response {
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    browser.post("u/login", &[("state", &state), ("email", EVE), ("password", password)]).await
}

/// Lists the names of the users with Eve's address.
async fn eves(provider: &Provider) -> Vec<String> {
    provider.texts("SELECT name FROM users WHERE email = 'eve@example.com'").await
}

async fn assert_gone(response: Response) {
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let page = response.text().await.unwrap();
    assert!(page.contains("This link can no longer be used") && page.contains("sign up there again"), "{page}");
}

async fn text(response: Response, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_link_continues_the_login_in_the_same_browser() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    browser.sign_up(&state, " Åsa <Ek> ", "Asa@Example.com", PASSWORD).await;
    let mail = provider.mail_to("asa@example.com").await;
    assert_eq!(mail.subject, "Confirm your sign-up for Tessera");
    assert!(!mail.text.contains("Åsa"), "the mail does not contain the name");

    // Opening the link without a click, as mail scanners do, creates no account.
    let response = browser.get(&mail.link).await;
    assert!(header(&response, "content-security-policy").contains("form-action 'self' http://app.example;"));
    let page = text(response, StatusCode::OK).await;
    assert!(page.contains("Åsa &lt;Ek&gt;") && page.contains("asa@example.com"), "{page}");
    assert!(page.contains("Create account") && !page.contains("type=\"password\""), "{page}");
    let (people,): (i64,) = provider.row("SELECT COUNT(*) FROM users WHERE email = 'asa@example.com'").await;
    assert_eq!(people, 0);

    let response = press(&browser, &mail.ticket(PATH)).await;
    let tokens: Value = provider.redeem(&code(&response)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((&id["name"], &id["email"]), (&json!("Åsa <Ek>"), &json!("asa@example.com")));
    assert_eq!(id["email_verified"], true);
    code(&browser.authorize(&[("prompt", "none")]).await);
    let left: Vec<(String,)> = provider.rows("SELECT email FROM sign_ups").await;
    assert!(left.is_empty());
}

#[tokio::test]
async fn another_browser_must_enter_the_chosen_password() {
    let provider = Provider::start().await;
    provider.open_organizations().await;
    let (browser, other) = (provider.browser(), provider.browser());
    let (state, ticket) = begin(&provider, &browser, &[("organization", ABC)]).await;
    let page = text(other.get(&format!("{PATH}?ticket={ticket}")).await, StatusCode::OK).await;
    assert!(page.contains("type=\"password\"") && page.contains("#2f6f4f"), "{page}");

    let wrong = text(press_with(&other, &ticket, "a guess").await, StatusCode::BAD_REQUEST).await;
    assert!(wrong.contains("Wrong password."), "{wrong}");
    let done = press_with(&other, &ticket, PASSWORD).await;
    assert!(done.headers().get("set-cookie").is_none(), "it is not signed in");
    let done = text(done, StatusCode::OK).await;
    assert!(done.contains("Your account is ready") && done.contains("href=\"http://app.example/login\""), "{done}");
    assert!(done.contains("Continue to Tessera"));
    let (verified,): (bool,) = provider.row("SELECT email_verified FROM users WHERE email = 'eve@example.com'").await;
    assert!(verified);

    // The login continues in the browser that began it.
    let form = [("state", state.as_str()), ("email", EVE), ("password", PASSWORD)];
    code(&browser.post("u/login", &form).await);
    // Another login leads to the organization picker, because Eve is now a member.
    page_state(&log_in(&provider, PASSWORD).await, "/u/organization");
}

#[tokio::test]
async fn signing_up_a_foreign_address_gives_no_account_by_its_owners_click() {
    let provider = Provider::start().await;
    let (attacker, owner) = (provider.browser(), provider.browser());
    // The owner's browser also has a cookie.
    owner.begin("/u/login", &[]).await;
    let (_, ticket) = begin(&provider, &attacker, &[]).await;
    for response in [press(&owner, &ticket).await, press_with(&owner, &ticket, "the owner’s own").await] {
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
    assert!(eves(&provider).await.is_empty());
    assert_eq!(log_in(&provider, PASSWORD).await.status(), StatusCode::BAD_REQUEST);
    // The attacker's browser cannot confirm the sign-up without the ticket in the link.
    for ticket in ["", "a guess"] {
        assert_gone(press(&attacker, ticket).await).await;
    }
}

#[tokio::test]
async fn attempts_at_the_chosen_password_count_towards_the_sign_in_limit() {
    let provider = Provider::start().await;
    let (_, ticket) = begin(&provider, &provider.browser(), &[]).await;
    let other = provider.browser();
    for _ in 0..10 {
        assert_eq!(press_with(&other, &ticket, "a guess").await.status(), StatusCode::BAD_REQUEST);
    }
    let late = press_with(&other, &ticket, PASSWORD).await;
    assert_eq!((late.status(), header(&late, "retry-after")), (StatusCode::TOO_MANY_REQUESTS, "900".to_owned()));
    assert!(eves(&provider).await.is_empty());
    provider.advance(TimeDelta::minutes(15));
    assert_eq!(press_with(&other, &ticket, PASSWORD).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_account_is_created_even_after_the_login_expired() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[]).await;
    provider.advance(TimeDelta::hours(1));
    let done = text(press(&browser, &ticket).await, StatusCode::OK).await;
    assert!(done.contains("Your account is ready") && done.contains("Continue to Tessera"), "{done}");

    // The account is also created if the login has finished, here by another user.
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (state, ticket) = begin(&provider, &browser, &[]).await;
    callback(&browser.post("u/login/demo", &[("state", &state), ("email", "nina@example.com")]).await);
    let done = text(press(&browser, &ticket).await, StatusCode::OK).await;
    assert!(done.contains("Your account is ready"), "{done}");
    assert_eq!(eves(&provider).await, ["Eve"]);
}

#[tokio::test]
async fn the_link_expires_after_a_day() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[]).await;
    let link = format!("{PATH}?ticket={ticket}");
    provider.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!(browser.get(&link).await.status(), StatusCode::OK);
    provider.advance(TimeDelta::seconds(1));
    assert_gone(browser.get(&link).await).await;
    assert_gone(press(&browser, &ticket).await).await;
    assert!(eves(&provider).await.is_empty());
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    sign_up(&provider, &browser, &state, "Eve", PASSWORD).await;
    let (kept,): (i64,) = provider.row("SELECT COUNT(*) FROM sign_ups").await;
    assert_eq!(kept, 1, "what has expired is forgotten");
}

#[tokio::test]
async fn a_link_works_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[]).await;
    code(&press(&browser, &ticket).await);
    assert_gone(press(&browser, &ticket).await).await;
    assert_gone(browser.get(&format!("{PATH}?ticket={ticket}")).await).await;
    assert_gone(browser.get(PATH).await).await;
}

#[tokio::test]
async fn of_several_sign_ups_the_followed_link_counts() {
    for followed in [0, 1] {
        let provider = Provider::start().await;
        let browser = provider.browser();
        let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
        let chosen = [("First", "the first password"), ("Second", "the second password")];
        let mut tickets = Vec::new();
        for (name, password) in chosen {
            tickets.push(sign_up(&provider, &browser, &state, name, password).await);
        }
        let (name, password) = chosen[followed];
        let (_, other) = chosen[1 - followed];
        let stranger = provider.browser();
        assert_eq!(press_with(&stranger, &tickets[followed], other).await.status(), StatusCode::BAD_REQUEST);
        code(&press(&browser, &tickets[followed]).await);
        assert_gone(press(&browser, &tickets[1 - followed]).await).await;
        assert_eq!(eves(&provider).await, [name]);
        code(&log_in(&provider, password).await);
        assert_eq!(log_in(&provider, other).await.status(), StatusCode::BAD_REQUEST);
        // The ticket stays invalid when the address is free again.
        provider.sql("DELETE FROM users WHERE email = 'eve@example.com'").await;
        assert_gone(press(&browser, &tickets[1 - followed]).await).await;
    }
}

#[tokio::test]
async fn an_account_created_meanwhile_is_left_unchanged() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (state, ticket) = begin(&provider, &browser, &[]).await;
    let invitation = provider.idp.invite("abc-inc", EVE, "Carol", &["member"]).await.unwrap();
    let link = url::Url::parse(&invitation.url).unwrap();
    let parameters: Vec<_> = link.query_pairs().into_owned().collect();
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let invited = provider.browser();
    let accept = page_state(&invited.authorize(&parameters).await, "/u/invitation");
    let form = [("state", accept.as_str()), ("name", "Invited Eve"), ("password", "by invitation")];
    code(&invited.post("u/invitation", &form).await);

    let page = text(press(&browser, &ticket).await, StatusCode::CONFLICT).await;
    assert!(page.contains("You already have an account"), "{page}");
    assert!(page.contains(&format!("href=\"/u/login?state={state}\"")), "{page}");
    assert_eq!(eves(&provider).await, ["Invited Eve"]);
    page_state(&log_in(&provider, "by invitation").await, "/u/organization");
    assert_eq!(log_in(&provider, PASSWORD).await.status(), StatusCode::BAD_REQUEST);
    assert_gone(press(&browser, &ticket).await).await;
}

#[tokio::test]
async fn concurrent_confirmations_create_one_account() {
    for _ in 0..5 {
        let provider = Provider::start().await;
        let browser = provider.browser();
        let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
        let first = sign_up(&provider, &browser, &state, "Eve", PASSWORD).await;
        let second = sign_up(&provider, &browser, &state, "Eve", "another password").await;
        let (a, b, c, d) = tokio::join!(
            press(&browser, &first),
            press(&browser, &second),
            press(&browser, &first),
            press(&browser, &second)
        );
        let statuses = [a, b, c, d].map(|response| response.status());
        let (done, refused): (Vec<_>, Vec<_>) = statuses.into_iter().partition(StatusCode::is_redirection);
        assert_eq!((done.len(), refused), (1, vec![StatusCode::BAD_REQUEST; 3]));
        assert_eq!(eves(&provider).await, ["Eve"]);
    }
}

#[tokio::test]
async fn signing_up_for_an_open_organization_makes_a_member() {
    let provider = Provider::start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[("organization", ABC)]).await;
    assert_eq!(provider.mail_to(EVE).await.subject, "Confirm your sign-up for ABC Inc");
    let tokens: Value = provider.redeem(&code(&press(&browser, &ticket).await)).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], ABC);
}

#[tokio::test]
async fn a_join_rule_counts_the_address_as_verified() {
    let provider = Provider::start().await;
    provider.open_organizations().await;
    let rule = JoinCondition::EmailDomain("example.com".to_owned());
    provider.idp.add_join_rule(&OrganizationId::unchecked(ABC), &rule, "member").await.unwrap();
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code(&press(&browser, &ticket).await)).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], ABC);
}

#[tokio::test]
async fn sign_up_disabled_meanwhile_creates_no_account() {
    let provider = Provider::start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[("organization", ABC)]).await;
    provider.sql("UPDATE organization_connections SET is_signup_enabled = FALSE").await;
    let page = text(press(&browser, &ticket).await, StatusCode::FORBIDDEN).await;
    assert!(page.contains("Sign-up is closed"));
    assert!(eves(&provider).await.is_empty());
}

#[tokio::test]
async fn a_form_from_another_site_creates_no_account() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let (_, ticket) = begin(&provider, &browser, &[]).await;
    let response = browser.post_from("http://evil.example", PATH, &[("ticket", &ticket)]).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(eves(&provider).await.is_empty());
}
