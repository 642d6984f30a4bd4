//! `/organizations/{id}/discovery-domains`: email domains of an organization.

use serde_json::{Value, json};

use super::support::{Answer, Api, UNKNOWN_ORGANIZATION, no_organization};
use crate::support::{ABC, ACME, Provider};

fn path(organization: &str) -> String {
    format!("/organizations/{organization}/discovery-domains")
}

#[track_caller]
fn no_domain(answer: Answer) {
    answer.refused(404, "No discovery domain found by that id or name", "");
}

#[tokio::test]
async fn a_domain_is_added_verified_and_deleted() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let mut domain = api.post(&path(ABC), json!({"domain": "ABC.Example"})).await.ok(201);
    let (id, text) = (domain["id"].as_str().unwrap(), domain["verification_txt"].as_str().unwrap());
    assert!(id.starts_with("ord_") && id.len() == 26, "{id}");
    assert!(text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
    let expected = json!({
        "id": id, "domain": "abc.example", "status": "pending", "verification_txt": text,
        "verification_host": format!("_ss-verification.{ABC}.abc.example"), "use_for_organization_discovery": true,
    });
    assert_eq!(domain, expected);

    let one = format!("{}/{id}", path(ABC));
    assert_eq!(api.get(&one).await.ok(200), domain);
    assert_eq!(api.get(&format!("{}/name/abc.example", path(ABC))).await.ok(200), domain);
    assert_eq!(api.get(&format!("{}/name/Abc.Example", path(ABC))).await.ok(200), domain);
    assert_eq!(api.patch(&one, json!({})).await.ok(200), domain);
    domain["status"] = "verified".into();
    assert_eq!(api.patch(&one, json!({"status": "verified"})).await.ok(200), domain);
    domain["use_for_organization_discovery"] = false.into();
    assert_eq!(api.patch(&one, json!({"use_for_organization_discovery": false})).await.ok(200), domain);

    api.delete(&one, Value::Null).await.no_content();
    no_domain(api.get(&one).await);
    no_domain(api.get(&format!("{}/name/abc.example", path(ABC))).await);
    no_domain(api.patch(&one, json!({"status": "verified"})).await);
    no_domain(api.delete(&one, Value::Null).await);
}

#[tokio::test]
async fn a_domain_is_unique_per_organization() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let body = json!({"domain": "both.example", "status": "verified", "use_for_organization_discovery": false});
    let first = api.post(&path(ABC), body.clone()).await.ok(201);
    assert_eq!((&first["status"], &first["use_for_organization_discovery"]), (&json!("verified"), &json!(false)));
    let message = "The organization already has a discovery domain with the same name.";
    api.post(&path(ABC), json!({"domain": "BOTH.example"})).await.refused(409, message, "");
    api.post(&path(ACME), body).await.ok(201);
}

#[tokio::test]
async fn the_list_is_paged_by_checkpoint() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    assert_eq!(api.get(&path(ABC)).await.ok(200), json!({"domains": []}));
    for number in 0..5 {
        api.post(&path(ABC), json!({"domain": format!("d{number}.example")})).await.ok(201);
        if number == 2 {
            provider.advance(chrono::TimeDelta::seconds(1));
        }
    }
    let all = api.get(&path(ABC)).await.ok(200);
    assert_eq!((all["domains"].as_array().unwrap().len(), all.get("next")), (5, None));
    for size in 1..=6 {
        let (mut passed, mut from) = (Vec::new(), String::new());
        loop {
            let part = api.get(&format!("{}?take={size}{from}", path(ABC))).await.ok(200);
            let domains = part["domains"].as_array().unwrap();
            assert!(!domains.is_empty() && domains.len() <= size);
            passed.extend(domains.clone());
            let Some(next) = part["next"].as_str() else { break };
            from = format!("&from={next}");
        }
        assert_eq!(Value::from(passed), all["domains"]);
    }
    let message = "Query validation error: 'Additional properties not allowed: page'.";
    api.get(&format!("{}?page=0", path(ABC))).await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn unknown_or_malformed_input_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    no_organization(api.get(&path(UNKNOWN_ORGANIZATION)).await);
    no_organization(api.post(&path(UNKNOWN_ORGANIZATION), json!({"domain": "a.example"})).await);
    no_domain(api.get(&format!("{}/ord_0", path(ABC))).await);
    let pattern =
        "^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$";
    for (body, message) in [
        (json!({}), "'Missing required property: domain'.".to_owned()),
        (json!({"domain": "a"}), "'String is too short (1 chars), minimum 3' on property domain.".to_owned()),
        (
            json!({"domain": format!("{}.example", "a".repeat(255))}),
            "'String is too long (263 chars), maximum 255' on property domain.".to_owned(),
        ),
        (json!({"domain": "a b.c"}), format!("'String does not match pattern: {pattern}' on property domain.")),
        (json!({"domain": "-a.example"}), format!("'String does not match pattern: {pattern}' on property domain.")),
        (
            json!({"domain": "a.example", "status": "maybe"}),
            "'No enum match for: maybe' on property status.".to_owned(),
        ),
        (
            json!({"domain": "a.example", "verification_txt": "x"}),
            "'Additional properties not allowed: verification_txt'.".to_owned(),
        ),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(ABC), body).await.refused(400, &message, "invalid_body");
    }
    let message = "Path validation error: 'String is too short (1 chars), minimum 3' on property discovery_domain.";
    api.get(&format!("{}/name/a", path(ABC))).await.refused(400, message, "invalid_uri");
}
