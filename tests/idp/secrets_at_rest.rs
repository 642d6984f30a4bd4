//! What a copy of the provider's database reveals.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::json;
use tessera::testing::{
    idp::{Error, NewIssuer},
    kernel::sealer::SealedText,
};

use crate::support::{ABC, Provider, open, sealer};

const ISSUER_SECRET: &str = "our secret at another issuer";

/// Starts a provider with an invitation and a connection to another issuer. Returns it with the link of the invitation.
async fn start() -> (Provider, String) {
    let provider = Provider::start().await;
    let options = json!({"client_id": "tessera", "client_secret": ISSUER_SECRET, "issuer": "https://sso.acme.example"});
    let issuer = NewIssuer {
        name: "acme",
        display_name: None,
        options: options.as_object().unwrap().clone(),
        show_as_button: false,
        clients: &[],
    };
    provider.idp.add_issuer(issuer).await.unwrap();
    let invitation = provider.idp.invite("abc-inc", "nina@example.com", "Carol", &["member"]).await.unwrap();
    (provider, invitation.url)
}

fn ticket(link: &str) -> String {
    url::Url::parse(link).unwrap().query_pairs().find(|(name, _)| name == "invitation").unwrap().1.into_owned()
}

/// Returns the columns that hold secrets, as texts.
async fn stored(provider: &Provider) -> String {
    provider
        .texts(
            "SELECT private_key FROM signing_keys UNION ALL SELECT ticket FROM invitations
             UNION ALL SELECT body_text FROM mails UNION ALL SELECT body_html FROM mails
             UNION ALL SELECT options FROM connections",
        )
        .await
        .join("\n")
}

/// Returns the ids of the signing keys in use.
async fn kids(provider: &Provider) -> Vec<String> {
    provider.texts("SELECT kid FROM signing_keys WHERE state <> 'revoked' ORDER BY kid").await
}

/// Whether the ticket leads to the page of an invitation.
async fn is_open(provider: &Provider, ticket: &str) -> bool {
    let response = provider.browser().authorize(&[("invitation", ticket), ("organization", ABC)]).await;
    response.headers()["location"].to_str().unwrap().starts_with("/u/invitation?")
}

/// Asserts that no secret can be read in the database, and that each is still known to the provider.
async fn assert_sealed(provider: &Provider, link: &str) {
    let stored = stored(provider).await;
    for secret in ["PRIVATE KEY", "http://app.example/login", "Carol invited you", ISSUER_SECRET, &ticket(link)] {
        assert!(!stored.contains(secret), "{secret}");
    }
    assert!(provider.private_key().await.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    assert_eq!(provider.mail_to("nina@example.com").await.link, link);
    assert_eq!(provider.client_secret().await.as_deref(), Some(ISSUER_SECRET));
    assert!(is_open(provider, &ticket(link)).await);
}

#[tokio::test]
async fn secrets_cannot_be_read_in_the_database() {
    let (provider, link) = start().await;
    assert_sealed(&provider, &link).await;
    let mail = provider.mail_to("nina@example.com").await;
    let page = provider.browser().get(&mail.path).await.text().await.unwrap();
    assert!(page.contains(&ticket(&link)), "the mailbox shows the mail");
}

#[tokio::test]
async fn a_database_of_an_earlier_version_is_sealed_at_the_next_start() {
    let (provider, link) = start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let (before, text) = (kids(&provider).await, provider.mail_to("nina@example.com").await.text);

    // Earlier versions stored all of it as plain text.
    let keys: Vec<(String, String)> = provider.rows("SELECT kid, private_key FROM signing_keys").await;
    let mut statements = vec![
        format!("UPDATE invitations SET ticket = '{}', ticket_hash = NULL", ticket(&link)),
        format!("UPDATE mails SET body_text = '{text}', body_html = '<p>{text}</p>'"),
        "UPDATE settings SET seal_check = NULL".to_owned(),
    ];
    for (kid, sealed) in keys {
        let pem = open(&format!("signing key {kid}"), sealed);
        statements.push(format!("UPDATE signing_keys SET private_key = '{pem}' WHERE kid = '{kid}'"));
    }
    let options = json!({"client_id": "tessera", "client_secret": ISSUER_SECRET, "issuer": "https://sso.acme.example"});
    statements.push(format!("UPDATE connections SET options = '{options}' WHERE name = 'acme'"));
    for statement in statements {
        provider.sql(statement.leak()).await;
    }
    assert!(stored(&provider).await.contains("PRIVATE KEY"));

    provider.reopen().await.close().await;
    assert_sealed(&provider, &link).await;
    assert_eq!(kids(&provider).await, before, "the keys are the same");
    assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status(), StatusCode::OK);
    let sealed = stored(&provider).await;
    provider.reopen().await.close().await;
    assert_eq!(stored(&provider).await, sealed, "nothing is sealed twice");
}

#[tokio::test]
async fn a_changed_secret_needs_the_previous_one() {
    let (provider, link) = start().await;
    let before = (stored(&provider).await, kids(&provider).await);
    for previous in [None, Some(sealer("a wrong guess"))] {
        let refused = provider.try_reopen_with(|config| {
            (config.sealer, config.previous_sealer) = (sealer("a new secret"), previous);
        });
        let error = refused.await.unwrap_err();
        assert!(
            matches!(error, Error::OtherSecret) && error.to_string().contains("SESSION_SECRET_PREVIOUS"),
            "{error}"
        );
        assert_eq!((stored(&provider).await, kids(&provider).await), before, "nothing is changed");
    }

    // There and back: with the previous secret, all is sealed anew.
    let old = "the secret of the tests";
    for (new, previous) in [("a new secret", old), (old, "a new secret")] {
        let reopened = provider.reopen_with(|config| {
            (config.sealer, config.previous_sealer) = (sealer(new), Some(sealer(previous)));
        });
        reopened.await.close().await;
        assert!(matches!(
            provider.try_reopen_with(|config| config.sealer = sealer(previous)).await,
            Err(Error::OtherSecret)
        ));
    }
    assert_eq!(kids(&provider).await, before.1);
    assert_sealed(&provider, &link).await;
}

#[tokio::test]
async fn a_lost_secret_can_be_given_up() {
    let (provider, link) = start().await;
    let before = kids(&provider).await;
    provider.forget_secrets().await;
    let reopened = provider.reopen_with(|config| config.sealer = sealer("a new secret")).await;
    let after = kids(&provider).await;
    assert!(after.len() == 2 && after.iter().all(|kid| !before.contains(kid)), "{after:?}");
    assert_eq!((provider.client_secret().await, is_open(&provider, &ticket(&link)).await), (None, false));
    assert!(provider.texts("SELECT id FROM mails").await.is_empty());
    reopened.invite("abc-inc", "nina@example.com", "Carol", &["member"]).await.unwrap();
    assert_eq!(provider.texts("SELECT email FROM invitations").await, ["nina@example.com"; 2]);
    reopened.close().await;
}

#[tokio::test]
async fn a_ticket_is_found_by_its_hash_alone() {
    let (provider, link) = start().await;
    let sealed = provider.text("SELECT ticket FROM invitations").await;
    for wrong in [sealed.as_str(), "", &ticket(&link).to_lowercase()] {
        assert!(!is_open(&provider, wrong).await, "{wrong}");
    }
    // A value that was copied to another row cannot be opened there.
    provider.idp.invite("abc-inc", "zoe@example.com", "Carol", &[]).await.unwrap();
    let other = provider.text("SELECT ticket FROM invitations WHERE email = 'zoe@example.com'").await;
    let id = provider.text("SELECT id FROM invitations WHERE email = 'nina@example.com'").await;
    let opened = sealer("the secret of the tests")
        .open_text(&format!("ticket of invitation {id}"), &SealedText::from_unsealed(other));
    assert!(opened.is_err());
}

#[tokio::test]
async fn a_mail_is_kept_for_a_day_and_until_it_is_sent() {
    let (provider, _) = start().await;
    let recipients = async || provider.texts("SELECT recipient FROM mails ORDER BY recipient").await;
    let restart = async || provider.reopen_with(|config| config.clock = provider.clock.clone()).await.close().await;
    provider.idp.invite("abc-inc", "waiting@example.com", "Carol", &[]).await.unwrap();
    provider.sql("UPDATE mails SET due_at = created_at WHERE recipient = 'waiting@example.com'").await;
    provider.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    restart().await;
    assert_eq!(recipients().await, ["nina@example.com", "waiting@example.com"]);
    provider.advance(TimeDelta::seconds(1));
    restart().await;
    assert_eq!(recipients().await, ["waiting@example.com"]);

    // Its day begins when it is sent. Another mail also deletes it.
    provider.sql("UPDATE mails SET due_at = NULL, sent_at = created_at + 86400").await;
    provider.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    restart().await;
    assert_eq!(recipients().await, ["waiting@example.com"]);
    provider.advance(TimeDelta::seconds(1));
    provider.idp.invite("abc-inc", "new@example.com", "Carol", &[]).await.unwrap();
    assert_eq!(recipients().await, ["new@example.com"]);
}
