//! `/organizations`: listing, creating, changing and deleting organizations.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{Api, UNKNOWN_ORGANIZATION, no_organization};
use crate::support::{ABC, ACME, Provider, XYZ};

const CONFLICT: &str = "An organization with the same name already exists.";

#[tokio::test]
async fn an_organization_is_found_by_its_id_and_by_its_name() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let expected = json!({
        "id": ABC, "name": "abc-inc", "display_name": "ABC Inc",
        "branding": {"colors": {"primary": "#2f6f4f", "page_background": "#ffffff"}},
    });
    assert_eq!(api.get(&format!("/organizations/{ABC}")).await.ok(200), expected);
    assert_eq!(api.get("/organizations/name/abc-inc").await.ok(200), expected);
}

#[tokio::test]
async fn a_new_organization_has_what_it_was_given() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let mut sent = json!({
        "name": "new-one", "display_name": "New One",
        "branding": {
            "logo_url": "https://new.example/logo.png", "colors": {"primary": "#123", "page_background": "#abcdef"},
        },
        "metadata": {"plan": "pro", "seats": "5"},
        "token_quota": {"client_credentials": {"enforce": true, "per_day": 100}},
    });
    let created = api.post("/organizations", sent.clone()).await.ok(201);
    let id = created["id"].as_str().unwrap();
    assert!(id.starts_with("org_") && id.len() == 20, "{id}");
    sent["id"] = id.into();
    assert_eq!(created, sent);
    assert_eq!(api.get(&format!("/organizations/{id}")).await.ok(200), sent);

    let least = api.post("/organizations", json!({"name": "least"})).await.ok(201);
    assert_eq!(least, json!({"id": least["id"], "name": "least"}));
}

#[tokio::test]
async fn a_new_organization_can_have_connections() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let connection = provider.text("SELECT id FROM connections").await;
    let body = |name: &str| {
        let enabled = json!({"connection_id": connection, "show_as_button": false});
        json!({"name": name, "enabled_connections": [enabled]})
    };
    let created = api.post("/organizations", body("connected")).await.ok(201);
    let expected = json!([{
        "connection_id": connection, "is_signup_enabled": false, "assign_membership_on_login": false,
        "show_as_button": false, "connection": {"name": "Username-Password-Authentication", "strategy": "auth0"},
    }]);
    assert_eq!(created["enabled_connections"], expected);
    let path = format!("/organizations/{}", created["id"].as_str().unwrap());
    assert_eq!(api.get(&format!("{path}/enabled_connections")).await.ok(200), expected);
    assert_eq!(api.get(&path).await.ok(200), json!({"id": created["id"], "name": "connected"}));

    // Enabling connections requires a scope of its own, in addition to the scope for creating an organization.
    let narrow = Api::with_scope(&provider, "create:organizations").await;
    let message = "Insufficient scope, expected any of: create:organization_connections";
    narrow.post("/organizations", body("narrow")).await.refused(403, message, "insufficient_scope");
    narrow.post("/organizations", json!({"name": "narrow", "enabled_connections": []})).await.ok(201);
    let narrow = Api::with_scope(&provider, "create:organization_connections").await;
    let message = "Insufficient scope, expected any of: create:organizations";
    narrow.post("/organizations", body("narrow-2")).await.refused(403, message, "insufficient_scope");

    // A refused creation leaves no organization behind.
    let unknown = json!({"name": "nowhere", "enabled_connections": [{"connection_id": "con_0000000000000000"}]});
    let refused = api.post("/organizations", unknown).await;
    refused.refused(400, "The specified connection does not exist.", "invalid_body");
    no_organization(api.get("/organizations/name/nowhere").await);
}

#[tokio::test]
async fn a_name_is_unique() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let created = api.post("/organizations", json!({"name": "abc-inc"})).await;
    created.refused(409, CONFLICT, "organization_conflict");
    let renamed = api.patch(&format!("/organizations/{ACME}"), json!({"name": "abc-inc"})).await;
    renamed.refused(409, CONFLICT, "organization_conflict");
    // An organization can be renamed to its own name.
    assert_eq!(api.patch(&format!("/organizations/{ACME}"), json!({"name": "acme"})).await.ok(200)["name"], "acme");
}

#[tokio::test]
async fn a_change_leaves_other_properties_unchanged() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let quota = json!({"client_credentials": {"per_hour": 9}});
    let sent = json!({
        "name": "changing", "display_name": "Changing", "metadata": {"a": "1", "b": "2"}, "token_quota": quota,
        "branding": {
            "logo_url": "https://a.example/a.png", "colors": {"primary": "#111111", "page_background": "#222222"},
        },
    });
    let mut expected = api.post("/organizations", sent).await.ok(201);
    let path = format!("/organizations/{}", expected["id"].as_str().unwrap());

    assert_eq!(api.patch(&path, json!({})).await.ok(200), expected);
    expected["display_name"] = "Changed".into();
    assert_eq!(api.patch(&path, json!({"display_name": "Changed"})).await.ok(200), expected);

    // Metadata is replaced as a whole. A key with the value null is omitted.
    expected["metadata"] = json!({"c": "3"});
    assert_eq!(api.patch(&path, json!({"metadata": {"c": "3", "a": null}})).await.ok(200), expected);
    expected["metadata"] = json!({});
    assert_eq!(api.patch(&path, json!({"metadata": {}})).await.ok(200), expected);

    // The branding is also replaced as a whole.
    expected["branding"] = json!({"colors": {"primary": "#111111", "page_background": "#222222"}});
    let colours = json!({"branding": {"logo_url": null, "colors": expected["branding"]["colors"]}});
    assert_eq!(api.patch(&path, colours).await.ok(200), expected);
    expected.as_object_mut().unwrap().remove("branding");
    assert_eq!(api.patch(&path, json!({"branding": {}})).await.ok(200), expected);

    expected.as_object_mut().unwrap().remove("token_quota");
    assert_eq!(api.patch(&path, json!({"token_quota": null})).await.ok(200), expected);
    expected["name"] = "changed".into();
    assert_eq!(api.patch(&path, json!({"name": "changed"})).await.ok(200), expected);
    assert_eq!(api.get(&path).await.ok(200), expected);
}

#[tokio::test]
async fn deleting_an_organization_ends_its_memberships_and_tokens() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let there = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let elsewhere = provider.sign_in("joe@example.com", &[("organization", XYZ)]).await;

    api.delete(&format!("/organizations/{ABC}"), Value::Null).await.no_content();
    no_organization(api.get(&format!("/organizations/{ABC}")).await);
    no_organization(api.delete(&format!("/organizations/{ABC}"), Value::Null).await);

    let refused = provider.refresh(there["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(provider.userinfo(there["access_token"].as_str().unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(provider.refresh(elsewhere["refresh_token"].as_str().unwrap()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_organization_is_not_found() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/organizations/{UNKNOWN_ORGANIZATION}");
    no_organization(api.get(&path).await);
    no_organization(api.patch(&path, json!({"display_name": "X"})).await);
    no_organization(api.delete(&path, Value::Null).await);
    // The search by name does not ignore case: names are in lower case.
    no_organization(api.get("/organizations/name/ABC-Inc").await);
    no_organization(api.get("/organizations/name/nobody").await);
}

#[tokio::test]
async fn a_body_must_be_as_documented() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let many: serde_json::Map<_, _> = (0..26).map(|key| (key.to_string(), "x".into())).collect();
    for (body, message) in [
        (json!({}), "'Missing required property: name'."),
        (json!({"name": ""}), "'String is too short (0 chars), minimum 1' on property name."),
        (json!({"name": "x".repeat(51)}), "'String is too long (51 chars), maximum 50' on property name."),
        (
            json!({"name": "Acme"}),
            "'Object didn't pass validation for format organization-name: Acme' on property name.",
        ),
        (json!({"name": null}), "'Expected type string but found type null' on property name."),
        (json!({"name": "x", "colour": 1}), "'Additional properties not allowed: colour'."),
        (
            json!({"name": "x", "display_name": "x".repeat(256)}),
            "'String is too long (256 chars), maximum 255' on property display_name.",
        ),
        (
            json!({"name": "x", "branding": {"logo_url": "http://a.example/"}}),
            "'Object didn't pass validation for format strict-https-uri-or-null: http://a.example/' on property \
             branding.logo_url.",
        ),
        (
            json!({"name": "x", "branding": {"colors": {"primary": "red", "page_background": "#fff"}}}),
            "'Object didn't pass validation for format html-color: red' on property branding.colors.primary.",
        ),
        (
            json!({"name": "x", "metadata": many}),
            "'Too many properties defined (26), maximum 25' on property metadata.",
        ),
        (
            json!({"name": "x", "metadata": {"a": 1}}),
            "'Expected type string,null but found type integer' on property metadata.a.",
        ),
        (json!([]), "'Expected type object but found type array'."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post("/organizations", body).await.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn the_three_forms_of_a_list_agree() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for number in 0..7 {
        api.post("/organizations", json!({"name": format!("page-{number}")})).await.ok(201);
        if number % 3 == 0 {
            provider.advance(chrono::TimeDelta::seconds(1));
        }
    }
    let all = api.get("/organizations?per_page=100").await.ok(200);
    assert_eq!(all.as_array().unwrap().len(), 11);
    assert_eq!(api.get("/organizations").await.ok(200), all);

    for size in [1, 3, 5, 11, 100] {
        // By page numbers, as an array and with totals
        let (mut bare, mut counted) = (Vec::new(), Vec::new());
        for page in 0..12 {
            let part = api.get(&format!("/organizations?per_page={size}&page={page}")).await.ok(200);
            let whole =
                api.get(&format!("/organizations?include_totals=true&per_page={size}&page={page}")).await.ok(200);
            let numbers = (whole["start"].as_i64(), whole["limit"].as_i64(), whole["total"].as_i64());
            assert_eq!(numbers, (Some(page * size), Some(size), Some(11)));
            assert_eq!(whole["organizations"], part);
            bare.extend(part.as_array().unwrap().clone());
            counted.extend(whole["organizations"].as_array().unwrap().clone());
            if page * size > 800 {
                break;
            }
        }
        assert_eq!((&Value::from(bare), &Value::from(counted)), (&all, &all));

        // By checkpoints
        let mut passed = Vec::new();
        let mut path = format!("/organizations?take={size}");
        loop {
            let part = api.get(&path).await.ok(200);
            passed.extend(part["organizations"].as_array().unwrap().clone());
            let Some(next) = part["next"].as_str() else { break };
            path = format!("/organizations?take={size}&from={next}");
        }
        assert_eq!(Value::from(passed), all);
    }
}

#[tokio::test]
async fn a_list_is_sorted_as_asked() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    provider.advance(chrono::TimeDelta::seconds(1));
    api.post("/organizations", json!({"name": "aaa", "display_name": "Zebra"})).await.ok(201);
    let names = async |sort: &str| {
        let list = api.get(&format!("/organizations?sort={sort}")).await.ok(200);
        let names = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let mut expected = vec!["aaa", "abc-inc", "acme", "beta", "xyz-travel"];
    assert_eq!(names("name:1").await, expected);
    expected.reverse();
    assert_eq!(names("name:-1").await, expected);
    assert_eq!(names("created_at:-1").await[0], "aaa");
    assert_eq!(names("created_at:1").await[4], "aaa");
    assert_eq!(names("display_name:1").await, ["abc-inc", "acme", "beta", "xyz-travel", "aaa"]);
    assert_eq!(names("display_name:-1").await[0], "aaa");

    let message = "Query validation error: 'Invalid sort: colour:1' on property sort.";
    api.get("/organizations?sort=colour:1").await.refused(400, message, "invalid_query_string");
    let message = "Query validation error: 'A checkpoint goes with the order of creation alone' on property sort.";
    api.get("/organizations?sort=name:1&take=2").await.refused(400, message, "invalid_query_string");
}

#[tokio::test]
async fn the_summary_scope_shows_only_the_summary() {
    let provider = Provider::start().await;
    let api = Api::with_scope(&provider, "read:organizations_summary").await;
    let summary = json!({"id": ABC, "name": "abc-inc", "display_name": "ABC Inc"});
    assert_eq!(api.get(&format!("/organizations/{ABC}")).await.ok(200), summary);
    assert!(api.get("/organizations").await.ok(200).as_array().unwrap().contains(&summary));
}
