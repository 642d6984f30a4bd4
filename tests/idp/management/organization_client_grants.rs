//! `/organizations/{id}/client-grants`: client grants that an organization accepts.

use serde_json::{Value, json};
use tessera::testing::idp::{AppType, Client, ClientGrant, OrganizationUsage as Usage};

use super::support::{Answer, Api, UNKNOWN_ORGANIZATION, no_organization, pluck};
use crate::support::{ABC, ACME, AUDIENCE, Provider};

fn path(organization: &str) -> String {
    format!("/organizations/{organization}/client-grants")
}

/// Starts a provider with the clients `worker-a` and `worker-b`, which may act for organizations, and `loner`, which
/// may not.
async fn start() -> Provider {
    let client = |id: &str, organization_usage: Usage| Client {
        client_id: id.to_owned(),
        app_type: AppType::NonInteractive,
        grant_types: vec!["client_credentials".to_owned()],
        grants: vec![ClientGrant {
            audience: AUDIENCE.to_owned(),
            scope: vec!["read:projects".to_owned()],
            organization_usage,
            allow_any_organization: false,
        }],
        ..Client::default()
    };
    Provider::start_with(|config| {
        let clients = [("worker-a", Usage::Allow), ("worker-b", Usage::Require), ("loner", Usage::Deny)];
        config.clients.extend(clients.map(|(id, usage)| client(id, usage)));
    })
    .await
}

async fn grants(provider: &Provider) -> [String; 3] {
    [
        provider.text("SELECT id FROM client_grants WHERE client_id = 'worker-a'").await,
        provider.text("SELECT id FROM client_grants WHERE client_id = 'worker-b'").await,
        provider.text("SELECT id FROM client_grants WHERE client_id = 'loner'").await,
    ]
}

#[track_caller]
fn no_grant(answer: Answer) {
    answer.refused(404, "The client grant does not exist.", "inexistent_client_grant");
}

#[tokio::test]
async fn a_grant_is_associated_once_and_dissociated() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    let [a, b, loner] = grants(&provider).await;
    let mut expected = json!({
        "id": a, "client_id": "worker-a", "audience": AUDIENCE, "scope": ["read:projects"],
        "organization_usage": "allow", "allow_any_organization": false,
    });
    assert_eq!(api.get(&path(ABC)).await.ok(200), json!([]));
    let answer = api.post(&path(ABC), json!({"grant_id": a})).await.ok(201);
    assert_eq!(api.get(&path(ABC)).await.ok(200), json!([expected]));
    // The response contains the id under two names.
    expected["grant_id"] = a.as_str().into();
    assert_eq!(answer, expected);

    let message = "The client grant is already associated with the organization.";
    api.post(&path(ABC), json!({"grant_id": a})).await.refused(409, message, "");
    let message = "The client grant does not allow organizations.";
    api.post(&path(ABC), json!({"grant_id": loner})).await.refused(400, message, "invalid_body");
    no_grant(api.post(&path(ABC), json!({"grant_id": "cgr_0000000000000000"})).await);

    no_grant(api.delete(&format!("{}/{a}", path(ACME)), Value::Null).await);
    no_grant(api.delete(&format!("{}/{b}", path(ABC)), Value::Null).await);
    api.delete(&format!("{}/{a}", path(ABC)), Value::Null).await.no_content();
    no_grant(api.delete(&format!("{}/{a}", path(ABC)), Value::Null).await);
    assert_eq!(api.get(&path(ABC)).await.ok(200), json!([]));
}

#[tokio::test]
async fn the_list_is_filtered_and_has_two_forms() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    let [a, b, loner] = grants(&provider).await;
    for grant in [&a, &b] {
        api.post(&path(ABC), json!({"grant_id": grant})).await.ok(201);
    }
    let ids = async |query: String| {
        let list = api.get(&format!("{}?{query}", path(ABC))).await.ok(200);
        pluck(&list, "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ids(String::new()).await;
    assert_eq!(all.len(), 2);
    assert_eq!(ids("client_id=worker-a".to_owned()).await, std::slice::from_ref(&a));
    assert_eq!(ids("client_id=nobody".to_owned()).await, [""; 0]);
    assert_eq!(ids(format!("audience={AUDIENCE}")).await, all);
    assert_eq!(ids("audience=other".to_owned()).await, [""; 0]);
    assert_eq!(ids(format!("grant_ids={b}")).await, std::slice::from_ref(&b));
    assert_eq!(ids(format!("grant_ids={a}&grant_ids={b}")).await, all);
    assert_eq!(ids(format!("grant_ids={loner}")).await, [""; 0]);
    assert_eq!(ids(format!("grant_ids={a}&client_id=worker-b")).await, [""; 0]);
    let message = "Query validation error: 'Object didn't pass validation for format client-grant-id: x' on property \
                   grant_ids.";
    api.get(&format!("{}?grant_ids=x", path(ABC))).await.refused(400, message, "invalid_query_string");

    for page in 0..3 {
        let part = api.get(&format!("{}?per_page=1&page={page}", path(ABC))).await.ok(200);
        assert_eq!(pluck(&part, "id"), all.get(page).map_or(vec![], |id| vec![id.as_str()]));
        let whole = api.get(&format!("{}?per_page=1&page={page}&include_totals=true", path(ABC))).await.ok(200);
        assert_eq!(whole, json!({"start": page, "limit": 1, "total": 2, "client_grants": part}));
    }
    let filtered = api.get(&format!("{}?include_totals=true&client_id=worker-a", path(ABC))).await.ok(200);
    assert_eq!(filtered["total"], 1);
}

#[tokio::test]
async fn unknown_or_malformed_input_is_refused() {
    let provider = start().await;
    let api = Api::of(&provider).await;
    let [a, ..] = grants(&provider).await;
    no_organization(api.get(&path(UNKNOWN_ORGANIZATION)).await);
    no_organization(api.post(&path(UNKNOWN_ORGANIZATION), json!({"grant_id": a})).await);
    no_organization(api.delete(&format!("{}/{a}", path(UNKNOWN_ORGANIZATION)), Value::Null).await);
    for (body, message) in [
        (json!({}), "'Missing required property: grant_id'."),
        (json!({"grant_id": 1}), "'Expected type string but found type integer' on property grant_id."),
        (
            json!({"grant_id": "x"}),
            "'Object didn't pass validation for format client-grant-id: x' on property grant_id.",
        ),
        (json!({"grant_id": a, "id": a}), "'Additional properties not allowed: id'."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(ABC), body).await.refused(400, &message, "invalid_body");
    }
}
