//! `/u/organization-name` with organizations that are found by email address.

use reqwest::StatusCode;
use tessera::testing::idp::{Client, OrganizationRequireBehavior as Behavior, OrganizationUsage as Usage};

use crate::support::{ABC, ACME, Browser, JOE, Provider, assert_refused, code, page_state};

const DOMAINS: &str = "INSERT INTO discovery_domains
    (id, organization_id, domain, status, verification_txt, use_for_organization_discovery, created_at) VALUES
    ('ord_1', 'org_AbcInc0000000001', 'abc.example', 'verified', '', TRUE, 1),
    ('ord_2', 'org_AbcInc0000000001', 'shared.example', 'verified', '', TRUE, 1),
    ('ord_3', 'org_AcmeCorp00000001', 'shared.example', 'verified', '', TRUE, 1),
    ('ord_4', 'org_AcmeCorp00000001', 'pending.example', 'pending', '', TRUE, 1),
    ('ord_5', 'org_AcmeCorp00000001', 'hidden.example', 'verified', '', FALSE, 1)";

async fn start(methods: &[&str]) -> Provider {
    let methods = methods.iter().map(ToString::to_string).collect();
    let provider = Provider::start_with(|config| {
        let web = config.clients.iter().find(|client| client.client_id == "web").unwrap().clone();
        config.clients.push(Client {
            client_id: "finds".to_owned(),
            organization_usage: Usage::Require,
            organization_require_behavior: Behavior::PreLoginPrompt,
            organization_discovery_methods: methods,
            ..web
        });
    })
    .await;
    provider.sql(DOMAINS).await;
    provider
}

async fn begin(browser: &Browser) -> String {
    browser.begin("/u/organization-name", &[("client_id", "finds")]).await
}

#[tokio::test]
async fn the_only_organization_with_the_domain_is_selected() {
    let provider = start(&["email"]).await;
    let browser = provider.browser();
    let state = begin(&browser).await;
    let page = browser.get(&format!("u/organization-name?state={state}")).await.text().await.unwrap();
    assert!(page.contains("name=\"email\"") && !page.contains("name=\"organization_name\""), "{page}");

    let found = browser.post("u/organization-name", &[("state", &state), ("email", "Somebody@ABC.example")]).await;
    assert_eq!(page_state(&found, "/u/login"), state);
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Sign in to ABC Inc") && page.contains("value=\"somebody@abc.example\""), "{page}");

    // The address only determines the organization: any member can sign in, even with another address.
    code(&browser.log_in(&state, "joe@example.com").await);
}

#[tokio::test]
async fn several_organizations_are_offered() {
    let provider = start(&["email"]).await;
    let browser = provider.browser();
    let state = begin(&browser).await;
    let email = ("email", "x@shared.example");
    let page = browser.post("u/organization-name", &[("state", &state), email]).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains(ABC) && page.contains(ACME) && !page.contains("org_Xyz"), "{page}");

    let other = [("state", state.as_str()), email, ("organization", "org_XyzTravel0000001")];
    let refused = browser.post("u/organization-name", &other).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "only one that holds the domain");
    let chosen = browser.post("u/organization-name", &[("state", &state), email, ("organization", ACME)]).await;
    page_state(&chosen, "/u/login");
    let refused = browser.log_in(&state, "joe@example.com").await;
    assert_refused(&refused, "access_denied", &format!("user {JOE} is not part of the {ACME} organization"));
}

#[tokio::test]
async fn an_unverified_or_hidden_domain_finds_nothing() {
    let provider = start(&["email"]).await;
    let browser = provider.browser();
    let state = begin(&browser).await;
    for email in ["a@nowhere.example", "a@pending.example", "a@hidden.example", "a@sub.abc.example"] {
        let page = browser.post("u/organization-name", &[("state", &state), ("email", email)]).await;
        assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        let page = page.text().await.unwrap();
        assert!(page.contains("No organization uses this email address") && page.contains(email), "{page}");
    }
    for email in ["", "abc.example", "a b@abc.example", "@abc.example"] {
        let page = browser.post("u/organization-name", &[("state", &state), ("email", email)]).await;
        assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(page.text().await.unwrap().contains("Enter an email address"));
    }
    let by_name = browser.post("u/organization-name", &[("state", &state), ("organization_name", "abc-inc")]).await;
    assert_eq!(by_name.status(), StatusCode::UNPROCESSABLE_ENTITY, "this client does not use names");
}

#[tokio::test]
async fn a_client_may_offer_name_and_email() {
    let provider = start(&["email", "organization_name"]).await;
    for entry in [("email", "a@abc.example"), ("organization_name", "ABC-Inc ")] {
        let browser = provider.browser();
        let state = begin(&browser).await;
        let page = browser.get(&format!("u/organization-name?state={state}")).await.text().await.unwrap();
        assert!(page.contains("name=\"email\"") && page.contains("name=\"organization_name\""), "{page}");
        page_state(&browser.post("u/organization-name", &[("state", &state), entry]).await, "/u/login");
        code(&browser.log_in(&state, "joe@example.com").await);
    }
}

#[tokio::test]
async fn a_signed_in_person_continues_at_once() {
    let provider = start(&["email"]).await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let state = begin(&browser).await;
    code(&browser.post("u/organization-name", &[("state", &state), ("email", "a@abc.example")]).await);

    let chooses = [("client_id", "finds"), ("prompt", "select_account")];
    let state = browser.begin("/u/organization-name", &chooses).await;
    let found = browser.post("u/organization-name", &[("state", &state), ("email", "a@abc.example")]).await;
    page_state(&found, "/u/account");
    code(&browser.post("u/account", &[("state", &state)]).await);
}
