//! `/mailbox`: the mailbox of the demo mode.

use chrono::TimeDelta;
use tessera::testing::idp::Mode;

use crate::support::{Provider, header, location};

#[tokio::test]
async fn mails_are_listed_newest_first_and_opened() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let empty = browser.get("mailbox").await.text().await.unwrap();
    assert!(empty.contains("No emails yet."));

    let first = provider.idp.invite("abc-inc", "first@example.com", "Carol <b>", &[]).await.unwrap();
    provider.advance(TimeDelta::minutes(1));
    provider.idp.invite("acme", "second@example.com", "Alice", &[]).await.unwrap();
    let response = browser.get("mailbox").await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self';") && policy.contains("frame-ancestors 'none'"));
    let list = response.text().await.unwrap();
    assert!(list.find("second@example.com") < list.find("first@example.com"), "{list}");
    assert!(list.contains("Carol &lt;b&gt; invited you to ABC Inc") && !list.contains("<script"));

    let path = provider.mail_to("first@example.com").await.path;
    let mail = browser.get(&path).await.text().await.unwrap();
    let link = format!("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", first.url.replace('&', "&amp;"));
    assert!(mail.contains(&link), "{mail}");
    assert!(mail.contains("29 August 2026, 10:40 UTC") && mail.contains("Shown only here"));
    assert!(!mail.contains("<b>"));
}

#[tokio::test]
async fn older_mails_are_on_further_pages() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for number in 0..51 {
        provider.idp.invite("abc-inc", &format!("p{number}@example.com"), "Carol", &[]).await.unwrap();
        provider.advance(TimeDelta::seconds(1));
    }
    let page = browser.get("mailbox").await.text().await.unwrap();
    assert!(page.contains("To p50@") && page.contains("To p1@") && !page.contains("To p0@"));
    let older = page.split("href=\"").find(|part| part.starts_with("/mailbox?before=")).unwrap();
    let rest = browser.get(older.split('"').next().unwrap()).await.text().await.unwrap();
    assert!(rest.contains("To p0@") && !rest.contains("To p1@") && !rest.contains("Older emails"));
}

#[tokio::test]
async fn outside_of_the_demo_only_administrators_read_the_mailbox() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    let invitation = provider.idp.invite("abc-inc", "first@example.com", "Carol", &[]).await.unwrap();
    let stranger = provider.browser();
    let path = provider.mail_to("first@example.com").await.path;
    for path in ["mailbox", "mailbox?before=x", path.as_str()] {
        let refused = stranger.get(path).await;
        assert!(location(&refused).starts_with("/console/sign-in?next=%2Fmailbox"), "{path}");
    }
    let state = stranger.begin("/u/login", &[]).await;
    let page = stranger.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("/mailbox"));

    let new = provider.idp.reset_administrator().await.unwrap();
    let form = [("name", new.name), ("password", new.password.as_str()), ("next", "/mailbox?before=x")];
    assert_eq!(location(&stranger.post("console/sign-in", &form).await), "/mailbox?before=x");
    assert!(stranger.get("mailbox").await.text().await.unwrap().contains("first@example.com"));
    let mail = stranger.get(&path).await.text().await.unwrap();
    assert!(mail.contains(&invitation.url.replace('&', "&amp;")));
    assert!(stranger.get("console/organizations").await.text().await.unwrap().contains("href=\"/mailbox\""));

    stranger.post("console/sign-out", &[]).await;
    assert!(location(&stranger.get(&path).await).starts_with("/console/sign-in"));
}

#[tokio::test]
async fn the_demo_login_page_links_to_the_mailbox() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("href=\"/mailbox\""));
    for path in ["mailbox/nothing", "mailbox/%00", "mailbox/%ff", "mailbox?before=nothing"] {
        assert!(!browser.get(path).await.status().is_server_error(), "{path}");
    }
}
