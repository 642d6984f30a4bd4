//! Demo people are for the demo only, and are seeded once.

use reqwest::StatusCode;
use tessera::testing::idp::{Error, Mode};

use crate::support::{ABC, Provider, code};

async fn emails(provider: &Provider) -> Vec<String> {
    provider.texts("SELECT email FROM users ORDER BY email").await
}

#[tokio::test]
async fn deleted_demo_people_and_organizations_stay_deleted_after_a_restart() {
    let provider = Provider::start().await;
    provider.sql("DELETE FROM users WHERE email = 'alice@acme.example'").await;
    provider.sql("DELETE FROM organizations WHERE name = 'beta'").await;
    provider.reopen().await;
    let left = emails(&provider).await;
    assert_eq!(left.len(), 5);
    assert!(!left.contains(&"alice@acme.example".to_owned()));
    assert_eq!(provider.texts("SELECT name FROM organizations ORDER BY name").await, ["abc-inc", "acme", "xyz-travel"]);
}

#[tokio::test]
async fn all_demo_people_can_be_deleted() {
    let provider = Provider::start().await;
    provider.sql("DELETE FROM users").await;
    provider.reopen().await;
    assert!(emails(&provider).await.is_empty());
}

#[tokio::test]
async fn a_click_on_a_deleted_person_signs_nobody_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    provider.sql("DELETE FROM users WHERE email = 'joe@example.com'").await;
    let click = async |email| browser.post("u/login/demo", &[("state", &state), ("email", email)]).await;
    let refused = click("joe@example.com").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(refused.text().await.unwrap().contains("This demo account has been deleted"));
    code(&click("carol@example.com").await);
}

#[tokio::test]
async fn the_public_password_signs_nobody_in_outside_of_the_demo() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let refused = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(refused.text().await.unwrap().contains("Wrong email or password."));

    // The same holds for an invitation, which also asks for the password of the account.
    let invitation = provider.idp.invite("acme", "joe@example.com", "Alice", &[]).await.unwrap();
    let link = url::Url::parse(&invitation.url).unwrap();
    let get = |name: &str| link.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let parameters = [("organization", &*get("organization")), ("invitation", &*get("invitation"))];
    let state = browser.begin("/u/invitation", &parameters).await;
    let refused = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert_eq!(provider.row::<(i64,)>("SELECT COUNT(*) FROM sessions").await, (0,));
}

#[tokio::test]
async fn the_public_password_cannot_be_chosen() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let refused = browser.sign_up(&state, "Eve", "eve@example.com", "tessera-demo").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let accepted = browser.sign_up(&state, "Eve", "eve@example.com", "tessera-demo-2").await;
    assert_eq!(accepted.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_demo_does_not_start_on_a_database_of_real_people() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    // As if they had signed up: nothing was seeded.
    provider.sql("DELETE FROM seeds").await;
    let refused = provider.try_reopen_with(|_| {}).await.err().unwrap();
    assert!(matches!(refused, Error::RealPeople), "{refused}");
    assert!(refused.to_string().contains("IDP_DEMO=false"));
    provider.reopen_with(|config| config.mode = Mode::Production).await;
    assert_eq!(emails(&provider).await.len(), 6);
}

#[tokio::test]
async fn an_empty_database_is_seeded_for_the_demo_only() {
    let provider = Provider::start_with(|config| config.mode = Mode::Production).await;
    for table in ["DELETE FROM users", "DELETE FROM organizations", "DELETE FROM seeds"] {
        provider.sql(table).await;
    }
    provider.reopen_with(|config| config.mode = Mode::Production).await;
    assert!(emails(&provider).await.is_empty());
    provider.reopen().await;
    assert_eq!(emails(&provider).await.len(), 6);
}

#[tokio::test]
async fn a_database_from_before_the_record_is_not_seeded_again() {
    let provider = Provider::start().await;
    provider.sql("DROP TABLE seeds").await;
    provider.sql("DELETE FROM _sqlx_migrations WHERE version = 8").await;
    provider.sql("DELETE FROM users WHERE email = 'alice@acme.example'").await;
    provider.reopen_with(|config| config.migration_database_url = provider.migration_url()).await;
    assert_eq!(emails(&provider).await.len(), 5);
}
