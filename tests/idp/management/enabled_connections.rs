//! `/organizations/{id}/enabled_connections`: connections that an organization uses.

use serde_json::{Value, json};

use super::support::{Answer, Api, UNKNOWN_ORGANIZATION, no_organization};
use crate::support::{ABC, Provider};

const OIDC: &str = "con_0000000000000002";

fn path() -> String {
    format!("/organizations/{ABC}/enabled_connections")
}

/// Starts a provider with a second connection, which no organization uses.
async fn start() -> Provider {
    let provider = Provider::start().await;
    provider
        .sql("INSERT INTO connections (id, name, strategy, created_at) VALUES ('con_0000000000000002', 'x', 'oidc', 1)")
        .await;
    provider
}

#[track_caller]
fn no_connection(answer: Answer) {
    answer.refused(404, "The connection does not exist.", "inexistent_connection");
}

#[tokio::test]
async fn a_connection_is_enabled_changed_and_disabled() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    let mut expected = json!({
        "connection_id": OIDC, "assign_membership_on_login": false, "show_as_button": true,
        "connection": {"name": "x", "strategy": "oidc"},
    });
    let one = format!("{}/{OIDC}", path());
    assert_eq!(api.post(&path(), json!({"connection_id": OIDC})).await.ok(201), expected);
    assert_eq!(api.get(&one).await.ok(200), expected);
    let message = "The connection is already enabled for the organization.";
    api.post(&path(), json!({"connection_id": OIDC})).await.refused(400, message, "invalid_body");

    assert_eq!(api.patch(&one, json!({})).await.ok(200), expected);
    expected["assign_membership_on_login"] = true.into();
    assert_eq!(api.patch(&one, json!({"assign_membership_on_login": true})).await.ok(200), expected);
    expected["show_as_button"] = false.into();
    assert_eq!(api.patch(&one, json!({"show_as_button": false})).await.ok(200), expected);

    api.delete(&one, Value::Null).await.no_content();
    no_connection(api.get(&one).await);
    no_connection(api.patch(&one, json!({})).await);
    no_connection(api.delete(&one, Value::Null).await);
}

#[tokio::test]
async fn sign_up_makes_a_member_or_is_not_offered() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    let database = provider.text("SELECT id FROM connections WHERE strategy = 'auth0'").await;
    let one = format!("{}/{database}", path());
    api.delete(&one, Value::Null).await.no_content();
    let message = "is_signup_enabled can only be true if assign_membership_on_login is true.";
    let body = json!({"connection_id": database, "is_signup_enabled": true});
    api.post(&path(), body).await.refused(400, message, "invalid_body");
    let body = json!({"connection_id": database, "is_signup_enabled": true, "assign_membership_on_login": true});
    let enabled = api.post(&path(), body).await.ok(201);
    assert_eq!(enabled["is_signup_enabled"], true);
    let refused = api.patch(&one, json!({"assign_membership_on_login": false})).await;
    refused.refused(400, message, "invalid_body");
    assert_eq!(api.get(&one).await.ok(200), enabled);
    let both = json!({"assign_membership_on_login": false, "is_signup_enabled": false});
    assert_eq!(api.patch(&one, both).await.ok(200)["is_signup_enabled"], false);
    let body = json!({"name": "signs-up", "enabled_connections": [
        {"connection_id": database, "is_signup_enabled": true},
    ]});
    api.post("/organizations", body).await.refused(400, message, "invalid_body");
}

#[tokio::test]
async fn the_list_has_two_forms() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    provider.advance(chrono::TimeDelta::seconds(1));
    api.post(&path(), json!({"connection_id": OIDC})).await.ok(201);
    let all = api.get(&path()).await.ok(200);
    assert_eq!(all[0]["connection"]["name"], "Username-Password-Authentication");
    assert_eq!(all[1]["connection_id"], OIDC);
    for page in 0..3 {
        let part = api.get(&format!("{}?per_page=1&page={page}", path())).await.ok(200);
        assert_eq!(part, all.get(page).map_or(json!([]), |one| json!([one])));
        let whole = api.get(&format!("{}?per_page=1&page={page}&include_totals=true", path())).await.ok(200);
        assert_eq!(whole, json!({"start": page, "limit": 1, "total": 2, "enabled_connections": part}));
    }
}

#[tokio::test]
async fn unknown_or_malformed_input_is_refused() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    no_connection(api.post(&path(), json!({"connection_id": "con_0000000000000000"})).await);
    no_connection(api.get(&format!("{}/nothing", path())).await);
    let elsewhere = format!("/organizations/{UNKNOWN_ORGANIZATION}/enabled_connections");
    no_organization(api.get(&elsewhere).await);
    no_organization(api.post(&elsewhere, json!({"connection_id": OIDC})).await);
    no_organization(api.get(&format!("{elsewhere}/{OIDC}")).await);
    no_organization(api.patch(&format!("{elsewhere}/{OIDC}"), json!({})).await);
    no_organization(api.delete(&format!("{elsewhere}/{OIDC}"), Value::Null).await);
    for (body, message) in [
        (json!({}), "'Missing required property: connection_id'."),
        (
            json!({"connection_id": "x"}),
            "'Object didn't pass validation for format connection-id: x' on property connection_id.",
        ),
        (
            json!({"connection_id": OIDC, "show_as_button": "yes"}),
            "'Expected type boolean but found type string' on property show_as_button.",
        ),
        (json!({"connection_id": OIDC, "is_enabled": true}), "'Additional properties not allowed: is_enabled'."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(), body).await.refused(400, &message, "invalid_body");
    }
    let long = format!("{}/{}", path(), "x".repeat(51));
    let message = "Path validation error: 'String is too long (51 chars), maximum 50' on property connectionId.";
    api.get(&long).await.refused(400, message, "invalid_uri");
}
