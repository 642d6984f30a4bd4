//! The provider's database cannot be used.

use serde_json::{Value, json};
use tessera::testing::kernel::database::Pools;

use crate::{
    management::support::Api,
    support::{ABC, Provider, header},
};

const SENTENCE: &str = "Sign-in is not available at the moment. Try again in a few seconds.";

#[tokio::test]
async fn without_the_database_everything_answers_503_and_says_when_to_try_again() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let tokens = provider.sign_in("joe@example.com", &[("audience", ""), ("organization", ABC)]).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    provider.idp.database().close().await;

    let page = provider.browser().authorize(&[]).await;
    assert_eq!((page.status().as_u16(), header(&page, "retry-after").as_str()), (503, "5"));
    let page = page.text().await.unwrap();
    assert!(page.contains(SENTENCE), "{page}");

    let sign_up = json!({"client_id": "web", "connection": "Username-Password-Authentication",
        "email": "eve@example.com", "password": "correct horse"});
    let address = format!("{}dbconnections/signup", provider.issuer);
    let sign_up = reqwest::Client::new().post(address).json(&sign_up).send().await.unwrap();
    let refresh = provider.refresh("unknown").await;
    let userinfo = provider.userinfo(access_token).await;
    for (response, property) in [(sign_up, "code"), (refresh, "error"), (userinfo, "error")] {
        let address = response.url().clone();
        assert_eq!((response.status().as_u16(), header(&response, "retry-after").as_str()), (503, "5"), "{address}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body[property], "temporarily_unavailable", "{address}");
    }

    let answer = api.get("/organizations").await;
    assert_eq!((answer.status, &answer.headers["retry-after"]), (503, &"5".parse().unwrap()));
    assert_eq!(answer.body["statusCode"], 503, "{answer:?}");
}

#[tokio::test]
async fn a_write_that_fills_the_disk_does_not_break_the_next() {
    let provider = Provider::start().await;
    // PostgreSQL reports a full disk like any other error of a statement.
    let Pools::Sqlite { writer, .. } = provider.idp.database().pools() else { return };
    // The limit ends with the connection, which is replaced.
    sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
    let state = "x".repeat(1_500);
    let mut kept = 0;
    let refused = loop {
        let page = provider.browser().authorize(&[("state", &state)]).await;
        if !page.status().is_redirection() {
            break page;
        }
        kept += 1;
        assert!(kept < 1_000, "the limit counts");
    };
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after").as_str()), (503, "5"));
    assert!(refused.text().await.unwrap().contains(SENTENCE));
    let page = provider.browser().authorize(&[("state", &state)]).await;
    assert!(page.status().is_redirection(), "there is room again: {}", page.status());
}
