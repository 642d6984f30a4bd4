//! Invitations, from the link to the membership.

use std::collections::HashMap;

use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{ABC, ACME, Browser, Provider, assert_refused, code};

const GONE: &str = "invitation not found or already used";

/// Creates an invitation and returns the parameters of its link.
async fn invite(provider: &Provider, email: &str, roles: &[&str]) -> HashMap<String, String> {
    let invitation = provider.idp.invite("abc-inc", email, "Carol Castro", roles).await.unwrap();
    let url = url::Url::parse(&invitation.url).unwrap();
    assert!(invitation.url.starts_with("http://app.example/login?invitation="), "{url}");
    let parameters: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!((parameters["organization"].as_str(), parameters["organization_name"].as_str()), (ABC, "abc-inc"));
    assert_eq!(parameters["invitation"].len(), 32);
    parameters
}

/// Opens the page of an invitation, as the application does when a browser follows the link.
async fn open(browser: &Browser, link: &HashMap<String, String>) -> Response {
    browser.authorize(&[("invitation", &link["invitation"]), ("organization", ABC)]).await
}

async fn open_page(browser: &Browser, link: &HashMap<String, String>) -> (String, String) {
    let state = crate::support::page_state(&open(browser, link).await, "/u/invitation");
    let page = browser.get(&format!("u/invitation?state={state}")).await.text().await.unwrap();
    (state, page)
}

#[tokio::test]
async fn a_new_person_accepts_with_a_name_and_a_password() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "New@Example.com", &["admin"]).await;
    let (state, page) = open_page(&browser, &link).await;
    for expected in ["Join ABC Inc", "Carol Castro", "new@example.com", "id=\"name\"", "Accept invitation"] {
        assert!(page.contains(expected), "{expected}");
    }
    let incomplete = browser.post("u/invitation", &[("state", &state), ("name", ""), ("password", "short")]).await;
    assert_eq!(incomplete.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let form = [("state", state.as_str()), ("name", "Nell New"), ("password", "correct horse")];
    let tokens: Value = provider.redeem(&code(&browser.post("u/invitation", &form).await)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("new@example.com"), &json!(true)));
    assert_eq!((&id["name"], &id["org_id"]), (&json!("Nell New"), &json!(ABC)));
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"].as_array().unwrap().len(), 11);

    assert_refused(&open(&browser, &link).await, "invalid_request", GONE);
    code(&browser.authorize(&[("organization", ABC)]).await);
}

#[tokio::test]
async fn an_existing_person_accepts_with_their_password() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["viewer", "member"]).await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(!page.contains("id=\"name\""), "an existing account has a name");

    let wrong = browser.post("u/invitation", &[("state", &state), ("password", "not it")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert!(wrong.text().await.unwrap().contains("Wrong password."));
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    let expected = json!(["read:members", "read:projects", "read:tasks", "write:projects", "write:tasks"]);
    assert_eq!(access["permissions"], expected, "both roles together");
}

/// Signs Joe in and opens the page of an invitation for Nina in his browser.
async fn open_as_another_person(provider: &Provider) -> (Browser, HashMap<String, String>, String, String) {
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let link = invite(provider, "nina@example.com", &["member"]).await;
    let (state, page) = open_page(&browser, &link).await;
    (browser, link, state, page)
}

async fn is_member(provider: &Provider) -> bool {
    let (count,): (i64,) = provider
        .row(
            "SELECT COUNT(*) FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.organization_id = 'org_AbcInc0000000001' AND u.email = 'nina@example.com'",
        )
        .await;
    count == 1
}

#[tokio::test]
async fn accepting_as_another_person_uses_the_invitation_up_and_adds_nobody() {
    let provider = Provider::start().await;
    let (browser, link, state, page) = open_as_another_person(&provider).await;
    assert!(page.contains("You are signed in as <strong>joe@example.com</strong>"), "{page}");
    assert!(page.contains("it is used up and no one joins") && page.contains("Accept invitation"));
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(id["email"], "joe@example.com", "the login continues as the signed-in person");
    assert!(!is_member(&provider).await);
    assert_refused(&open(&browser, &link).await, "invalid_request", GONE);
}

#[tokio::test]
async fn another_non_member_is_refused_after_using_it_up() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("alice@acme.example", &[("organization", ACME)]).await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, _) = open_page(&browser, &link).await;
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let description = format!("user auth0|d00000000000000000000001 is not part of the {ABC} organization");
    assert_refused(&accepted, "access_denied", &description);
    assert!(!is_member(&provider).await);
}

#[tokio::test]
async fn a_wrong_password_does_not_use_the_invitation_up() {
    let provider = Provider::start().await;
    let (browser, link, state, _) = open_as_another_person(&provider).await;
    let wrong = browser.post("u/invitation", &[("state", &state), ("password", "not it")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    open_page(&browser, &link).await;
}

#[tokio::test]
async fn a_setting_refuses_other_people() {
    let provider = Provider::start().await;
    provider.sql("UPDATE settings SET invitation_spent_by_others = FALSE").await;
    let (browser, link, state, page) = open_as_another_person(&provider).await;
    assert!(page.contains("Sign out and continue as nina@example.com"), "{page}");
    assert!(!page.contains("Accept invitation") && !page.contains("used up"), "{page}");
    let refused = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(!is_member(&provider).await);
    open_page(&browser, &link).await;
}

#[tokio::test]
async fn another_person_signs_out_and_the_invited_person_continues() {
    for spent in [
        "UPDATE settings SET invitation_spent_by_others = TRUE",
        "UPDATE settings SET invitation_spent_by_others = FALSE",
    ] {
        let provider = Provider::start().await;
        provider.sql(spent).await;
        let (browser, _, state, _) = open_as_another_person(&provider).await;
        let back = browser.post("u/invitation", &[("state", &state), ("action", "sign-out")]).await;
        assert_eq!(crate::support::page_state(&back, "/u/invitation"), state);
        let page = browser.get(&format!("u/invitation?state={state}")).await.text().await.unwrap();
        assert!(!page.contains("joe@example.com") && page.contains("Accept invitation"), "{page}");
        let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
        let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
        let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
        assert_eq!(id["email"], "nina@example.com");
        assert!(is_member(&provider).await);
    }
}

#[tokio::test]
async fn the_mail_links_to_the_invitation() {
    let provider = Provider::start().await;
    let invitation = provider.idp.invite("abc-inc", "nina@example.com", "Carol Castro", &["member"]).await.unwrap();
    let mail = provider.mail_to("nina@example.com").await;
    assert_eq!((mail.subject.as_str(), &mail.link), ("Carol Castro invited you to ABC Inc", &invitation.url));
}

#[tokio::test]
async fn the_metadata_of_an_invitation_is_stored_on_the_user() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    provider
        .sql("UPDATE users SET app_metadata = '{\"plan\":\"old\",\"kept\":1}' WHERE email = 'nina@example.com'")
        .await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    provider
        .sql("UPDATE invitations SET app_metadata = '{\"plan\":\"new\"}', user_metadata = '{\"colour\":\"red\"}'")
        .await;
    let (state, _) = open_page(&browser, &link).await;
    code(&browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await);
    let (app, user): (String, String) =
        provider.row("SELECT app_metadata, user_metadata FROM users WHERE email = 'nina@example.com'").await;
    let (app, user): (Value, Value) = (serde_json::from_str(&app).unwrap(), serde_json::from_str(&user).unwrap());
    assert_eq!((app, user), (json!({"plan": "new", "kept": 1}), json!({"colour": "red"})));
}

#[tokio::test]
async fn an_invitation_verifies_the_address_of_an_existing_person() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    provider.sql("UPDATE users SET email_verified = FALSE WHERE email = 'nina@example.com'").await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, _) = open_page(&browser, &link).await;
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["email_verified"], true);
}

#[tokio::test]
async fn an_invitation_names_the_connection_of_the_new_account() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    provider
        .sql(
            "INSERT INTO connections (id, name, strategy, options, created_at)
             VALUES ('con_Second0000000001', 'second', 'auth0', '{\"passwordPolicy\":\"excellent\"}', 0)",
        )
        .await;
    provider
        .sql(
            "INSERT INTO organization_connections (organization_id, connection_id, created_at)
             VALUES ('org_AbcInc0000000001', 'con_Second0000000001', 0)",
        )
        .await;
    provider
        .sql("INSERT INTO connection_clients (connection_id, client_id) VALUES ('con_Second0000000001', 'web')")
        .await;
    let link = invite(&provider, "new@example.com", &["member"]).await;
    provider.sql("UPDATE invitations SET connection_id = 'con_Second0000000001'").await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(page.contains("At least 10 characters"), "{page}");
    let form = |password| [("state", state.as_str()), ("name", "Nell"), ("password", password)];
    let weak = browser.post("u/invitation", &form("correct horse")).await;
    assert_eq!(weak.status(), StatusCode::UNPROCESSABLE_ENTITY);
    code(&browser.post("u/invitation", &form("Correct horse 1")).await);
    let (connection,): (String,) =
        provider.row("SELECT connection_id FROM users WHERE email = 'new@example.com'").await;
    assert_eq!(connection, "con_Second0000000001");
}

#[tokio::test]
async fn a_person_of_an_external_connection_is_asked_for_no_password() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    provider
        .sql(
            "INSERT INTO connections (id, name, display_name, strategy, created_at)
             VALUES ('con_Second0000000001', 'second', 'Second Ltd', 'oidc', 0)",
        )
        .await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    provider.sql("UPDATE invitations SET connection_id = 'con_Second0000000001'").await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(page.contains("Continue with Second Ltd") && !page.contains("type=\"password\""), "{page}");
    let form = [("state", state.as_str()), ("name", "Nina"), ("password", "tessera-demo")];
    assert_eq!(browser.post("u/invitation", &form).await.status(), StatusCode::CONFLICT);
    assert!(!is_member(&provider).await);
}

#[tokio::test]
async fn a_revoked_invitation_is_refused() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, _) = open_page(&browser, &link).await;
    provider.sql("DELETE FROM invitations").await;
    let late = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_refused(&late, "invalid_request", GONE);
    assert!(!is_member(&provider).await);
}

#[tokio::test]
async fn a_signed_in_invited_person_is_asked_to_confirm() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("nina@example.com", &[("client_id", "denies")]).await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(page.contains("id=\"password\"") && !page.contains("You are signed in"), "{page}");
    code(&browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await);
    assert!(is_member(&provider).await);
}

#[tokio::test]
async fn two_tabs_accept_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (first, _) = open_page(&browser, &link).await;
    let (second, _) = open_page(&browser, &link).await;
    code(&browser.post("u/invitation", &[("state", &first), ("password", "tessera-demo")]).await);
    let late = browser.post("u/invitation", &[("state", &second), ("password", "tessera-demo")]).await;
    assert_refused(&late, "invalid_request", GONE);
}

#[tokio::test]
async fn an_invitation_expires_after_a_week() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    provider.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    let (state, _) = open_page(&browser, &link).await;
    provider.advance(TimeDelta::minutes(1));
    assert_refused(&open(&browser, &link).await, "invalid_request", GONE);
    let late = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_refused(&late, "invalid_request", GONE);
}

#[tokio::test]
async fn a_ticket_fits_its_client_its_organization_and_its_roles() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["viewer"]).await;
    let ticket = ("invitation", link["invitation"].as_str());
    let unknown = browser.authorize(&[("invitation", "nothing"), ("organization", ABC)]).await;
    assert_refused(&unknown, "invalid_request", GONE);
    let other_client = browser.authorize(&[ticket, ("organization", ABC), ("client_id", "requires")]).await;
    assert_refused(&other_client, "invalid_request", "invalid invitation ticket (client_id mismatch)");
    for organization in [ACME, ""] {
        let response = browser.authorize(&[ticket, ("organization", organization)]).await;
        assert_refused(&response, "invalid_request", "invalid invitation ticket (organization mismatch)");
    }
    let silent = browser.authorize(&[ticket, ("organization", ABC), ("prompt", "none")]).await;
    assert_refused(&silent, "interaction_required", "Interaction required");

    provider.sql("DELETE FROM roles WHERE name = 'viewer'").await;
    let response = open(&browser, &link).await;
    let answer = crate::support::callback(&response);
    assert!(answer["error_description"].starts_with("invalid invitation ticket (unknown roles: rol_"), "{answer:?}");
}

#[tokio::test]
async fn an_invited_login_cannot_skip_the_invitation_page() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, _) = open_page(&browser, &link).await;
    let response = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(crate::support::page_state(&response, "/u/invitation"), state);
}

#[tokio::test]
async fn an_invitation_needs_an_existing_organization_and_role() {
    let provider = Provider::start().await;
    let idp = &provider.idp;
    assert!(idp.invite("nowhere", "a@b.example", "Carol", &[]).await.is_err());
    assert!(idp.invite("abc-inc", "a@b.example", "Carol", &["king"]).await.is_err());
    assert!(idp.invite("abc-inc", "not an address", "Carol", &[]).await.is_err());
}

#[tokio::test]
async fn a_blocked_invited_person_is_refused_and_the_invitation_stays_open() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    provider.sql("UPDATE users SET blocked = TRUE WHERE email = 'nina@example.com'").await;

    // The response to a wrong password does not reveal that the user is blocked.
    let (state, _) = open_page(&browser, &link).await;
    let wrong = browser.post("u/invitation", &[("state", &state), ("password", "not it")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let refused = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_refused(&refused, "unauthorized", "user is blocked");
    assert!(!is_member(&provider).await);
    let logged = provider.texts("SELECT description FROM events WHERE kind = 'fi'").await;
    assert_eq!(logged, ["nina@example.com, who is blocked, accepted the invitation of nina@example.com"]);

    // A user who is no longer blocked can accept the invitation.
    provider.sql("UPDATE users SET blocked = FALSE").await;
    let (state, _) = open_page(&browser, &link).await;
    code(&browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await);
    assert!(is_member(&provider).await);
}

#[tokio::test]
async fn a_blocked_other_person_cannot_use_it_up() {
    let provider = Provider::start().await;
    let (browser, link, state, _) = open_as_another_person(&provider).await;
    provider.sql("UPDATE users SET blocked = TRUE WHERE email = 'joe@example.com'").await;
    let refused = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_refused(&refused, "unauthorized", "user is blocked");
    open_page(&browser, &link).await;
}
