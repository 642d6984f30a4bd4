//! Token dialects: format and claims of access tokens by API.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ABC, AUDIENCE, JOE, Provider};

/// Signs Joe in to an organization and returns the header and the claims of the access token.
async fn token(provider: &Provider, extra: &[(&str, &str)]) -> (jsonwebtoken::Header, Value, Value) {
    let tokens = provider.sign_in("joe@example.com", extra).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    let header = jsonwebtoken::decode_header(access_token).unwrap();
    (header, provider.claims(access_token).await, tokens)
}

fn names(claims: &Value) -> Vec<&str> {
    claims.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn each_dialect_has_its_claims() {
    let provider = Provider::start().await;
    let auth0 = ["aud", "azp", "exp", "iat", "iss", "org_id", "scope", "sub"];
    let rfc9068 = ["aud", "client_id", "exp", "iat", "iss", "jti", "org_id", "scope", "sub"];

    provider.sql("UPDATE apis SET token_dialect = 'access_token'").await;
    let (header, claims, _) = token(&provider, &[("organization", ABC)]).await;
    assert_eq!((header.typ.as_deref(), names(&claims)), (Some("JWT"), auth0.to_vec()));

    provider.sql("UPDATE apis SET token_dialect = 'rfc9068_profile'").await;
    let (header, claims, _) = token(&provider, &[("organization", ABC)]).await;
    assert_eq!((header.typ.as_deref(), names(&claims)), (Some("at+jwt"), rfc9068.to_vec()));
    assert_eq!((&claims["client_id"], &claims["sub"]), (&json!("web"), &json!(JOE)));

    provider.sql("UPDATE apis SET token_dialect = 'rfc9068_profile_authz'").await;
    let (header, claims, tokens) = token(&provider, &[("organization", ABC)]).await;
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert!(claims["permissions"].as_array().unwrap().contains(&json!("write:tasks")), "{claims}");

    let refreshed: Value = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    let again = provider.claims(refreshed["access_token"].as_str().unwrap()).await;
    assert_eq!(again.get("gty"), None);
    assert_ne!(again["jti"], claims["jti"]);
    assert_eq!(provider.userinfo(refreshed["access_token"].as_str().unwrap()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_policies_known_scopes_are_granted_as_requested() {
    let provider = Provider::start().await;
    provider.sql("UPDATE apis SET enforce_policies = FALSE").await;
    let scope = ("scope", "openid manage:organization read:tasks something:else");
    let (_, claims, tokens) = token(&provider, &[("organization", ABC), scope]).await;
    assert_eq!(claims["scope"], "openid manage:organization read:tasks", "Joe's roles are not looked at");
    assert_eq!((&tokens["scope"], claims.get("permissions")), (&claims["scope"], None));
}

#[tokio::test]
async fn management_scopes_are_not_granted_on_request() {
    let provider = Provider::start().await;
    provider.sql("UPDATE apis SET enforce_policies = FALSE").await;
    let audience = format!("{}api/v2/", provider.issuer);
    let scope = ("scope", "openid read:users create:organizations");
    let (_, claims, _) = token(&provider, &[("organization", ABC), ("audience", &audience), scope]).await;
    assert_eq!(claims["scope"], "openid");
}

#[tokio::test]
async fn outside_of_organizations_a_persons_own_permissions_count() {
    let provider = Provider::start().await;
    provider
        .sql("INSERT INTO user_roles (user_id, role_id) SELECT 'auth0|d00000000000000000000005', id FROM roles WHERE name = 'viewer'")
        .await;
    provider
        .sql("INSERT INTO user_permissions (user_id, api, name) VALUES ('auth0|d00000000000000000000005', 'https://api.tessera.example', 'write:tasks')")
        .await;
    let scope = ("scope", "openid read:tasks write:tasks write:projects");
    let outside = [("client_id", "denies"), scope];
    let browser = provider.browser();
    let code = browser.code("joe@example.com", &outside).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "denies"),
        ("client_secret", crate::support::SECRET),
        ("code", &code),
        ("redirect_uri", crate::support::CALLBACK),
        ("code_verifier", crate::support::VERIFIER),
    ];
    let tokens: Value = provider.post_form("oauth/token", &form).await.json().await.unwrap();
    let claims = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(claims["permissions"], json!(["read:members", "read:projects", "read:tasks", "write:tasks"]));
    assert_eq!(claims["scope"], "openid read:tasks write:tasks");

    // Within an organization, only the roles in that organization count: Joe is a viewer of XYZ and may not write
    // there.
    let (_, inside, _) = token(&provider, &[("organization", crate::support::XYZ), scope]).await;
    assert_eq!(inside["permissions"], json!(["read:members", "read:projects", "read:tasks"]));
}

#[tokio::test]
async fn an_api_without_offline_access_gives_no_refresh_token() {
    let provider = Provider::start().await;
    provider.sql("UPDATE apis SET allow_offline_access = FALSE").await;
    let (_, claims, tokens) = token(&provider, &[("organization", ABC)]).await;
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(claims["scope"], "openid profile email");
    assert_eq!(claims["aud"], json!([AUDIENCE, format!("{}userinfo", provider.issuer)]));
}

#[tokio::test]
async fn auth_time_is_omitted_unless_requested_and_kept_by_a_refresh() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let code = browser.code("joe@example.com", &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await.get("auth_time"), None);

    provider.advance(chrono::TimeDelta::seconds(30));
    let code = crate::support::code(&browser.authorize(&[("organization", ABC), ("max_age", "60")]).await);
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((&id["auth_time"], &id["iat"]), (&json!(1_788_000_000), &json!(1_788_000_030)));

    provider.advance(chrono::TimeDelta::seconds(30));
    let tokens: Value = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(id["auth_time"], 1_788_000_000, "a refresh is no sign-in");
}
