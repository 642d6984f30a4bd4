//! `/organizations/{id}/members`: members of an organization.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{Api, UNKNOWN_ORGANIZATION, no_organization, no_user, pluck};
use crate::support::{ABC, JOE, Provider, XYZ};

const CAROL: &str = "auth0|d00000000000000000000003";
const NINA: &str = "auth0|d00000000000000000000006";

fn path(organization: &str) -> String {
    format!("/organizations/{organization}/members")
}

#[tokio::test]
async fn members_are_listed_without_their_roles() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let expected = json!([
        {"user_id": CAROL, "email": "carol@example.com", "name": "Carol Castro"},
        {"user_id": JOE, "email": "joe@example.com", "name": "Joe Jensen"},
    ]);
    assert_eq!(api.get(&path(ABC)).await.ok(200), expected);
}

#[tokio::test]
async fn fields_and_roles_are_returned_as_requested() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let first = async |query: &str| api.get(&format!("{}?{query}", path(ABC))).await.ok(200)[0].clone();
    let owner = provider.text("SELECT id FROM roles WHERE name = 'owner'").await;
    let roles = json!([{"id": owner, "name": "owner"}]);

    assert_eq!(first("fields=user_id").await, json!({"user_id": CAROL}));
    assert_eq!(first("fields=user_id,roles").await, json!({"user_id": CAROL, "roles": roles}));
    assert_eq!(first("fields=roles&include_fields=true").await, json!({"roles": roles}));
    let expected = json!({"user_id": CAROL, "name": "Carol Castro"});
    assert_eq!(first("fields=email&include_fields=false").await, expected);
    assert_eq!(first("fields=email,roles&include_fields=false").await, expected);
    assert_eq!(first("fields=nothing").await, json!({}));
    assert_eq!(first("fields=").await["email"], "carol@example.com");

    // A member without roles has an empty list. Roles in another organization do not appear.
    api.post(&path(ABC), json!({"members": [NINA]})).await.no_content();
    let viewer = provider.text("SELECT id FROM roles WHERE name = 'viewer'").await;
    let list = api.get(&format!("{}?fields=user_id,roles", path(XYZ))).await.ok(200);
    assert_eq!(list[1], json!({"user_id": JOE, "roles": [{"id": viewer, "name": "viewer"}]}));
    let list = api.get(&format!("{}?fields=user_id,roles", path(ABC))).await.ok(200);
    assert_eq!(list[2], json!({"user_id": NINA, "roles": []}));
}

#[tokio::test]
async fn members_are_added_and_removed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    provider.advance(chrono::TimeDelta::seconds(1));
    // Adding an existing member changes neither the membership nor the roles.
    api.post(&path(ABC), json!({"members": [NINA, CAROL, NINA]})).await.no_content();
    let list = api.get(&path(ABC)).await.ok(200);
    assert_eq!(pluck(&list, "user_id"), [CAROL, JOE, NINA]);
    provider.sign_in("nina@example.com", &[("organization", ABC)]).await;
    let roles = api.get(&format!("{}/{CAROL}/roles", path(ABC))).await.ok(200);
    assert_eq!(pluck(&roles, "name"), ["owner"]);

    api.delete(&path(ABC), json!({"members": [NINA, JOE]})).await.no_content();
    let list = api.get(&path(ABC)).await.ok(200);
    assert_eq!(pluck(&list, "user_id"), [CAROL]);
    // Removing a user who is not a member succeeds.
    api.delete(&path(ABC), json!({"members": [NINA]})).await.no_content();

    // Removing the membership also removed its roles.
    api.post(&path(ABC), json!({"members": [JOE]})).await.no_content();
    assert_eq!(api.get(&format!("{}/{JOE}/roles", path(ABC))).await.ok(200), json!([]));
}

#[tokio::test]
async fn a_removed_member_gets_no_more_tokens_for_the_organization() {
    let provider = Provider::start().await;
    // The grants are revoked even if a refresh does not check the membership.
    provider.sql("UPDATE settings SET refresh_requires_membership = FALSE").await;
    let api = Api::of(&provider).await;
    let there = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let elsewhere = provider.sign_in("joe@example.com", &[("organization", XYZ)]).await;
    let other = provider.sign_in("carol@example.com", &[("organization", ABC)]).await;
    api.delete(&path(ABC), json!({"members": [JOE]})).await.no_content();
    // A new membership does not restore the revoked grants.
    api.post(&path(ABC), json!({"members": [JOE]})).await.no_content();
    for (tokens, refreshed, opened) in [
        (there, StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED),
        (elsewhere, StatusCode::OK, StatusCode::OK),
        (other, StatusCode::OK, StatusCode::OK),
    ] {
        assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status(), opened);
        assert_eq!(provider.refresh(tokens["refresh_token"].as_str().unwrap()).await.status(), refreshed);
    }
}

#[tokio::test]
async fn an_unknown_person_in_the_list_refuses_the_whole_call() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let before = api.get(&path(ABC)).await.ok(200);
    no_user(api.post(&path(ABC), json!({"members": [NINA, "auth0|nobody"]})).await);
    no_user(api.delete(&path(ABC), json!({"members": [JOE, "auth0|nobody"]})).await);
    no_organization(api.get(&path(UNKNOWN_ORGANIZATION)).await);
    no_organization(api.post(&path(UNKNOWN_ORGANIZATION), json!({"members": [NINA]})).await);
    no_organization(api.delete(&path(UNKNOWN_ORGANIZATION), json!({"members": [NINA]})).await);
    assert_eq!(api.get(&path(ABC)).await.ok(200), before);
}

#[tokio::test]
async fn a_malformed_list_of_people_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for (body, message) in [
        (json!({}), "'Missing required property: members'."),
        (json!({"members": []}), "'Array is too short (0), minimum 1' on property members."),
        (json!({"members": JOE}), "'Expected type array but found type string' on property members."),
        (json!({"members": [1]}), "'Expected type string but found type integer' on property members.0."),
        (
            json!({"members": [JOE, ""]}),
            "'Object didn't pass validation for format user-id-with-max-length: ' on property members.1.",
        ),
        (json!({"members": ["a\u{0}"]}), "'String contains a NUL character' on property members.0."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(ABC), body.clone()).await.refused(400, &message, "invalid_body");
        api.delete(&path(ABC), body).await.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn the_three_forms_of_the_list_agree() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for user in [NINA, "auth0|d00000000000000000000001", "auth0|d00000000000000000000002"] {
        provider.advance(chrono::TimeDelta::seconds(1));
        api.post(&path(ABC), json!({"members": [user]})).await.no_content();
    }
    let all = api.get(&path(ABC)).await.ok(200);
    let list = path(ABC);
    for size in 1..=6 {
        let (mut paged, mut passed, mut from) = (Vec::new(), Vec::new(), String::new());
        for page in 0..6 {
            let whole = api.get(&format!("{list}?include_totals=true&per_page={size}&page={page}")).await.ok(200);
            let bare = api.get(&format!("{list}?per_page={size}&page={page}")).await.ok(200);
            let expected = json!({"start": page * size, "limit": size, "total": 5, "members": bare});
            assert_eq!(whole, expected);
            paged.extend(bare.as_array().unwrap().clone());
        }
        loop {
            let part = api.get(&format!("{list}?take={size}{from}")).await.ok(200);
            passed.extend(part["members"].as_array().unwrap().clone());
            let Some(next) = part["next"].as_str() else { break };
            from = format!("&from={next}");
        }
        assert_eq!((Value::from(paged), Value::from(passed)), (all.clone(), all.clone()));
    }
}
