//! Browser applications: cross-origin requests, and silent sign-in by the response mode `web_message`.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

use crate::support::{ABC, CALLBACK, Provider, assert_refused};

const APP: &str = "http://app.example";

/// A provider whose client `web` has these origins.
async fn with_origins(web: &[&str], allowed: &[&str]) -> Provider {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (web, allowed) = (texts(web), texts(allowed));
    Provider::start_with(move |config| {
        config.clients[0].web_origins = web;
        config.clients[0].allowed_origins = allowed;
    })
    .await
}

async fn ask(provider: &Provider, method: Method, path: &str, origin: &str) -> Response {
    let request = Client::new().request(method.clone(), format!("{}{path}", provider.issuer)).header("origin", origin);
    let preflight = [("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
    let request = match method {
        Method::OPTIONS => preflight.into_iter().fold(request, |request, (name, value)| request.header(name, value)),
        _ => request,
    };
    request.send().await.unwrap()
}

/// Returns all values of a header, which are none if the answer does not have it.
fn header(response: &Response, name: &str) -> String {
    let values: Vec<_> = response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
    values.join(", ")
}

#[tokio::test]
async fn every_site_reads_the_public_documents() {
    let provider = Provider::start().await;
    for path in [".well-known/openid-configuration", ".well-known/jwks.json"] {
        for (method, status) in [(Method::GET, 200), (Method::OPTIONS, 204)] {
            let answer = ask(&provider, method, path, "https://anywhere.example").await;
            assert_eq!(
                (answer.status().as_u16(), header(&answer, "access-control-allow-origin")),
                (status, "*".into())
            );
        }
    }
}

#[tokio::test]
async fn origins_of_a_client_read_the_answers_for_it() {
    let provider = with_origins(&["https://spa.example"], &["https://other.example/"]).await;
    for (origin, is_allowed) in [
        (APP, true), // That of the callback.
        ("https://spa.example", true),
        ("https://other.example", true),
        ("https://evil.example", false),
        ("https://spa.example.evil.example", false),
        ("http://spa.example", false),
        ("http://app.example:81", false),
        ("null", false),
    ] {
        let expected = if is_allowed { origin } else { "" };
        for (method, path) in [
            (Method::OPTIONS, "oauth/token"),
            (Method::POST, "oauth/token"),
            (Method::OPTIONS, "userinfo"),
            (Method::GET, "userinfo"),
            (Method::OPTIONS, "oauth/revoke"),
        ] {
            let answer = ask(&provider, method.clone(), path, origin).await;
            assert_eq!(header(&answer, "access-control-allow-origin"), expected, "{method} {path} {origin}");
            assert!(header(&answer, "vary").contains("origin"), "{method} {path}");
            assert_eq!(header(&answer, "access-control-allow-credentials"), "", "no cookie is involved");
        }
        let preflight = ask(&provider, Method::OPTIONS, "oauth/token", origin).await;
        assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&preflight, "access-control-allow-headers").contains("authorization"), is_allowed);
    }
    // Neither pages nor the Management API can be read by another site.
    for path in ["", "api/v2/organizations", "v2/logout"] {
        let answer = ask(&provider, Method::GET, path, APP).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_silent_sign_in_answers_the_window_of_an_allowed_origin() {
    let provider = with_origins(&[APP], &[]).await;
    let browser = provider.browser();
    let silent = [("response_mode", "web_message"), ("prompt", "none"), ("organization", ABC)];
    for (is_signed_in, member) in [(false, "error"), (true, "code")] {
        if is_signed_in {
            browser.code("joe@example.com", &[("organization", ABC)]).await;
        }
        let answer = browser.authorize(&silent).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains(&format!("frame-ancestors {APP};")) && !policy.contains("unsafe-inline"), "{policy}");
        assert!(header(&answer, "x-frame-options").is_empty());
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("data-target=\"{APP}\"")), "{page}");
        let response = page.split("data-response=\"").nth(1).unwrap().split('"').next().unwrap();
        let response: Value = serde_json::from_str(&response.replace("&quot;", "\"").replace("&amp;", "&")).unwrap();
        assert_eq!(response["state"], "the state");
        assert!(response[member].is_string(), "{response}");
        if let Some(code) = response["code"].as_str() {
            assert_eq!(provider.redeem(code).await.status(), StatusCode::OK);
        } else {
            assert_eq!(response["error"], "login_required");
        }
    }
}

#[tokio::test]
async fn a_message_goes_to_no_other_window() {
    let refused = "parameter response_mode must be query, fragment or form_post, or web_message with prompt=none and a \
                   callback at an allowed web origin";
    for (web, allowed, prompt) in [
        (&[][..], &[APP][..], "none"),
        (&["http://other.example"], &[], "none"),
        (&[APP], &[], "login"),
        (&[APP], &[], ""),
    ] {
        let provider = with_origins(web, allowed).await;
        let answer = provider.browser().authorize(&[("response_mode", "web_message"), ("prompt", prompt)]).await;
        assert_refused(&answer, "invalid_request", refused);
        assert!(header(&answer, "location").starts_with(CALLBACK));
    }
}
