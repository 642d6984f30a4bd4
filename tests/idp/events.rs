//! The log of what happened.

use crate::support::{ABC, JOE, Provider};

/// `kind client organization user` of everything that happened, the oldest first.
async fn log(provider: &Provider) -> Vec<String> {
    let rows: Vec<(String, Option<String>, Option<String>, Option<String>)> = provider
        .rows("SELECT kind, client_id, organization_id, user_id FROM events WHERE address IS NOT NULL OR kind = 'slo' ORDER BY at, id")
        .await;
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    rows.into_iter()
        .map(|(kind, client, org, user)| format!("{kind} {} {} {}", text(client), text(org), text(user)))
        .collect()
}

#[tokio::test]
async fn signing_in_and_out_and_failing_to_is_noted() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    for (email, password) in [("who@example.com", "x"), ("joe@example.com", "x"), ("joe@example.com", "tessera-demo")] {
        provider.advance(chrono::TimeDelta::seconds(1));
        browser.post("u/login", &[("state", &state), ("email", email), ("password", password)]).await;
    }
    provider.advance(chrono::TimeDelta::seconds(1));
    browser.get("v2/logout?client_id=web").await;
    let expected = [
        format!("fu web {ABC} -"),
        format!("fp web {ABC} {JOE}"),
        format!("s web {ABC} {JOE}"),
        format!("slo - - {JOE}"),
    ];
    assert_eq!(log(&provider).await, expected);
    let (count, ip, at): (i64, String, i64) =
        provider.row("SELECT logins_count, last_ip, last_login FROM users WHERE email = 'joe@example.com'").await;
    assert_eq!((count, ip.as_str(), at), (1, "127.0.0.1", 1_788_000_003));
}

#[tokio::test]
async fn an_account_that_is_locked_is_noted_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    for _ in 0..13 {
        browser.post("u/login", &[("state", &state), ("email", "joe@example.com"), ("password", "x")]).await;
    }
    let kinds: Vec<_> =
        log(&provider).await.into_iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "fp").count(), 10);
    assert_eq!(kinds.iter().filter(|kind| *kind == "limit_wc").count(), 1);
}

#[tokio::test]
async fn what_people_do_with_their_accounts_is_noted() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let step = || provider.advance(chrono::TimeDelta::seconds(1));

    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let form =
        [("state", state.as_str()), ("name", "Eve"), ("email", "eve@example.com"), ("password", "correct horse")];
    browser.post("u/signup", &form).await;
    let ticket = |link: &str| {
        let link = url::Url::parse(link).unwrap();
        link.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned()
    };
    step();
    let verification = ticket(&provider.mail_to("eve@example.com").await.link);
    browser.post("u/email-verification", &[("ticket", &verification)]).await;
    step();
    browser.post("u/reset-password/request", &[("email", "eve@example.com")]).await;
    step();
    let reset = ticket(&provider.mail_to("eve@example.com").await.link);
    browser.post("u/reset-password", &[("ticket", &reset), ("password", "another password")]).await;
    let mut kinds: Vec<_> =
        log(&provider).await.into_iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    // The first two happen in the same second.
    kinds[..2].sort();
    assert_eq!(kinds, ["s", "ss", "sv", "scpr", "scp"]);
}
