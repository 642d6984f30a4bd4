//! `/roles`, their permissions and their users

use serde_json::{Value, json};

use super::support::{Api, segment};
use crate::support::{AUDIENCE, JOE, Provider};

const NO_ROLE: (u16, &str, &str) = (404, "The role does not exist", "inexistent_role");

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_role_is_created_found_changed_and_deleted() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = api.post("/roles", json!({"name": "Auditor", "description": "Reads"})).await.ok(200);
    let path = format!("/roles/{}", role["id"].as_str().unwrap());
    assert_eq!((&role["name"], &role["description"]), (&json!("Auditor"), &json!("Reads")));
    assert_eq!(api.get(&path).await.ok(200), role);
    let changed = api.patch(&path, json!({"description": ""})).await.ok(200);
    assert_eq!(changed, json!({"id": role["id"], "name": "Auditor", "description": ""}));
    assert_eq!(api.patch(&path, json!({"name": "Reader"})).await.ok(200)["name"], "Reader");
    assert_eq!(api.delete(&path, Value::Null).await.ok(200), json!({}));
    for answer in [api.get(&path).await, api.patch(&path, json!({})).await, api.delete(&path, Value::Null).await] {
        answer.refused(NO_ROLE.0, NO_ROLE.1, NO_ROLE.2);
    }
}

#[tokio::test]
async fn a_role_name_is_unique() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let taken = "A role with the same name already exists";
    api.post("/roles", json!({"name": "One"})).await.ok(200);
    api.post("/roles", json!({"name": "One"})).await.refused(409, taken, "");
    let two = api.post("/roles", json!({"name": "Two"})).await.ok(200);
    let path = format!("/roles/{}", two["id"].as_str().unwrap());
    api.patch(&path, json!({"name": "One"})).await.refused(409, taken, "");
    assert_eq!(api.patch(&path, json!({"name": "Two"})).await.ok(200), two);
    for (body, objection) in [
        (json!({}), "'Missing required property: name'"),
        (json!({"name": ""}), "'String is too short (0 chars), minimum 1' on property name"),
        (json!({"name": 1}), "'Expected type string but found type integer' on property name"),
        (json!({"name": "x", "colour": "red"}), "'Additional properties not allowed: colour'"),
    ] {
        let message = format!("Payload validation error: {objection}.");
        api.post("/roles", body).await.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn roles_are_listed_in_pages_and_by_name() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for name in ["x_1", "X_2", "xy3"] {
        api.post("/roles", json!({"name": name})).await.ok(200);
    }
    let all = api.get("/roles").await.ok(200);
    let found = api.get("/roles?name_filter=X_").await.ok(200);
    let mut found = names(&found);
    found.sort_unstable();
    // An underscore in the filter matches only an underscore.
    assert_eq!(found, ["X_2", "x_1"]);
    let page = api.get("/roles?per_page=2&page=1&include_totals=true").await.ok(200);
    let total = all.as_array().unwrap().len();
    assert_eq!(page, json!({"start": 2, "limit": 2, "total": total, "roles": [all[2], all[3]]}));
    assert_eq!(api.get("/roles?page=9223372036854775807").await.ok(200), json!([]));
    let message = "Query validation error: 'Value 0 is less than minimum 1' on property per_page.";
    api.get("/roles?per_page=0").await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn permissions_are_added_to_roles_and_removed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = api.post("/roles", json!({"name": "Auditor"})).await.ok(200);
    let path = format!("/roles/{}/permissions", role["id"].as_str().unwrap());
    let server = api.get(&format!("/resource-servers/{}", segment(AUDIENCE))).await.ok(200);
    let name = server["scopes"][0]["value"].as_str().unwrap();
    let body =
        |api: &str, name: &str| json!({"permissions": [{"resource_server_identifier": api, "permission_name": name}]});
    assert_eq!(api.post(&path, body(AUDIENCE, name)).await.ok(201), json!({}));
    assert_eq!(api.post(&path, body(AUDIENCE, name)).await.ok(201), json!({}));
    let permission = json!({
        "resource_server_identifier": AUDIENCE, "permission_name": name, "resource_server_name": "Tessera API",
        "description": "",
    });
    assert_eq!(api.get(&path).await.ok(200), json!([permission]));
    let totals = api.get(&format!("{path}?include_totals=true&per_page=1")).await.ok(200);
    assert_eq!(totals, json!({"start": 0, "limit": 1, "total": 1, "permissions": [permission]}));
    api.delete(&path, body(AUDIENCE, name)).await.no_content();
    assert_eq!(api.get(&path).await.ok(200), json!([]));

    let message = "The resource server does not exist: 'x'";
    api.post(&path, body("x", name)).await.refused(404, message, "inexistent_resource_server");
    let message = format!("The permission 'y' does not exist in the resource server '{AUDIENCE}'");
    api.post(&path, body(AUDIENCE, "y")).await.refused(400, &message, "");
    let message = "Payload validation error: 'Array is too short (0), minimum 1' on property permissions.";
    api.post(&path, json!({"permissions": []})).await.refused(400, message, "invalid_body");
    let nowhere = "/roles/rol_0000000000000000/permissions";
    for answer in [
        api.get(nowhere).await,
        api.post(nowhere, body(AUDIENCE, name)).await,
        api.delete(nowhere, body(AUDIENCE, name)).await,
    ] {
        answer.refused(NO_ROLE.0, NO_ROLE.1, NO_ROLE.2);
    }
}

#[tokio::test]
async fn a_role_is_assigned_to_users_and_lists_them() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = api.post("/roles", json!({"name": "Auditor"})).await.ok(200);
    let path = format!("/roles/{}/users", role["id"].as_str().unwrap());
    let people = api.get("/users?fields=user_id,email,name").await.ok(200);
    let ids: Vec<_> = people.as_array().unwrap().iter().take(3).map(|user| &user["user_id"]).collect();
    assert_eq!(api.post(&path, json!({"users": ids})).await.ok(200), json!({}));
    let listed = api.get(&path).await.ok(200);
    assert_eq!(listed.as_array().unwrap()[..], people.as_array().unwrap()[..3]);
    let totals = api.get(&format!("{path}?include_totals=true&per_page=1&page=2")).await.ok(200);
    assert_eq!(totals, json!({"start": 2, "limit": 1, "total": 3, "users": [people[2]]}));

    // By checkpoints, up to the last page
    let first = api.get(&format!("{path}?take=2")).await.ok(200);
    assert_eq!(first["users"], json!([people[0], people[1]]));
    let second = api.get(&format!("{path}?take=2&from={}", first["next"].as_str().unwrap())).await.ok(200);
    assert_eq!(second, json!({"users": [people[2]]}));
    let message = "Query validation error: 'Invalid checkpoint' on property from.";
    api.get(&format!("{path}?from=x")).await.refused(400, message, "invalid_query_string");

    let body = json!({"users": [JOE, "auth0|nobody"]});
    api.post(&path, body).await.refused(404, "The user does not exist.", "inexistent_user");
    assert_eq!(api.get(&path).await.ok(200), listed);
    api.get("/roles/rol_0000000000000000/users").await.refused(NO_ROLE.0, NO_ROLE.1, NO_ROLE.2);
}

#[tokio::test]
async fn every_operation_requires_its_scope() {
    let provider = Provider::start().await;
    let api = Api::with_scope(&provider, "read:roles").await;
    assert!(!names(&api.get("/roles").await.ok(200)).is_empty());
    let message = "Insufficient scope, expected any of: create:roles";
    api.post("/roles", json!({"name": "x"})).await.refused(403, message, "insufficient_scope");
    let message = "Insufficient scope, expected any of: delete:roles";
    api.delete("/roles/x", Value::Null).await.refused(403, message, "insufficient_scope");
}
