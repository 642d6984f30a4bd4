//! Signing in at another issuer: `/u/federate` and `/login/callback`.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::json;
use tessera::testing::idp::NewIssuer;

use crate::support::{
    ABC, ACME, Provider, assert_refused, callback, location, page_state,
    peer::{NextAddress, Pair, connect, count_users, id_token, object},
};

#[tokio::test]
async fn a_person_signs_in_at_another_issuer() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/login", &[]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Continue with Corp"), "{page}");
    let link = format!("u/federate?state={state}&connection={}", pair.connection);
    assert!(page.contains(&link.replace('&', "&amp;")), "{page}");

    let out = browser.get(&link).await;
    let address = url::Url::parse(location(&out)).unwrap();
    let query: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!((query["client_id"].as_str(), query["scope"].as_str()), ("corp-client", "openid profile email"));
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(query["nonce"].len() == 43 && query["state"].len() == 43);
    assert!(!address.as_str().contains(&state), "the login's own state stays here");

    let back = pair.sign_in_there(address.as_str(), "joe@example.com").await;
    let claims = id_token(&pair.here, &NextAddress::of(browser.get(&back).await).await.code()).await;
    assert_eq!(claims["sub"], "oidc|corp|auth0|d00000000000000000000005");
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("joe@example.com"), &json!(true)));
    assert_eq!(claims["name"], "Joe Jensen");

    // The session works like any other, and the response of the issuer cannot be used again.
    crate::support::code(&browser.authorize(&[]).await);
    let again = browser.get(&back).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert!(again.text().await.unwrap().contains("This sign-in has expired"));
}

#[tokio::test]
async fn a_profile_is_updated_from_the_issuer() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let users_before = count_users(&pair.here).await;
    pair.there
        .sql(
            "UPDATE users SET name = 'Joseph Jensen', email = 'joseph@example.com', email_verified = FALSE, \
              nickname = 'jj' WHERE email = 'joe@example.com'",
        )
        .await;
    let code = pair.sign_in(&pair.here.browser(), "joseph@example.com", &[]).await.code();
    let claims = id_token(&pair.here, &code).await;
    assert_eq!((&claims["name"], &claims["nickname"]), (&json!("Joseph Jensen"), &json!("jj")));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("joseph@example.com"), &json!(false)));
    assert_eq!(count_users(&pair.here).await, users_before);
}

#[tokio::test]
async fn a_domain_selects_the_connection() {
    let pair = Pair::start(json!({"domain_aliases": ["Corp.Example"]})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/login", &[]).await;
    for path in ["u/login", "u/signup"] {
        let form = [("state", state.as_str()), ("email", " Ann@CORP.example"), ("password", "for your eyes only")];
        let response = browser.post(path, &form).await;
        let next = NextAddress::of(response).await;
        let expected =
            format!("/u/federate?state={state}&connection={}&login_hint=Ann%40CORP.example", pair.connection);
        assert_eq!(next.0, expected);
        let out = browser.get(&next.0).await;
        assert!(location(&out).starts_with(&pair.there.issuer) && location(&out).contains("login_hint=Ann%40CORP"));
        assert!(!location(&out).contains("eyes"), "no password goes anywhere");
    }
    // A subdomain, a domain in the local part and a longer domain do not match.
    for email in ["ann@sub.corp.example", "ann@corp.example@example.com", "ann@xcorp.example"] {
        let form = [("state", state.as_str()), ("email", email), ("password", "a guess")];
        assert_eq!(browser.post("u/login", &form).await.status(), StatusCode::BAD_REQUEST, "{email}");
    }
}

#[tokio::test]
async fn an_organization_offers_its_enabled_connections() {
    let pair = Pair::start(json!({"domain_aliases": ["corp.example"]})).await;
    let browser = pair.here.browser();
    let page = async |organization: &str| {
        let state = browser.begin("/u/login", &[("organization", organization), ("prompt", "login")]).await;
        (browser.get(&format!("u/login?state={state}")).await.text().await.unwrap(), state)
    };
    let (before, _) = page(ABC).await;
    assert!(!before.contains("Continue with Corp") && before.contains("id=\"password\""));
    let refused = browser.authorize(&[("organization", ABC), ("connection", "corp")]).await;
    assert_refused(&refused, "invalid_request", "the connection is not enabled for the organization");

    pair.enable_for(ABC, false).await;
    let (both, _) = page(ABC).await;
    assert!(both.contains("Continue with Corp") && both.contains("id=\"password\""));

    // Without a button, the email address still leads to the issuer.
    pair.here.sql("UPDATE organization_connections SET show_as_button = FALSE").await;
    let (hidden, state) = page(ABC).await;
    assert!(!hidden.contains("Continue with Corp"));
    let form = [("state", state.as_str()), ("email", "ann@corp.example"), ("password", "x")];
    assert!(NextAddress::of(browser.post("u/login", &form).await).await.0.starts_with("/u/federate?"));

    // Without a password database, the page has no password field, and a password is refused.
    pair.here
        .sql(
            "DELETE FROM organization_connections WHERE connection_id IN \
              (SELECT id FROM connections WHERE strategy = 'auth0')",
        )
        .await;
    let (only, state) = page(ABC).await;
    assert!(only.contains("id=\"email\"") && !only.contains("id=\"password\""), "{only}");
    assert!(!only.contains("Sign up") && !only.contains("demo account"));
    let refused = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    for path in ["u/login/demo", "u/signup"] {
        let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "tessera-demo")];
        page_state(&browser.post(path, &form).await, "/u/login");
    }

    // An organization without connections refuses the login.
    let refused = browser.authorize(&[("organization", ACME)]).await;
    assert_refused(&refused, "invalid_request", "no connections enabled for the organization");
}

#[tokio::test]
async fn a_person_of_a_disabled_connection_is_refused() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let code = pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let sub = id_token(&pair.here, &code).await["sub"].as_str().unwrap().to_owned();
    let refused = browser.authorize(&[("organization", ABC)]).await;
    let description = format!("user {sub} belongs to connection corp that is not part of the {ABC} organization");
    assert_refused(&refused, "access_denied", &description);

    pair.enable_for(ABC, false).await;
    let refused = browser.authorize(&[("organization", ABC)]).await;
    assert_refused(&refused, "access_denied", &format!("user {sub} is not part of the {ABC} organization"));
}

#[tokio::test]
async fn a_connection_may_assign_membership_on_login() {
    let pair = Pair::start(json!({})).await;
    pair.enable_for(ABC, true).await;
    let browser = pair.here.browser();
    let code = pair.sign_in(&browser, "nina@example.com", &[("organization", ABC)]).await.code();
    assert_eq!(id_token(&pair.here, &code).await["org_id"], ABC);
    // Nina does not become a member of other organizations, or through another connection.
    let refused = callback(&browser.authorize(&[("organization", ACME)]).await);
    assert!(refused["error_description"].contains("belongs to connection corp that is not part"), "{refused:?}");
    let other = pair.here.browser();
    let state = other.begin("/u/login", &[("organization", ABC)]).await;
    let refused = callback(&other.log_in(&state, "nina@example.com").await);
    assert!(refused["error_description"].contains("is not part of the"), "{refused:?}");
}

#[tokio::test]
async fn a_connection_is_limited_to_its_clients() {
    let pair = Pair::start(json!({"domain_aliases": ["corp.example"]})).await;
    let browser = pair.here.browser();
    let refused = browser.authorize(&[("client_id", "denies"), ("connection", "corp")]).await;
    assert_refused(&refused, "invalid_request", "the connection was disabled");
    let refused = browser.authorize(&[("connection", "nowhere")]).await;
    assert_refused(&refused, "invalid_request", "the connection was not found");

    let state = browser.begin("/u/login", &[("client_id", "denies")]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("Continue with Corp"));
    let response = browser.get(&format!("u/federate?state={state}&connection={}", pair.connection)).await;
    assert_eq!(page_state(&response, "/u/login"), state, "the client does not use the connection");
    let form = [("state", state.as_str()), ("email", "ann@corp.example"), ("password", "x")];
    assert_eq!(browser.post("u/login", &form).await.status(), StatusCode::BAD_REQUEST);

    // A session from the connection does not count for this client either.
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    browser.begin("/u/login", &[("client_id", "denies")]).await;
}

#[tokio::test]
async fn a_connection_deleted_meanwhile_signs_nobody_in() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    pair.here.sql("DELETE FROM connection_clients WHERE client_id = 'web'").await;
    NextAddress::of(browser.get(&back).await).await.assert_refused("access_denied", "the connection was disabled");
}

#[tokio::test]
async fn the_database_connection_can_be_requested_alone() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let state = browser.begin("/u/login", &[("connection", "Username-Password-Authentication")]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("Continue with Corp") && page.contains("id=\"password\""));
    let silent = browser.authorize(&[("connection", "corp"), ("prompt", "none"), ("max_age", "0")]).await;
    assert_refused(&silent, "login_required", "Login required");
}

#[tokio::test]
async fn a_forced_login_is_forced_at_the_issuer_too() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp"), ("prompt", "login")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    assert!(location(&out).contains("prompt=login"), "{}", location(&out));
}

#[tokio::test]
async fn a_response_belongs_to_the_browser_that_started_it() {
    let pair = Pair::start(json!({})).await;
    let (victim, attacker) = (pair.here.browser(), pair.here.browser());
    victim.begin("/u/login", &[]).await;
    let state = attacker.begin("/u/federate", &[("connection", "corp")]).await;
    let out = attacker.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    assert_eq!(victim.get(&back).await.status(), StatusCode::BAD_REQUEST);
    for nonsense in ["login/callback", "login/callback?state=x&code=y", "login/callback?code=y&state=x&state=z"] {
        assert_eq!(victim.get(nonsense).await.status(), StatusCode::BAD_REQUEST, "{nonsense}");
    }
    NextAddress::of(attacker.get(&back).await).await.code();
}

#[tokio::test]
async fn a_response_expires_after_an_hour() {
    let pair = Pair::start(json!({})).await;
    let hour = TimeDelta::hours(1);
    for (age, is_accepted) in [(hour - TimeDelta::seconds(1), true), (hour, false)] {
        let browser = pair.here.browser();
        let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let out = browser.get(&format!("u/federate?state={state}")).await;
        let back = pair.sign_in_there(location(&out), "joe@example.com").await;
        pair.here.advance(age);
        let status = browser.get(&back).await.status();
        assert_eq!(status != StatusCode::BAD_REQUEST, is_accepted, "{age} {status}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_issuer_is_returned_to_the_application() {
    let pair = Pair::start(json!({})).await;
    for (error, expected) in [("access_denied", "access_denied"), ("made_up", "access_denied")] {
        let browser = pair.here.browser();
        let login = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let out = browser.get(&format!("u/federate?state={login}")).await;
        let address = url::Url::parse(location(&out)).unwrap();
        let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let answer = format!("login/callback?state={state}&error={error}&error_description=not+today");
        NextAddress::of(browser.get(&answer).await).await.assert_refused(expected, "not today");
        let page = browser.get(&format!("u/federate?state={login}")).await.text().await.unwrap();
        assert!(page.contains("This sign-in is finished"), "the response works once");
    }
}

#[tokio::test]
async fn a_person_removed_at_the_issuer_cannot_sign_in() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    pair.there.sql("DELETE FROM users WHERE email = 'joe@example.com'").await;
    let refused = NextAddress::of(browser.get(&back).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    assert_eq!(count_users(&pair.here).await, 6);
    browser.begin("/u/login", &[]).await;
}

#[tokio::test]
async fn a_locally_blocked_person_cannot_sign_in() {
    let pair = Pair::start(json!({})).await;
    pair.sign_in(&pair.here.browser(), "joe@example.com", &[]).await.code();
    pair.here.sql("UPDATE users SET blocked = TRUE WHERE id LIKE 'oidc|%'").await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.assert_refused("unauthorized", "user is blocked");
    browser.begin("/u/login", &[]).await;
}

#[tokio::test]
async fn an_unreachable_issuer_shows_an_unavailable_page() {
    let here = Provider::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    connect(&here, &issuer, json!({})).await;
    let browser = here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let response = browser.get(&format!("u/federate?state={state}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = response.text().await.unwrap();
    assert!(page.contains("Corp isn’t responding") && page.contains(&format!("/u/login?state={state}")), "{page}");
}

#[tokio::test]
async fn a_connection_needs_a_name_and_an_issuer() {
    let here = Provider::start().await;
    for (name, options) in [
        ("a|b", json!({"client_id": "c", "issuer": "https://a.example"})),
        ("good", json!({"client_id": "c"})),
        ("Username-Password-Authentication", json!({"client_id": "c", "issuer": "https://a.example"})),
    ] {
        let new =
            NewIssuer { name, display_name: None, options: object(options), show_as_button: true, clients: &["web"] };
        assert!(here.idp.add_issuer(new).await.is_err(), "{name}");
    }
}

/// Creates an invitation of `email` that requires the connection `corp`, and accepts it as Nina, who signs in at the
/// issuer.
async fn follow_an_invitation_of(pair: &Pair, email: &str) -> NextAddress {
    pair.enable_for(ABC, false).await;
    let invitation = pair.here.idp.invite("abc-inc", email, "Carol Castro", &["member"]).await.unwrap();
    let named = "UPDATE invitations SET connection_id = (SELECT id FROM connections WHERE strategy = 'oidc')";
    pair.here.sql(named).await;
    let link = url::Url::parse(&invitation.url).unwrap();
    let ticket = link.query_pairs().find(|(name, _)| name == "invitation").unwrap().1.into_owned();
    let browser = pair.here.browser();
    let state =
        page_state(&browser.authorize(&[("invitation", &ticket), ("organization", ABC)]).await, "/u/invitation");
    let out = browser.get(&format!("u/federate?state={state}&connection={}", pair.connection)).await;
    let back = pair.sign_in_there(location(&out), "nina@example.com").await;
    let next = NextAddress::of(browser.get(&back).await).await;
    assert!(pair.here.texts("SELECT email FROM invitations").await.is_empty(), "it is used up");
    next
}

#[tokio::test]
async fn an_invitation_is_accepted_through_its_connection() {
    let pair = Pair::start(json!({})).await;
    let next = follow_an_invitation_of(&pair, "nina@example.com").await;
    let claims = id_token(&pair.here, &next.code()).await;
    assert_eq!((&claims["email"], &claims["org_id"]), (&json!("nina@example.com"), &json!(ABC)));
}

#[tokio::test]
async fn an_invitation_does_not_verify_what_the_issuer_has_not() {
    let pair = Pair::start(json!({})).await;
    pair.there.sql("UPDATE users SET email_verified = FALSE WHERE email = 'nina@example.com'").await;
    let next = follow_an_invitation_of(&pair, "nina@example.com").await;
    let claims = id_token(&pair.here, &next.code()).await;
    assert_eq!((&claims["email_verified"], &claims["org_id"]), (&json!(false), &json!(ABC)));
}

#[tokio::test]
async fn an_invitation_of_another_person_adds_nobody() {
    let pair = Pair::start(json!({})).await;
    let next = follow_an_invitation_of(&pair, "new@example.com").await;
    let nina = "oidc|corp|auth0|d00000000000000000000006";
    next.assert_refused("access_denied", &format!("user {nina} is not part of the {ABC} organization"));
}
