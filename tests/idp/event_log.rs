//! The event log: which events are recorded.

use crate::support::{ABC, JOE, Provider};

#[derive(sqlx::FromRow)]
struct Line {
    kind: String,
    client_id: Option<String>,
    organization_id: Option<String>,
    user_id: Option<String>,
}

/// Lists all events as `kind client organization user`, oldest first.
async fn log(provider: &Provider) -> Vec<String> {
    let lines: Vec<Line> =
        provider.rows("SELECT kind, client_id, organization_id, user_id FROM events ORDER BY at, id").await;
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let line = |line: Line| {
        format!("{} {} {} {}", line.kind, text(line.client_id), text(line.organization_id), text(line.user_id))
    };
    lines.into_iter().map(line).collect()
}

/// Lists the codes of all events, oldest first.
async fn kinds(provider: &Provider) -> Vec<String> {
    log(provider).await.into_iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn sign_ins_sign_outs_and_failures_are_logged() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    for (email, password) in [("who@example.com", "x"), ("joe@example.com", "x"), ("joe@example.com", "tessera-demo")] {
        provider.advance(chrono::TimeDelta::seconds(1));
        browser.post("u/login", &[("state", &state), ("email", email), ("password", password)]).await;
    }
    provider.advance(chrono::TimeDelta::seconds(1));
    browser.get_from_site("same-origin", "v2/logout?client_id=web").await;
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
async fn a_locked_account_is_logged_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    for _ in 0..13 {
        browser.post("u/login", &[("state", &state), ("email", "joe@example.com"), ("password", "x")]).await;
    }
    let kinds = kinds(&provider).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "fp").count(), 10);
    assert_eq!(kinds.iter().filter(|kind| *kind == "limit_wc").count(), 1);
}

#[tokio::test]
async fn account_changes_are_logged() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let step = || provider.advance(chrono::TimeDelta::seconds(1));

    provider.sql("UPDATE settings SET sign_up_at_once = TRUE").await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    step();
    let verification = provider.mail_to("eve@example.com").await.ticket("/u/email-verification");
    browser.post("u/email-verification", &[("ticket", verification.as_str()), ("password", "correct horse")]).await;
    step();
    browser.post("u/reset-password/request", &[("email", "eve@example.com")]).await;
    step();
    let reset = provider.mail_to("eve@example.com").await.ticket("/u/reset-password");
    browser.post("u/reset-password", &[("ticket", &reset), ("password", "another password")]).await;
    let mut kinds = kinds(&provider).await;
    // The first two events happen in the same second, so their order is not fixed.
    kinds[..2].sort();
    assert_eq!(kinds, ["s", "ss", "sv", "scpr", "scp"]);
}

#[tokio::test]
async fn each_step_of_a_sign_up_is_logged() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let step = || provider.advance(chrono::TimeDelta::seconds(1));

    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    browser.sign_up(&state, "Joe", "joe@example.com", "correct horse").await;
    step();
    browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    step();
    let ticket = provider.mail_to("eve@example.com").await.ticket("/u/signup/confirm");
    provider.browser().post("u/signup/confirm", &[("ticket", ticket.as_str()), ("password", "a guess")]).await;
    step();
    browser.post("u/signup/confirm", &[("ticket", &ticket)]).await;
    let eve = provider.text("SELECT id FROM users WHERE email = 'eve@example.com'").await;
    let mut log = log(&provider).await;
    // The last events happen in the same second, so their order is not fixed.
    log[3..].sort();
    let expected = [
        format!("fs web - {JOE}"),
        "svr web - -".to_owned(),
        "fp web - -".to_owned(),
        format!("s web - {eve}"),
        format!("ss web - {eve}"),
    ];
    assert_eq!(log, expected);
}
