//! `/clients` and `/client-grants`.

use serde_json::{Value, json};

use super::support::{Api, segment};
use crate::support::{AUDIENCE, Provider};

const NO_CLIENT: (u16, &str, &str) = (404, "The client does not exist", "inexistent_client");
const NO_GRANT: (u16, &str, &str) = (404, "The client grant does not exist", "inexistent_client_grant");

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|client| client["client_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn clients_are_shown_without_their_secrets() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let web = api.get("/clients/web").await.ok(200);
    assert_eq!(web["name"], "Tessera");
    assert_eq!(web["token_endpoint_auth_method"], "client_secret_post");
    assert_eq!(web["organization_usage"], "allow");
    assert_eq!(web["organization_require_behavior"], "post_login_prompt");
    assert!(web["callbacks"].as_array().unwrap().len() == 2 && web["initiate_login_uri"].is_string());
    assert_eq!(api.get("/clients/spa").await.ok(200)["token_endpoint_auth_method"], "none");
    let all = api.get("/clients").await.ok(200);
    assert!(ids(&all).contains(&"web") && ids(&all).contains(&"m2m"));
    assert!(!all.to_string().contains("secret\":") && !all.to_string().contains("application's"));
    let fields = api.get("/clients/web?fields=name,client_secret").await.ok(200);
    assert_eq!(fields, json!({"name": "Tessera"}));
    api.get("/clients/none").await.refused(NO_CLIENT.0, NO_CLIENT.1, NO_CLIENT.2);
}

#[tokio::test]
async fn clients_are_listed_in_three_forms_and_filtered() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let all = api.get("/clients").await.ok(200);
    let total = ids(&all).len();
    let page = api.get("/clients?include_totals=true&per_page=2&page=1").await.ok(200);
    assert_eq!(page, json!({"start": 2, "limit": 2, "total": total, "clients": [all[2], all[3]]}));
    let mut seen = Vec::new();
    let mut path = "/clients?take=3".to_owned();
    loop {
        let part = api.get(&path).await.ok(200);
        seen.extend(part["clients"].as_array().unwrap().clone());
        let Some(next) = part["next"].as_str() else { break };
        path = format!("/clients?take=3&from={next}");
    }
    assert_eq!(json!(seen), all);
    assert_eq!(ids(&api.get("/clients?app_type=non_interactive,spa").await.ok(200)), ["m2m"]);
    for empty in ["is_global=true", "is_first_party=false", "external_client_id=x", "per_page=0", "page=1000000"] {
        assert_eq!(api.get(&format!("/clients?{empty}")).await.ok(200), json!([]), "{empty}");
    }
    let question = segment("client_grant.allow_any_organization:true");
    assert_eq!(api.get(&format!("/clients?q={question}")).await.ok(200), json!([]));
    let message = "Query validation error: 'Failed to parse query: unexpected name:x' on property q.";
    api.get("/clients?q=name:x").await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn the_summary_scope_shows_only_summaries() {
    let provider = Provider::start().await;
    let api = Api::with_scope(&provider, "read:client_summary").await;
    let web = api.get("/clients/web").await.ok(200);
    assert_eq!(web, json!({"client_id": "web", "name": "Tessera", "description": "", "app_type": "regular_web"}));
    let message = "Insufficient scope, expected any of: delete:clients";
    api.delete("/clients/web", Value::Null).await.refused(403, message, "insufficient_scope");
}

#[tokio::test]
async fn a_client_is_deleted() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for _ in 0..2 {
        api.delete("/clients/denies", Value::Null).await.no_content();
        api.get("/clients/denies").await.refused(NO_CLIENT.0, NO_CLIENT.1, NO_CLIENT.2);
    }
}

#[tokio::test]
async fn a_grant_is_created_changed_and_deleted() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let server = api.get(&format!("/resource-servers/{}", segment(AUDIENCE))).await.ok(200);
    let (first, second) = (&server["scopes"][0]["value"], &server["scopes"][1]["value"]);
    let body = json!({"client_id": "web", "audience": AUDIENCE, "scope": [first, first]});
    let grant = api.post("/client-grants", body.clone()).await.ok(201);
    let expected = json!({
        "id": grant["id"], "client_id": "web", "audience": AUDIENCE, "scope": [first],
        "allow_any_organization": false, "subject_type": "client",
    });
    assert_eq!(grant, expected);
    let path = format!("/client-grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.ok(200), grant);
    let message = format!("A client grant already exists between web and {AUDIENCE}");
    api.post("/client-grants", body).await.refused(409, &message, "");

    let update = json!({"scope": [second], "organization_usage": "allow", "allow_any_organization": true});
    let changed = api.patch(&path, update).await.ok(200);
    assert_eq!((&changed["scope"], &changed["organization_usage"]), (&json!([second]), &json!("allow")));
    let question = segment("client_grant.allow_any_organization:true");
    assert_eq!(ids(&api.get(&format!("/clients?q={question}")).await.ok(200)), ["web"]);
    let update = json!({"scope": null, "organization_usage": null, "allow_any_organization": null});
    let changed = api.patch(&path, update).await.ok(200);
    assert_eq!((&changed["scope"], changed["organization_usage"].is_null()), (&json!([]), true));
    assert_eq!(changed["allow_any_organization"], false);

    for _ in 0..2 {
        api.delete(&path, Value::Null).await.no_content();
        api.get(&path).await.refused(NO_GRANT.0, NO_GRANT.1, NO_GRANT.2);
    }
    api.patch(&path, json!({"scope": []})).await.refused(NO_GRANT.0, NO_GRANT.1, NO_GRANT.2);
}

#[tokio::test]
async fn grants_are_filtered_by_their_properties() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let before = api.get("/client-grants").await.ok(200).as_array().unwrap().len();
    for (client, subject) in [("web", "client"), ("web", "user"), ("spa", "user")] {
        let body = json!({"client_id": client, "audience": AUDIENCE, "scope": [], "subject_type": subject});
        api.post("/client-grants", body).await.ok(201);
    }
    let count = async |query: &str| {
        let page = api.get(&format!("/client-grants?include_totals=true&{query}")).await.ok(200);
        assert_eq!(page["client_grants"].as_array().unwrap().len(), page["total"], "{query}");
        page["total"].as_i64().unwrap()
    };
    assert_eq!(count("client_id=web").await, 2);
    assert_eq!(count("client_id=web&subject_type=user").await, 1);
    assert_eq!(count(&format!("audience={}", segment(AUDIENCE))).await, 3);
    assert_eq!(count("allow_any_organization=true").await, 0);
    assert_eq!(count("default_for=third_party_clients").await, 0);
    assert_eq!(usize::try_from(count("").await).unwrap(), before + 3);
    let part = api.get(&format!("/client-grants?take={}", before + 2)).await.ok(200);
    let rest = api.get(&format!("/client-grants?take=3&from={}", part["next"].as_str().unwrap())).await.ok(200);
    assert_eq!((rest["client_grants"].as_array().unwrap().len(), rest["next"].is_null()), (1, true));
}

#[tokio::test]
async fn an_invalid_grant_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let unsupported = "operation_not_supported";
    let not_in_api = format!("The scope 'x' does not exist in the resource server '{AUDIENCE}'");
    for (body, status, message, code) in [
        (json!({"client_id": "none", "audience": AUDIENCE}), 404, NO_CLIENT.1, NO_CLIENT.2),
        (
            json!({"client_id": "web", "audience": "x"}),
            404,
            "The resource server does not exist: 'x'",
            "inexistent_resource_server",
        ),
        (json!({"client_id": "web", "audience": AUDIENCE, "scope": ["x"]}), 400, &not_in_api, ""),
        (
            json!({"audience": AUDIENCE}),
            400,
            "Payload validation error: 'Missing required property: client_id'.",
            "invalid_body",
        ),
        (
            json!({"client_id": "web", "audience": AUDIENCE, "allow_all_scopes": true}),
            400,
            "allow_all_scopes is not supported",
            unsupported,
        ),
        (
            json!({"audience": AUDIENCE, "default_for": "third_party_clients"}),
            400,
            "default_for is not supported",
            unsupported,
        ),
        (
            json!({"client_id": "web", "audience": AUDIENCE, "organization_usage": "perhaps"}),
            400,
            "Payload validation error: 'No enum match for: perhaps' on property organization_usage.",
            "invalid_body",
        ),
    ] {
        api.post("/client-grants", body).await.refused(status, message, code);
    }
}

#[tokio::test]
async fn the_organizations_of_a_grant_are_listed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let body = json!({"client_id": "web", "audience": AUDIENCE, "scope": [], "organization_usage": "allow"});
    let grant = api.post("/client-grants", body).await.ok(201);
    let path = format!("/client-grants/{}/organizations", grant["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.ok(200), json!([]));
    provider
        .sql(
            "INSERT INTO organization_client_grants (organization_id, grant_id)
             SELECT o.id, g.id FROM organizations o, client_grants g WHERE g.client_id = 'web'",
        )
        .await;
    let all = api.get("/organizations").await.ok(200);
    assert_eq!(api.get(&path).await.ok(200), all);
    let page = api.get(&format!("{path}?include_totals=true&per_page=1&page=1")).await.ok(200);
    let total = all.as_array().unwrap().len();
    assert_eq!(page, json!({"start": 1, "limit": 1, "total": total, "organizations": [all[1]]}));
    let first = api.get(&format!("{path}?take=1")).await.ok(200);
    assert_eq!(first["organizations"], json!([all[0]]));
    let question = segment(&format!("client_grant.organization_id:{}", all[0]["id"].as_str().unwrap()));
    assert_eq!(ids(&api.get(&format!("/clients?q={question}")).await.ok(200)), ["web"]);
    let nowhere = "/client-grants/cgr_0000000000000000/organizations";
    api.get(nowhere).await.refused(NO_GRANT.0, NO_GRANT.1, NO_GRANT.2);
}
