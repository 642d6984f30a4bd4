//! `/organizations`

use serde_json::json;

use super::support::Api;
use crate::support::{ABC, Provider};

#[tokio::test]
async fn an_organization_is_found_by_its_id() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let found = api.get(&format!("/organizations/{ABC}")).await.ok(200);
    assert_eq!(found["id"], ABC);
    assert_eq!(found["name"], json!("abc-inc"));
}
