//! `/resource-servers`: the APIs of the tenant.

use serde_json::{Value, json};

use super::support::{Api, segment};
use crate::support::{AUDIENCE, JOE, Provider};

const NONE: (u16, &str, &str) = (404, "The resource server does not exist", "inexistent_resource_server");
const IDENTIFIER: &str = "https://orders.example/v1";

async fn orders(api: &Api) -> Value {
    let scopes = json!([{"value": "read:orders", "description": "Read orders"}, {"value": "write:orders"}]);
    api.post("/resource-servers", json!({"identifier": IDENTIFIER, "name": "Orders", "scopes": scopes})).await.ok(201)
}

#[tokio::test]
async fn an_api_is_created_and_found_by_id_and_identifier() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = orders(&api).await;
    assert_eq!(
        made,
        json!({
            "id": made["id"], "identifier": IDENTIFIER, "name": "Orders", "is_system": false, "signing_alg": "RS256",
            "scopes": [{"value": "read:orders", "description": "Read orders"}, {"value": "write:orders"}],
            "allow_offline_access": false, "skip_consent_for_verifiable_first_party_clients": false,
            "token_lifetime": 3600, "token_lifetime_for_web": 3600, "enforce_policies": false,
            "token_dialect": "access_token",
            "subject_type_authorization": {
                "user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"},
            },
        })
    );
    let id = made["id"].as_str().unwrap();
    for name in [id.to_owned(), segment(IDENTIFIER), segment(&segment(IDENTIFIER))] {
        assert_eq!(api.get(&format!("/resource-servers/{name}")).await.ok(200), made, "{name}");
    }
    let again = json!({"identifier": IDENTIFIER});
    let message = "A resource server with the same identifier already exists";
    api.post("/resource-servers", again).await.refused(409, message, "");
    api.get("/resource-servers/x").await.refused(NONE.0, NONE.1, NONE.2);
    let nameless = api.post("/resource-servers", json!({"identifier": "urn:x"})).await.ok(201);
    assert_eq!((&nameless["name"], &nameless["scopes"]), (&json!("urn:x"), &json!([])));
}

#[tokio::test]
async fn a_removed_permission_is_taken_from_everybody() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = orders(&api).await;
    let permission = |name: &str| json!({"resource_server_identifier": IDENTIFIER, "permission_name": name});
    let both = json!({"permissions": [permission("read:orders"), permission("write:orders")]});
    let role = api.post("/roles", json!({"name": "Clerk"})).await.ok(200);
    let role = format!("/roles/{}/permissions", role["id"].as_str().unwrap());
    let joe = format!("/users/{}/permissions", segment(JOE));
    api.post(&role, both.clone()).await.ok(201);
    api.post(&joe, both).await.ok(201);
    let grant = json!({"client_id": "web", "audience": IDENTIFIER, "scope": ["read:orders", "write:orders"]});
    let grant = api.post("/client-grants", grant).await.ok(201);
    let grant = format!("/client-grants/{}", grant["id"].as_str().unwrap());

    let path = format!("/resource-servers/{}", made["id"].as_str().unwrap());
    let update = json!({"scopes": [{"value": "ship:orders"}, {"value": "write:orders", "description": "Write"}]});
    let changed = api.patch(&path, update.clone()).await.ok(200);
    assert_eq!(changed["scopes"], update["scopes"]);
    for list in [&role, &joe] {
        let left = api.get(list).await.ok(200);
        assert_eq!((left.as_array().unwrap().len(), &left[0]["permission_name"]), (1, &json!("write:orders")));
    }
    assert_eq!(api.get(&grant).await.ok(200)["scope"], json!(["write:orders"]));

    // Deleting the API deletes its permissions and grants. Deleting it twice has the same result.
    for _ in 0..2 {
        api.delete(&path, Value::Null).await.no_content();
    }
    assert_eq!(api.get(&role).await.ok(200), json!([]));
    assert_eq!(api.get(&joe).await.ok(200), json!([]));
    assert_eq!(api.get(&grant).await.status, 404);
    api.patch(&path, json!({})).await.refused(NONE.0, NONE.1, NONE.2);
}

#[tokio::test]
async fn properties_change_and_the_identifier_does_not() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = orders(&api).await;
    let path = format!("/resource-servers/{}", made["id"].as_str().unwrap());
    let update = json!({
        "name": "All orders", "token_lifetime": 600, "token_dialect": "rfc9068_profile_authz", "enforce_policies": true,
        "allow_offline_access": true, "skip_consent_for_verifiable_first_party_clients": true, "signing_alg": "RS256",
        "subject_type_authorization": made["subject_type_authorization"], "consent_policy": null,
    });
    let changed = api.patch(&path, update.clone()).await.ok(200);
    for name in ["name", "token_lifetime", "token_dialect", "enforce_policies", "allow_offline_access"] {
        assert_eq!(changed[name], update[name], "{name}");
    }
    assert_eq!(changed["scopes"], made["scopes"]);
    for (update, message, code) in [
        (
            json!({"identifier": "urn:x"}),
            "Payload validation error: 'Additional properties not allowed: identifier'.",
            "invalid_body",
        ),
        (
            json!({"signing_alg": "PS256"}),
            "Payload validation error: 'No enum match for: PS256' on property signing_alg.",
            "invalid_body",
        ),
        (
            json!({"scopes": [{"value": "a"}, {"value": "a"}]}),
            "Payload validation error: 'Array items are not unique (indexes 0 and 1)' on property scopes.",
            "invalid_body",
        ),
        (
            json!({"token_lifetime": 2_592_001}),
            "Payload validation error: 'Value 2592001 is greater than maximum 2592000' on property token_lifetime.",
            "invalid_body",
        ),
        (
            json!({"consent_policy": "transactional-authorization-with-mfa"}),
            "consent_policy is not supported",
            "operation_not_supported",
        ),
    ] {
        api.patch(&path, update).await.refused(400, message, code);
    }
}

#[tokio::test]
async fn the_management_api_itself_allows_few_changes_and_no_deletion() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/resource-servers/{}", segment(&format!("{}api/v2/", provider.issuer)));
    let shown = api.get(&path).await.ok(200);
    assert_eq!((&shown["is_system"], &shown["name"]), (&json!(true), &json!("Management API")));
    assert_eq!(api.patch(&path, json!({"token_lifetime": 3600})).await.ok(200)["token_lifetime"], 3600);
    let message = "Payload validation error: 'Additional properties not allowed: name,scopes'.";
    api.patch(&path, json!({"name": "x", "scopes": []})).await.refused(400, message, "invalid_body");
    let message = "A system resource server cannot be deleted";
    api.delete(&path, Value::Null).await.refused(400, message, "operation_not_supported");
}

#[tokio::test]
async fn apis_are_listed_in_pages_and_by_identifier() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = orders(&api).await;
    let all = api.get("/resource-servers").await.ok(200);
    let total = all.as_array().unwrap().len();
    assert!(total == 3 || total == 4, "{total}");
    let page = api.get("/resource-servers?include_totals=true&per_page=1&page=1").await.ok(200);
    assert_eq!(page, json!({"start": 1, "limit": 1, "total": total, "resource_servers": [all[1]]}));
    let query = format!("identifiers={}&identifiers=none&identifiers={}", segment(IDENTIFIER), segment(AUDIENCE));
    let found = api.get(&format!("/resource-servers?{query}&include_totals=true")).await.ok(200);
    assert_eq!((&found["total"], &found["resource_servers"][0]), (&json!(2), &made));
    let message = "Insufficient scope, expected any of: read:resource_servers";
    let other = Api::with_scope(&provider, "read:users").await;
    other.get("/resource-servers").await.refused(403, message, "insufficient_scope");
}
