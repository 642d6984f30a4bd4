//! Concurrent calls that write the same list in different orders. On `PostgreSQL` they run in parallel. A call may wait
//! for another, but two calls must not wait for each other.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::{Api, segment};
use crate::support::{ABC, AUDIENCE, JOE, Provider};

/// Writes the list `name` in both orders concurrently, adding and removing the items by turns. All calls must succeed.
async fn from_both_ends(api: &Arc<Api>, path: &str, name: &str, items: &[Value], given: u16) {
    let forth = json!({ name: items });
    let back = json!({ name: items.iter().rev().collect::<Vec<_>>() });
    let mut calls = JoinSet::new();
    for (method, status) in [(Method::POST, given), (Method::DELETE, 204)].into_iter().cycle().take(6) {
        for body in [&forth, &back].into_iter().cycle().take(6).cloned() {
            let (api, path, method) = (api.clone(), path.to_owned(), method.clone());
            calls.spawn(async move {
                let answer = api.call(method, &path, body).await;
                assert_eq!(answer.status, status, "{path}: {}", answer.body);
            });
        }
        while let Some(call) = calls.join_next().await {
            call.unwrap();
        }
    }
}

/// Creates `count` roles and returns their ids.
async fn roles(api: &Api, count: usize) -> Vec<Value> {
    let mut ids = Vec::new();
    for number in 0..count {
        let made = api.post("/roles", json!({"name": format!("role {number}")})).await.ok(200);
        ids.push(made["id"].clone());
    }
    ids
}

#[tokio::test]
async fn members_are_added_and_removed_concurrently_in_opposite_order() {
    let provider = Provider::start().await;
    let api = Arc::new(Api::of(&provider).await);
    provider
        .sql(
            "INSERT INTO users (id, connection_id, email, email_verified, name, nickname, created_at, updated_at)
             WITH RECURSIVE numbers (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < 119)
             SELECT 'auth0|' || n, id, n || '@example.com', TRUE, 'Somebody', 'somebody', 0, 0
             FROM numbers CROSS JOIN connections",
        )
        .await;
    let people: Vec<_> = (100..120).map(|number| json!(format!("auth0|{number}"))).collect();
    from_both_ends(&api, &format!("/organizations/{ABC}/members"), "members", &people, 204).await;
}

#[tokio::test]
async fn roles_are_assigned_and_removed_concurrently_in_opposite_order() {
    let provider = Provider::start().await;
    let api = Arc::new(Api::of(&provider).await);
    let roles = roles(&api, 20).await;
    let joe = segment(JOE);
    from_both_ends(&api, &format!("/organizations/{ABC}/members/{joe}/roles"), "roles", &roles, 204).await;
    from_both_ends(&api, &format!("/users/{joe}/roles"), "roles", &roles, 204).await;
}

#[tokio::test]
async fn permissions_are_added_and_removed_concurrently_in_opposite_order() {
    let provider = Provider::start().await;
    let api = Arc::new(Api::of(&provider).await);
    let role = roles(&api, 1).await[0].as_str().unwrap().to_owned();
    let names = provider.texts("SELECT name FROM api_permissions WHERE api = 'https://api.tessera.example'").await;
    let permissions: Vec<_> =
        names.iter().map(|name| json!({"resource_server_identifier": AUDIENCE, "permission_name": name})).collect();
    assert!(permissions.len() > 5);
    from_both_ends(&api, &format!("/roles/{role}/permissions"), "permissions", &permissions, 201).await;
    from_both_ends(&api, &format!("/users/{}/permissions", segment(JOE)), "permissions", &permissions, 201).await;
}
