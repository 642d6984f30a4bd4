//! `/organizations/{id}/members/{user_id}/roles`: roles of a member.

use serde_json::{Value, json};

use super::support::{Api, UNKNOWN_ORGANIZATION, no_organization, no_user, pluck, segment};
use crate::support::{ABC, JOE, Provider, XYZ};

const NINA: &str = "auth0|d00000000000000000000006";

fn path(organization: &str, user: &str) -> String {
    format!("/organizations/{organization}/members/{}/roles", segment(user))
}

#[tokio::test]
async fn roles_are_assigned_and_removed_in_one_organization() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let admin = provider.text("SELECT id FROM roles WHERE name = 'admin'").await;
    let member = provider.text("SELECT id FROM roles WHERE name = 'member'").await;

    let before = api.get(&path(ABC, JOE)).await.ok(200);
    let label = provider.text("SELECT description FROM roles WHERE name = 'member'").await;
    assert_eq!(before, json!([{"id": member, "name": "member", "description": label}]));

    api.post(&path(ABC, JOE), json!({"roles": [admin, member]})).await.no_content();
    let both = api.get(&path(ABC, JOE)).await.ok(200);
    let mut names = pluck(&both, "name");
    names.sort_unstable();
    assert_eq!(names, ["admin", "member"]);
    assert_eq!(pluck(&api.get(&path(XYZ, JOE)).await.ok(200), "name"), ["viewer"]);
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let claims = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert!(claims["permissions"].as_array().unwrap().contains(&json!("manage:members")), "{claims}");

    api.delete(&path(ABC, JOE), json!({"roles": [member]})).await.no_content();
    assert_eq!(pluck(&api.get(&path(ABC, JOE)).await.ok(200), "name"), ["admin"]);
    // Removing a role that the member does not have succeeds.
    api.delete(&path(ABC, JOE), json!({"roles": [member]})).await.no_content();
}

#[tokio::test]
async fn the_list_has_two_forms() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for name in ["admin", "owner"] {
        let role = match name {
            "admin" => provider.text("SELECT id FROM roles WHERE name = 'admin'").await,
            _ => provider.text("SELECT id FROM roles WHERE name = 'owner'").await,
        };
        api.post(&path(ABC, JOE), json!({"roles": [role]})).await.no_content();
    }
    let all = api.get(&path(ABC, JOE)).await.ok(200);
    assert_eq!(all.as_array().unwrap().len(), 3);
    for page in 0..4 {
        let part = api.get(&format!("{}?per_page=1&page={page}", path(ABC, JOE))).await.ok(200);
        assert_eq!(part, all.get(page).map_or(json!([]), |role| json!([role])));
        let whole = api.get(&format!("{}?per_page=1&page={page}&include_totals=true", path(ABC, JOE))).await.ok(200);
        assert_eq!(whole, json!({"start": page, "limit": 1, "total": 3, "roles": part}));
    }
    let message = "Query validation error: 'Additional properties not allowed: take'.";
    api.get(&format!("{}?take=1", path(ABC, JOE))).await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn roles_may_be_given_before_membership_and_end_with_it() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = provider.text("SELECT id FROM roles WHERE name = 'admin'").await;
    let (roles, members) = (json!({"roles": [role]}), format!("/organizations/{ABC}/members"));
    assert_eq!(api.get(&path(ABC, NINA)).await.ok(200), json!([]));
    api.post(&path(ABC, NINA), roles.clone()).await.no_content();
    assert_eq!(pluck(&api.get(&path(ABC, NINA)).await.ok(200), "name"), ["admin"]);
    // They are no membership.
    let of_nina = format!("/users/{}/organizations", segment(NINA));
    assert_eq!(api.get(&of_nina).await.ok(200), json!([]));
    api.post(&members, json!({"members": [NINA]})).await.no_content();
    assert_eq!(pluck(&api.get(&path(ABC, NINA)).await.ok(200), "name"), ["admin"]);
    api.delete(&members, json!({"members": [NINA]})).await.no_content();
    assert_eq!(api.get(&path(ABC, NINA)).await.ok(200), json!([]));
    api.post(&path(ABC, NINA), roles.clone()).await.no_content();
    api.delete(&path(ABC, NINA), roles).await.no_content();
    assert_eq!(api.get(&path(ABC, NINA)).await.ok(200), json!([]));
}

#[tokio::test]
async fn unknown_organization_member_or_role_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = provider.text("SELECT id FROM roles WHERE name = 'admin'").await;
    let existing = json!({"roles": [role]});
    for (method, body) in [
        (reqwest::Method::GET, Value::Null),
        (reqwest::Method::POST, existing.clone()),
        (reqwest::Method::DELETE, existing.clone()),
    ] {
        no_organization(api.call(method.clone(), &path(UNKNOWN_ORGANIZATION, JOE), body.clone()).await);
        no_user(api.call(method.clone(), &path(ABC, "auth0|nobody"), body.clone()).await);
    }

    let unknown = json!({"roles": ["rol_0000000000000001", role, "rol_0000000000000002"]});
    let message = "One or more of the specified roles do not exist: rol_0000000000000001, rol_0000000000000002";
    api.post(&path(ABC, JOE), unknown.clone()).await.refused(400, message, "invalid_body");
    api.delete(&path(ABC, JOE), unknown).await.refused(400, message, "invalid_body");
    assert_eq!(pluck(&api.get(&path(ABC, JOE)).await.ok(200), "name"), ["member"]);

    for (body, message) in [
        (json!({}), "'Missing required property: roles'."),
        (json!({"roles": []}), "'Array is too short (0), minimum 1' on property roles."),
        (json!({"roles": [role], "x": 1}), "'Additional properties not allowed: x'."),
        (json!({"roles": ["x"]}), "'Object didn't pass validation for format role-id: x' on property roles.0."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(ABC, JOE), body.clone()).await.refused(400, &message, "invalid_body");
        api.delete(&path(ABC, JOE), body).await.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn a_member_has_at_most_fifty_roles() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    provider
        .sql(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 50)
             INSERT INTO roles (id, name, description, created_at)
             SELECT 'rol_00000000000000' || substr(CAST(100 + n AS TEXT), 2), 'role ' || n, '', 1 FROM numbers",
        )
        .await;
    let roles: Vec<_> = (1..=50).map(|number| format!("rol_{number:016}")).collect();
    // Joe already has one role, so 50 more exceed the limit.
    let message = "No more roles can be assigned to this organization member: it may have 50.";
    api.post(&path(ABC, JOE), json!({"roles": roles})).await.refused(409, message, "");
    api.post(&path(ABC, JOE), json!({"roles": roles[1..]})).await.no_content();
    assert_eq!(api.get(&format!("{}?include_totals=true", path(ABC, JOE))).await.ok(200)["total"], 50);
}
