//! A provider that serves two issuers.

use serde_json::Value;
use tessera::testing::idp::{Client, ClientGrant, OrganizationUsage};
use tokio::net::TcpListener;
use url::Url;

use crate::support::{ABC, CALLBACK, Provider, SECRET};

/// Starts a provider with a second issuer, and returns it with the address of that issuer.
async fn at_two_addresses() -> (Provider, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let provider = Provider::start_with(|config| {
        config.other_issuers.push(other.clone());
        config.clients.push(Client {
            client_id: "program".to_owned(),
            secret: Some(SECRET.to_owned()),
            grant_types: vec!["client_credentials".to_owned()],
            grants: vec![ClientGrant {
                audience: format!("{}api/v2/", config.issuer),
                scope: vec!["read:organizations".to_owned()],
                organization_usage: OrganizationUsage::Deny,
                allow_any_organization: false,
            }],
            ..Client::default()
        });
    })
    .await;
    let service = provider.idp.at(&other).router().into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (provider, other.into())
}

#[tokio::test]
async fn each_address_names_itself_as_issuer() {
    let (mut provider, other) = at_two_addresses().await;
    let first = std::mem::replace(&mut provider.issuer, other.clone());
    for issuer in [other, first] {
        provider.issuer.clone_from(&issuer);
        let discovery = reqwest::get(format!("{issuer}.well-known/openid-configuration")).await.unwrap();
        let discovery: Value = discovery.json().await.unwrap();
        assert_eq!(discovery["issuer"], issuer);
        for (name, value) in discovery.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with(&issuer), "{name}: {value}");
            }
        }
        let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
        for token in ["id_token", "access_token"] {
            let claims = provider.claims(tokens[token].as_str().unwrap()).await;
            assert_eq!(claims["iss"], issuer, "{token}");
            assert_eq!(claims["org_id"], ABC, "{token}");
        }
        let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(access["aud"][1], format!("{issuer}userinfo"));
        assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status(), 200);
    }
}

#[tokio::test]
async fn each_address_accepts_management_tokens_of_its_own() {
    let (provider, other) = at_two_addresses().await;
    let mut seen = Vec::new();
    for issuer in [&provider.issuer, &other] {
        let audience = format!("{issuer}api/v2/");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "program"),
            ("client_secret", SECRET),
            ("audience", &audience),
        ];
        let http = reqwest::Client::new();
        let tokens: Value =
            http.post(format!("{issuer}oauth/token")).form(&form).send().await.unwrap().json().await.unwrap();
        let token = tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned();
        let call = http.get(format!("{issuer}api/v2/organizations/{ABC}")).bearer_auth(&token);
        assert_eq!(call.send().await.unwrap().status(), 200);
        seen.push(token);
    }
    // A token is valid only at the issuer that issued it.
    let elsewhere = reqwest::Client::new().get(format!("{other}api/v2/organizations/{ABC}")).bearer_auth(&seen[0]);
    assert_eq!(elsewhere.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn over_https_cookies_are_secure() {
    let provider = Provider::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = provider.idp.at(&"https://localhost:4443/".parse().unwrap()).router();
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let path = format!("authorize?client_id=web&response_type=code&redirect_uri={CALLBACK}");
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = http.get(format!("http://{address}/{path}")).header("host", "localhost:4443");
    let response = request.send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-idp_browser=") && cookie.contains("; Secure; "), "{cookie}");
    let response = http.get(format!("{}{path}", provider.issuer)).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("idp_browser=") && !cookie.contains("Secure"), "{cookie}");
}
