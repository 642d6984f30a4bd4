//! `grant_type=client_credentials`, with and without organizations.

use reqwest::Response;
use serde_json::{Value, json};
use tessera::testing::idp::{AppType, Client, ClientGrant, OrganizationId, OrganizationUsage as Usage};

use crate::support::{ABC, ACME, AUDIENCE, Provider, SECRET, assert_token_error};

/// Creates a client whose grant treats organizations as `usage` and `any` say.
fn program(id: &str, usage: Usage, any: bool) -> Client {
    Client {
        client_id: id.to_owned(),
        app_type: AppType::NonInteractive,
        secret: Some(SECRET.to_owned()),
        grant_types: vec!["client_credentials".to_owned()],
        grants: vec![ClientGrant {
            audience: AUDIENCE.to_owned(),
            scope: vec!["read:tasks".to_owned(), "write:tasks".to_owned()],
            organization_usage: usage,
            allow_any_organization: any,
        }],
        ..Client::default()
    }
}

async fn start() -> Provider {
    start_with_names(false).await
}

async fn start_with_names(names: bool) -> Provider {
    Provider::start_with(|config| {
        config.allow_organization_names = names;
        let with_default = Client {
            default_organization: Some(OrganizationId::unchecked(ABC)),
            ..program("default", Usage::Require, true)
        };
        let public = Client { secret: None, ..program("public", Usage::Allow, true) };
        config.clients.extend([
            program("denies-m2m", Usage::Deny, false),
            program("allows-any", Usage::Allow, true),
            program("allows-some", Usage::Allow, false),
            program("requires-m2m", Usage::Require, true),
            with_default,
            public,
        ]);
    })
    .await
}

async fn ask(provider: &Provider, client: &str, extra: &[(&str, &str)]) -> Response {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", SECRET),
        ("audience", AUDIENCE),
    ];
    form.extend_from_slice(extra);
    provider.post_form("oauth/token", &form).await
}

async fn claims(provider: &Provider, response: Response) -> Value {
    let tokens: Value = response.json().await.unwrap();
    provider.claims(tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}"))).await
}

#[tokio::test]
async fn a_program_gets_a_token_for_itself() {
    let provider = start().await;
    let tokens: Value = ask(&provider, "denies-m2m", &[]).await.json().await.unwrap();
    let names: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "scope", "token_type"]);
    assert_eq!(tokens["scope"], "read:tasks write:tasks");
    let expected = json!({
        "iss": provider.issuer, "sub": "denies-m2m@clients", "aud": AUDIENCE, "azp": "denies-m2m",
        "iat": 1_788_000_000, "exp": 1_788_003_600, "scope": "read:tasks write:tasks", "gty": "client-credentials",
        "permissions": ["read:tasks", "write:tasks"],
    });
    assert_eq!(provider.claims(tokens["access_token"].as_str().unwrap()).await, expected);

    let narrower = claims(&provider, ask(&provider, "denies-m2m", &[("scope", "read:tasks delete:all")]).await).await;
    assert_eq!((&narrower["scope"], &narrower["permissions"]), (&json!("read:tasks"), &json!(["read:tasks"])));
}

#[tokio::test]
async fn a_token_for_an_organization_names_it() {
    let provider = start().await;
    for organization in [ABC, ACME] {
        let token = claims(&provider, ask(&provider, "allows-any", &[("organization", organization)]).await).await;
        let expected = json!({
            "iss": provider.issuer, "sub": "allows-any@clients", "aud": AUDIENCE, "azp": "allows-any",
            "iat": 1_788_000_000, "exp": 1_788_003_600, "scope": "read:tasks write:tasks", "gty": "client-credentials",
            "permissions": ["read:tasks", "write:tasks"], "org_id": organization,
        });
        assert_eq!(token, expected);
    }

    let without = claims(&provider, ask(&provider, "allows-any", &[]).await).await;
    assert_eq!(without.get("org_id"), None);
}

#[tokio::test]
async fn an_organization_name_is_accepted_if_the_tenant_allows_it() {
    let provider = start_with_names(true).await;
    for organization in [ABC, "abc-inc"] {
        let token = claims(&provider, ask(&provider, "allows-any", &[("organization", organization)]).await).await;
        assert_eq!((&token["org_id"], &token["org_name"]), (&json!(ABC), &json!("abc-inc")));
    }
}

#[tokio::test]
async fn the_grant_decides_whether_organizations_are_allowed() {
    let provider = start().await;
    let unknown = "org_0000000000000000";
    for (client, organization, description) in [
        ("denies-m2m", Some(ABC), "parameter organization is not allowed for this client".to_owned()),
        ("requires-m2m", None, "parameter organization is required for this client".to_owned()),
        ("allows-any", Some(unknown), format!("parameter organization is invalid: {unknown}")),
        (
            "allows-any",
            Some("abc-inc"),
            "authorization request parameter organization must be an organization id".to_owned(),
        ),
    ] {
        let extra: Vec<_> = organization.iter().map(|organization| ("organization", *organization)).collect();
        assert_token_error(ask(&provider, client, &extra).await, 400, "invalid_request", &description).await;
    }
    // A grant created by the Management API may have no setting for organizations.
    provider.sql("UPDATE client_grants SET organization_usage = NULL").await;
    let response = ask(&provider, "allows-any", &[("organization", ABC)]).await;
    let description = "parameter organization is not allowed for this client";
    assert_token_error(response, 400, "invalid_request", description).await;
}

#[tokio::test]
async fn a_grant_that_is_not_for_any_organization_must_be_associated() {
    let provider = start().await;
    let denied =
        |organization: &str| format!("Client allows-some is not authorized to access the {organization} organization");
    let response = ask(&provider, "allows-some", &[("organization", ABC)]).await;
    assert_token_error(response, 403, "access_denied", &denied(ABC)).await;

    provider
        .sql(
            "INSERT INTO organization_client_grants (organization_id, grant_id)
             SELECT 'org_AbcInc0000000001', id FROM client_grants WHERE client_id = 'allows-some'",
        )
        .await;
    let token = claims(&provider, ask(&provider, "allows-some", &[("organization", ABC)]).await).await;
    assert_eq!(token["org_id"], ABC);
    let response = ask(&provider, "allows-some", &[("organization", ACME)]).await;
    assert_token_error(response, 403, "access_denied", &denied(ACME)).await;
}

#[tokio::test]
async fn the_default_organization_is_used_where_one_is_required() {
    let provider = start().await;
    let token = claims(&provider, ask(&provider, "default", &[]).await).await;
    assert_eq!(token["org_id"], ABC);
    let token = claims(&provider, ask(&provider, "default", &[("organization", ACME)]).await).await;
    assert_eq!(token["org_id"], ACME, "a requested organization takes precedence");

    provider.sql("UPDATE client_grants SET allow_any_organization = FALSE WHERE client_id = 'default'").await;
    let description = format!("Client default is not authorized to access the {ABC} organization");
    assert_token_error(ask(&provider, "default", &[]).await, 403, "access_denied", &description).await;
}

#[tokio::test]
async fn a_program_needs_a_grant_and_a_secret() {
    let provider = start().await;
    let response = ask(&provider, "web", &[]).await;
    let description = "Grant type 'client_credentials' not allowed for the client.";
    assert_token_error(response, 403, "unauthorized_client", description).await;
    let public = ask(&provider, "public", &[]).await;
    assert_token_error(public, 403, "unauthorized_client", description).await;

    provider.sql("DELETE FROM client_grants").await;
    let description = format!(
        "Client is not authorized to access \"{AUDIENCE}\". You need to create a \"client-grant\" associated to this \
         API. Client: allows-any"
    );
    assert_token_error(ask(&provider, "allows-any", &[]).await, 403, "access_denied", &description).await;
}
