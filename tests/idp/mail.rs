//! Delivery of mail by SMTP.

use std::time::Duration;

use chrono::TimeDelta;
use tessera::testing::idp::SmtpConfig;

use crate::{
    smtp::{Smtp, eventually},
    snapshot::redacted,
    support::{Mail, Provider},
};

async fn provider(smtp: &Smtp) -> Provider {
    let config = SmtpConfig::new(&smtp.url(), "Tessera <hello@tessera.example>").unwrap();
    Provider::start_with(|it| it.smtp = Some(config.with_poll_interval(Duration::from_millis(20)))).await
}

/// Returns the delivery state of the only mail: number of attempts, whether it was sent, whether another attempt is
/// planned, and the last error.
async fn state(provider: &Provider) -> (i64, bool, bool, Option<String>) {
    let row: (i64, Option<i64>, Option<i64>, Option<String>) =
        provider.row("SELECT tries, sent_at, due_at, problem FROM mails").await;
    (row.0, row.1.is_some(), row.2.is_some(), row.3)
}

/// Decodes quoted-printable text (RFC 2045 section 6.7).
fn decoded(data: &str) -> String {
    let joined = data.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'=');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn an_invitation_goes_out_as_text_and_as_html() {
    let smtp = Smtp::start().await;
    let provider = provider(&smtp).await;
    let invitation = provider.idp.invite("abc-inc", "nina@example.com", "Carol Castro", &["member"]).await.unwrap();
    let mail = smtp.wait_for(1).await.remove(0);
    assert_eq!(mail.from.split(' ').next(), Some("<hello@tessera.example>"));
    assert_eq!(mail.to, "<nina@example.com>");
    let data = decoded(&mail.data);
    for expected in [
        "From: Tessera <hello@tessera.example>",
        "To: nina@example.com",
        "Subject: Carol Castro invited you to ABC Inc",
        "Date: Sat, 29 Aug 2026 10:40:00",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "Carol Castro invited you to join ABC Inc.",
        "5 September 2026, 10:40 UTC",
        "#2f6f4f",
        ">Accept invitation</a>",
        &format!("\n{}\n", invitation.url),
        &format!("href=\"{}\"", invitation.url.replace('&', "&amp;")),
    ] {
        assert!(data.replace('\r', "").contains(expected), "{expected} is not in {data}");
    }
    let (tries, sent, again, problem) =
        eventually(|| async { Some(state(&provider).await).filter(|state| state.1) }).await;
    assert_eq!((tries, sent, again, problem), (1, true, false, None));
}

#[tokio::test]
async fn a_temporarily_refused_mail_is_retried() {
    let smtp = Smtp::start().await;
    smtp.refuse_next("451 Come back later");
    let provider = provider(&smtp).await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    let failed = eventually(|| async { Some(state(&provider).await).filter(|state| state.3.is_some()) }).await;
    assert!(failed.3.unwrap().contains("Come back later"));
    assert_eq!((failed.0, failed.1, failed.2), (1, false, true));
    assert_eq!(smtp.mails().len(), 0);

    provider.advance(TimeDelta::seconds(61));
    assert_eq!(smtp.wait_for(1).await.len(), 1);
    let sent = eventually(|| async { Some(state(&provider).await).filter(|state| state.1) }).await;
    assert_eq!(sent, (2, true, false, None));
}

#[tokio::test]
async fn a_permanently_refused_mail_is_not_retried() {
    let smtp = Smtp::start().await;
    smtp.refuse_next("550 Nobody of that name");
    let provider = provider(&smtp).await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    let failed = eventually(|| async { Some(state(&provider).await).filter(|state| state.3.is_some()) }).await;
    assert!(failed.3.unwrap().contains("Nobody of that name"));
    assert_eq!((failed.0, failed.1, failed.2), (1, false, false));
    provider.advance(TimeDelta::days(1));
    provider.idp.invite("abc-inc", "other@example.com", "Carol", &[]).await.unwrap();
    let mails = smtp.wait_for(1).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "<other@example.com>"));
    assert_eq!(smtp.conversations(), 2);
}

#[tokio::test]
async fn queued_mail_is_sent_after_a_restart() {
    let smtp = Smtp::start().await;
    let provider = Provider::start().await;
    let config = SmtpConfig::new(&smtp.url(), "hello@tessera.example").unwrap();
    // This provider is dropped before it begins to send.
    let before = provider.reopen_with(|it| it.smtp = Some(config.clone())).await;
    before.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    drop(before);
    assert_eq!(state(&provider).await, (0, false, true, None));
    assert_eq!(smtp.conversations(), 0);

    let after = provider.reopen_with(|it| it.smtp = Some(config)).await;
    let _router = after.router();
    assert_eq!(smtp.wait_for(1).await[0].to, "<nina@example.com>");
}

#[tokio::test]
async fn an_unreachable_mail_server_loses_no_mail() {
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let config = SmtpConfig::new(&format!("smtp://{unused}"), "hello@tessera.example").unwrap();
    let provider = Provider::start_with(|it| it.smtp = Some(config)).await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    let failed = eventually(|| async { Some(state(&provider).await).filter(|state| state.3.is_some()) }).await;
    assert_eq!((failed.0, failed.1, failed.2), (1, false, true));
    assert!(provider.mail_to("nina@example.com").await.subject.contains("Carol invited you"));
}

#[tokio::test]
async fn without_a_mail_server_mail_is_only_stored() {
    let provider = Provider::start().await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    assert_eq!(state(&provider).await, (0, false, false, None));
}

#[tokio::test]
async fn a_refused_invitation_writes_no_mail() {
    let provider = Provider::start().await;
    assert!(provider.idp.invite("abc-inc", "nina@example.com", "Carol", &["king"]).await.is_err());
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 0);
}

#[tokio::test]
async fn closing_the_provider_waits_for_outgoing_mail() {
    let smtp = Smtp::start().await;
    let provider = provider(&smtp).await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol", &[]).await.unwrap();
    smtp.wait_for(1).await;
    provider.idp.close().await;
    let (_, is_sent, ..) = state(&provider).await;
    assert!(is_sent, "an accepted mail is recorded as sent");
}

#[tokio::test]
async fn each_mail_reads_as_its_snapshot() {
    let provider = Provider::start().await;
    provider.idp.invite("abc-inc", "nina@example.com", "Carol Castro", &["member"]).await.unwrap();
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    browser.sign_up(&state, "Not Joe", "joe@example.com", "correct horse").await;
    provider.sql("UPDATE settings SET sign_up_at_once = TRUE").await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    browser.sign_up(&state, "Ann", "ann@example.com", "correct horse").await;
    let state = provider.browser().begin("/u/login", &[]).await;
    browser.post("u/reset-password/request", &[("state", &state), ("email", "carol@example.com")]).await;

    let mut mails = Vec::new();
    for to in provider.texts("SELECT recipient FROM mails ORDER BY recipient").await {
        let Mail { subject, text, .. } = provider.mail_to(&to).await;
        mails.push(format!("To: {to}\nSubject: {subject}\n\n{text}"));
    }
    let _redacted = redacted();
    insta::assert_snapshot!("mails", mails.join("\n=====\n"));
}
