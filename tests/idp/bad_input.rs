//! Malformed requests: no response is a 500, and the provider keeps running.

use reqwest::{StatusCode, header};
use serde_json::json;

use crate::support::{ABC, CALLBACK, Provider, assert_token_error};

const PAGES: [&str; 13] = [
    "u/login",
    "u/signup",
    "u/signup/confirm",
    "u/organization",
    "u/organization-name",
    "u/invitation",
    "u/account",
    "u/consent",
    "u/reset-password",
    "u/reset-password/request",
    "u/email-verification",
    "u/account",
    "u/consent",
];

#[tokio::test]
async fn malformed_json_is_an_invalid_request() {
    let provider = Provider::start().await;
    for body in ["", "{", "[]", "null", "\"x\"", "{\"grant_type\":", "\u{0}"] {
        let request = reqwest::Client::new().post(format!("{}oauth/token", provider.issuer));
        let response = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap();
        assert_token_error(response, 400, "invalid_request", "The body is not a JSON object.").await;
    }
}

#[tokio::test]
async fn wrong_types_and_values_are_reported_by_name() {
    let provider = Provider::start().await;
    let address = format!("{}oauth/token", provider.issuer);
    for (value, words) in [
        (json!(1), "must be a string"),
        (json!(["a", "b"]), "must be a string"),
        (json!({"a": 1}), "must be a string"),
        (json!("a\u{0}b"), "has control characters in it"),
        (json!("x".repeat(10_000)), "is too long"),
    ] {
        let body = json!({"grant_type": "authorization_code", "client_id": "web", "code": value});
        let response = reqwest::Client::new().post(&address).json(&body).send().await.unwrap();
        assert_token_error(response, 400, "invalid_request", &format!("Parameter 'code' {words}.")).await;
    }
    let twice = [("grant_type", "a"), ("grant_type", "b")];
    let response = provider.token(&twice).await;
    let description = "Parameter 'grant_type' must not be sent more than once.";
    assert_token_error(response, 400, "invalid_request", description).await;
}

#[tokio::test]
async fn no_page_fails_on_unexpected_input() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let login = browser.begin("/u/login", &[]).await;
    let long = "x".repeat(9_000);
    for state in ["", "x", "%00", "%ff%fe", &long, &login, &format!("{login}&state={login}")] {
        for page in PAGES {
            let shown = browser.get(&format!("{page}?state={state}")).await;
            assert!(!shown.status().is_server_error(), "GET {page} {state}");
        }
    }
    for value in ["", "\u{0}", "' OR 1=1 --", "org_", "ä".repeat(400).as_str(), &long] {
        for page in PAGES {
            let form = [
                ("state", login.as_str()),
                ("email", value),
                ("password", value),
                ("name", value),
                ("organization", value),
                ("organization_name", value),
                ("ticket", value),
                ("action", value),
            ];
            let sent = browser.post(page, &form).await;
            assert!(!sent.status().is_server_error(), "POST {page} {value}");
        }
    }
}

#[tokio::test]
async fn no_parameter_crashes_the_authorization_endpoint() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let names = [
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "audience",
        "prompt",
        "max_age",
        "organization",
        "invitation",
        "login_hint",
        "screen_hint",
        "code_challenge",
        "code_challenge_method",
    ];
    let long = "x".repeat(9_000);
    for name in names {
        for value in ["\u{0}", "\r\nSet-Cookie: a=b", "ä", "-1", "99999999999999999999", &long] {
            let response = browser.authorize(&[(name, value)]).await;
            assert!(!response.status().is_server_error(), "{name}");
            assert!(response.headers().get("set-cookie").is_none_or(|cookie| !cookie.as_bytes().starts_with(b"a=b")));
        }
    }
}

#[tokio::test]
async fn a_body_of_a_megabyte_is_refused() {
    let provider = Provider::start().await;
    let body = "x".repeat(1_000_000);
    for path in [
        "oauth/token",
        "oauth/revoke",
        "authorize",
        "u/login",
        "oidc/logout",
        "dbconnections/signup",
        "u/reset-password",
    ] {
        let response =
            reqwest::Client::new().post(format!("{}{path}", provider.issuer)).body(body.clone()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn malformed_credentials_are_refused() {
    let provider = Provider::start().await;
    for value in ["", "Basic", "Basic !!!", "Basic eA==", "Bearer", "Bearer ", "Negotiate x"] {
        let http = reqwest::Client::new();
        let token = http.post(format!("{}oauth/token", provider.issuer)).header(header::AUTHORIZATION, value);
        let response = token.form(&[("grant_type", "authorization_code")]).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{value}");
        let userinfo = http.get(format!("{}userinfo", provider.issuer)).header(header::AUTHORIZATION, value);
        assert_eq!(userinfo.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{value}");
    }
    for cookie in ["idp_session", "idp_session=", "idp_session=x; idp_browser=\"", "=;;=", "idp_browser=%00"] {
        let address = format!(
            "{}authorize?client_id=web&redirect_uri={CALLBACK}&response_type=code&organization={ABC}",
            provider.issuer
        );
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let response = http.get(address).header(header::COOKIE, cookie).send().await.unwrap();
        assert!(response.status().is_redirection(), "{cookie}");
    }
}
