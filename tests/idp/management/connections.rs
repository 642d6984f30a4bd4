//! `/connections`: creating, changing and deleting connections.

use serde_json::{Value, json};

use super::support::Api;
use crate::support::Provider;

const NONE: (u16, &str, &str) = (404, "The connection does not exist", "inexistent_connection");

fn corp() -> Value {
    json!({
        "name": "corp", "strategy": "oidc", "display_name": "Corp", "enabled_clients": ["web"],
        "options": {"client_id": "us", "client_secret": "hush hush", "issuer": "https://corp.example/"},
        "metadata": {"team": "a", "none": null},
    })
}

#[tokio::test]
async fn a_connection_is_created_changed_and_deleted() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = api.post("/connections", corp()).await.ok(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "name": "corp", "strategy": "oidc", "display_name": "Corp", "realms": ["corp"],
            "options": {"client_id": "us", "issuer": "https://corp.example/"}, "metadata": {"team": "a"},
            "enabled_clients": ["web"], "is_domain_connection": false, "show_as_button": false,
        })
    );
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.ok(200), made);
    assert_eq!(api.get(&format!("{path}?fields=name")).await.ok(200), json!({"name": "corp"}));

    // A client can send back the options that it read. The secret, which they do not contain, is kept.
    let update = json!({"options": made["options"], "show_as_button": true, "enabled_clients": [], "realms": ["corp"]});
    let changed = api.patch(&path, update).await.ok(200);
    assert_eq!((&changed["show_as_button"], &changed["enabled_clients"]), (&json!(true), &json!([])));
    assert_eq!((&changed["display_name"], &changed["options"]), (&json!("Corp"), &made["options"]));
    assert_eq!(provider.client_secret().await.as_deref(), Some("hush hush"));
    let options = json!({"client_id": "us", "client_secret": "another", "issuer": "https://corp.example/"});
    api.patch(&path, json!({"options": options})).await.ok(200);
    assert_eq!(provider.client_secret().await.as_deref(), Some("another"));

    assert_eq!(api.delete(&path, Value::Null).await.ok(202), json!({"deleted_at": "2026-08-29T10:40:00.000Z"}));
    api.delete(&path, Value::Null).await.no_content();
    api.get(&path).await.refused(NONE.0, NONE.1, NONE.2);
    api.patch(&path, json!({})).await.refused(NONE.0, NONE.1, NONE.2);
}

#[tokio::test]
async fn an_invalid_connection_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    api.post("/connections", corp()).await.ok(201);
    let with = |name: &str, value: Value| {
        let mut body = corp();
        body[name] = value;
        body
    };
    for (body, status, message, code) in [
        (corp(), 409, "A connection with the same name already exists", ""),
        (
            json!({"name": "x", "strategy": "oidc"}),
            400,
            "Payload validation error: 'Missing required property: options'.",
            "invalid_body",
        ),
        (
            with("options", json!({"client_id": "us"})),
            400,
            "Payload validation error: 'Missing required property: discovery_url' on property options.",
            "invalid_body",
        ),
        (
            with("options", json!({"issuer": "https://corp.example"})),
            400,
            "Payload validation error: 'Missing required property: client_id' on property options.",
            "invalid_body",
        ),
        (
            with("strategy", json!("samlp")),
            400,
            "Payload validation error: 'No enum match for: samlp' on property strategy.",
            "invalid_body",
        ),
        (with("enabled_clients", json!(["none"])), 400, "The client does not exist", "inexistent_client"),
        (
            with("realms", json!(["other"])),
            400,
            "The only realm of a connection is its name",
            "operation_not_supported",
        ),
    ] {
        api.post("/connections", body).await.refused(status, message, code);
    }
}

#[tokio::test]
async fn a_database_connection_is_read_only() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let found = api.get("/connections?strategy=auth0").await.ok(200);
    let path = format!("/connections/{}", found[0]["id"].as_str().unwrap());
    let shown = api.get(&path).await.ok(200);
    assert_eq!((&shown["name"], &shown["strategy"]), (&json!("Username-Password-Authentication"), &json!("auth0")));
    assert!(shown["enabled_clients"].as_array().unwrap().contains(&json!("web")));
    let message = "A database connection cannot be changed or deleted here";
    api.patch(&path, json!({"show_as_button": true})).await.refused(400, message, "operation_not_supported");
    api.delete(&path, Value::Null).await.refused(400, message, "operation_not_supported");
}

#[tokio::test]
async fn connections_are_listed_in_three_forms_and_filtered() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    api.post("/connections", corp()).await.ok(201);
    let all = api.get("/connections").await.ok(200);
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(!all.to_string().contains("hush") && all[0]["enabled_clients"].is_null());
    let page = api.get("/connections?include_totals=true&per_page=1&page=1").await.ok(200);
    assert_eq!(page, json!({"start": 1, "limit": 1, "total": 2, "connections": [all[1]]}));
    let first = api.get("/connections?take=1").await.ok(200);
    let second = api.get(&format!("/connections?take=1&from={}", first["next"].as_str().unwrap())).await.ok(200);
    assert_eq!(json!([first["connections"][0], second["connections"][0]]), all);
    let names = async |query: &str| {
        let found = api.get(&format!("/connections?fields=name&{query}")).await.ok(200);
        found.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("strategy=oidc").await, ["corp"]);
    assert_eq!(names("strategy=oidc&strategy=auth0").await.len(), 2);
    assert_eq!(names("name=corp").await, ["corp"]);
    assert!(names("strategy=samlp").await.is_empty() && names("name=none").await.is_empty());
    let message = "Query validation error: 'No enum match for: nonsense' on property strategy.";
    api.get("/connections?strategy=nonsense").await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn only_local_attributes_of_a_federated_user_can_be_changed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = api.post("/connections", corp()).await.ok(201);
    provider
        .sql(
            "INSERT INTO users
                 (id, connection_id, email, email_verified, name, nickname, last_login, last_ip, logins_count, created_at,
                  updated_at)
             SELECT 'oidc|corp|7', id, 'eve@corp.example', TRUE, 'Eve', 'eve', 1788000000, '127.0.0.1', 3, 0, 0
             FROM connections WHERE name = 'corp'",
        )
        .await;
    let path = "/users/oidc%7Ccorp%7C7";
    let shown = api.get(path).await.ok(200);
    let identity = json!({"connection": "corp", "user_id": "corp|7", "provider": "oidc", "isSocial": false});
    assert_eq!(shown["identities"], json!([identity]));
    assert_eq!((&shown["last_ip"], &shown["logins_count"]), (&json!("127.0.0.1"), &json!(3)));
    assert_eq!(shown["last_login"], "2026-08-29T10:40:00.000Z");
    assert_eq!(api.patch(path, json!({"app_metadata": {"a": 1}, "blocked": true})).await.ok(200)["blocked"], true);
    let message = "The following user attributes cannot be updated: email, name. The connection (corp) should either be \
                   a database connection (using the Auth0 store), a passwordless connection (email or sms) or has \
                   disabled 'Sync user profile attributes at each login'. For more information, see \
                   https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync";
    let update = json!({"name": "x", "email": "e@corp.example"});
    api.patch(path, update).await.refused(400, message, "operation_not_supported");

    // Deleting the connection deletes its users.
    api.delete(&format!("/connections/{}", made["id"].as_str().unwrap()), Value::Null).await.ok(202);
    api.get(path).await.refused(404, "The user does not exist.", "inexistent_user");
}
