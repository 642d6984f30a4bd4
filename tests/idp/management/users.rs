//! `/users` with its subresources, and `/users-by-email`.

use serde_json::{Value, json};

use super::support::{Api, segment};
use crate::support::{ABC, AUDIENCE, JOE, Provider, assert_refused, assert_token_error};

const CONNECTION: &str = "Username-Password-Authentication";
const NO_USER: (u16, &str, &str) = (404, "The user does not exist.", "inexistent_user");

/// Returns a body that creates the user Ann: all required properties, and those in `more`.
fn ann(mut more: Value) -> Value {
    let mut body = json!({"connection": CONNECTION, "email": "Ann@X.example", "password": "a long password"});
    body.as_object_mut().unwrap().append(more.as_object_mut().unwrap());
    body
}

/// Returns the user ids of a list.
fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|user| user["user_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_user_is_created_and_found_and_can_sign_in() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let created = api
        .post(
            "/users",
            ann(json!({
                "user_id": "ann", "given_name": "Ann", "picture": "https://x.example/a.png", "phone_number": "+49123",
                "user_metadata": {"colour": "red", "none": null}, "app_metadata": {"plan": "pro"},
            })),
        )
        .await
        .ok(201);
    assert_eq!(
        created,
        json!({
            "user_id": "auth0|ann", "email": "ann@x.example", "email_verified": false, "name": "ann@x.example",
            "nickname": "ann", "given_name": "Ann", "picture": "https://x.example/a.png", "phone_number": "+49123",
            "identities": [{"connection": CONNECTION, "user_id": "ann", "provider": "auth0", "isSocial": false}],
            "user_metadata": {"colour": "red"}, "app_metadata": {"plan": "pro"},
            "created_at": "2026-08-29T10:40:00.000Z", "updated_at": "2026-08-29T10:40:00.000Z",
        })
    );
    // The `|` in an id may be encoded or not.
    assert_eq!(api.get("/users/auth0%7Cann").await.ok(200), created);
    assert_eq!(api.get("/users/auth0|ann").await.ok(200), created);
    assert_eq!(api.get("/users-by-email?email=ANN%40x.example").await.ok(200), json!([created]));
    assert_eq!(api.get("/users-by-email?email=nobody%40x.example").await.ok(200), json!([]));
    let fields = api.get("/users/auth0%7Cann?fields=email,nickname").await.ok(200);
    assert_eq!(fields, json!({"email": "ann@x.example", "nickname": "ann"}));
    let rest = api.get("/users/auth0%7Cann?fields=identities,email&include_fields=false").await.ok(200);
    assert!(rest["identities"].is_null() && rest["email"].is_null() && rest["user_id"] == "auth0|ann");

    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let form = [("state", state.as_str()), ("email", "ann@x.example"), ("password", "a long password")];
    crate::support::code(&browser.post("u/login", &form).await);
}

#[tokio::test]
async fn an_invalid_user_is_refused_in_auth0s_words() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let oidc =
        json!({"name": "corp", "strategy": "oidc", "options": {"client_id": "x", "issuer": "https://i.example"}});
    api.post("/connections", oidc).await.ok(201);
    for (body, status, message, code) in [
        (ann(json!({"connection": "none"})), 400, "The connection does not exist.", "inexistent_connection"),
        (
            ann(json!({"connection": "corp"})),
            400,
            "Connection does not support user creation through the API. It must either be a database or passwordless \
             connection.",
            "operation_not_supported",
        ),
        (ann(json!({"password": "short"})), 400, "PasswordStrengthError: Password is too weak", ""),
        (
            ann(json!({"username": "ann"})),
            400,
            "Cannot set username for connection without requires_username",
            "operation_not_supported",
        ),
        (
            json!({"connection": CONNECTION, "password": "a long password"}),
            400,
            "Payload validation error: 'Missing required property: email'.",
            "invalid_body",
        ),
        (
            json!({"connection": CONNECTION, "email": "a@x.example"}),
            400,
            "Payload validation error: 'Missing required property: password'.",
            "invalid_body",
        ),
        (
            ann(json!({"email": "nobody"})),
            400,
            "Payload validation error: 'Object didn't pass validation for format email: nobody' on property email.",
            "invalid_body",
        ),
        (
            ann(json!({"colour": "red"})),
            400,
            "Payload validation error: 'Additional properties not allowed: colour'.",
            "invalid_body",
        ),
        (
            ann(json!({"blocked": "yes"})),
            400,
            "Payload validation error: 'Expected type boolean but found type string' on property blocked.",
            "invalid_body",
        ),
    ] {
        api.post("/users", body).await.refused(status, message, code);
    }
    api.post("/users", ann(json!({}))).await.ok(201);
    let again = ann(json!({"email": "ANN@x.EXAMPLE"}));
    api.post("/users", again).await.refused(409, "The user already exists.", "auth0_idp_error");
    let same_id = ann(json!({"email": "other@x.example", "user_id": JOE.strip_prefix("auth0|").unwrap()}));
    api.post("/users", same_id).await.refused(409, "The user already exists.", "auth0_idp_error");
}

#[tokio::test]
async fn metadata_is_merged_at_the_top_and_other_properties_are_replaced() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let body = ann(json!({"user_id": "ann", "user_metadata": {"a": 1, "b": {"c": 2}}, "email_verified": true}));
    api.post("/users", body).await.ok(201);
    let path = "/users/auth0%7Cann";
    let update = json!({"user_metadata": {"a": null, "b": {"d": 3}, "e": 4}, "app_metadata": {"x": []}});
    let changed = api.patch(path, update).await.ok(200);
    assert_eq!(changed["user_metadata"], json!({"b": {"d": 3}, "e": 4}));
    assert_eq!((&changed["app_metadata"], &changed["email_verified"]), (&json!({"x": []}), &json!(true)));

    // A new address is unverified unless the request says otherwise. An address that differs only in case stays
    // verified.
    let changed = api.patch(path, json!({"email": "ANN@X.EXAMPLE"})).await.ok(200);
    assert_eq!(changed["email_verified"], true);
    let changed = api.patch(path, json!({"email": "ann@y.example", "name": "Ann Lee"})).await.ok(200);
    assert_eq!((&changed["email"], &changed["email_verified"]), (&json!("ann@y.example"), &json!(false)));
    let changed =
        api.patch(path, json!({"email": "ann@z.example", "email_verified": true, "name": null})).await.ok(200);
    assert_eq!((&changed["name"], &changed["email_verified"]), (&json!("ann@z.example"), &json!(true)));
    assert_eq!(api.patch(path, json!({})).await.ok(200)["email"], "ann@z.example");
}

#[tokio::test]
async fn invalid_changes_are_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let joe = format!("/users/{}", segment(JOE));
    api.post("/users", ann(json!({}))).await.ok(201);
    for (update, message, code) in [
        (
            json!({"password": null}),
            "Payload validation error: 'Expected type string but found type null' on property password.",
            "invalid_body",
        ),
        (
            json!({"email": null}),
            "Payload validation error: 'Expected type string but found type null' on property email.",
            "invalid_body",
        ),
        (json!({"email": "ann@x.example"}), "The specified new email already exists", "auth0_idp_error"),
        (json!({"password": "short"}), "PasswordStrengthError: Password is too weak", ""),
        (json!({"connection": "other"}), "The connection does not exist.", "inexistent_connection"),
        (json!({"client_id": "other"}), "The client does not exist", "inexistent_client"),
        (
            json!({"password": "another long one", "email": "joe@x.example"}),
            "Cannot update password and email simultaneously",
            "operation_not_supported",
        ),
        (
            json!({"username": "joe"}),
            "Cannot set username for connection without requires_username",
            "operation_not_supported",
        ),
    ] {
        api.patch(&joe, update).await.refused(400, message, code);
    }
    api.patch("/users/auth0%7Cnobody", json!({"name": "x"})).await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
    api.get("/users/auth0%7Cnobody").await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
    api.get("/users/nonsense").await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
}

#[tokio::test]
async fn a_blocked_user_is_signed_out_and_cannot_sign_in() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let joe = format!("/users/{}", segment(JOE));
    let email = api.get(&joe).await.ok(200)["email"].as_str().unwrap().to_owned();
    let browser = provider.browser();
    let code = browser.code(&email, &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();

    assert_eq!(api.patch(&joe, json!({"blocked": true})).await.ok(200)["blocked"], true);
    let refreshed = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refreshed, 403, "invalid_grant", "Unknown or invalid refresh token.").await;
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    assert_refused(&browser.log_in(&state, &email).await, "unauthorized", "user is blocked");

    // A user who is no longer blocked can sign in again.
    assert!(api.patch(&joe, json!({"blocked": false})).await.ok(200)["blocked"].is_null());
    provider.browser().code(&email, &[("organization", ABC)]).await;
}

#[tokio::test]
async fn a_blocked_user_cannot_use_a_session_or_refresh_token() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let email = api.get(&format!("/users/{}", segment(JOE))).await.ok(200)["email"].as_str().unwrap().to_owned();
    let browser = provider.browser();
    let code = browser.code(&email, &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    provider.sql("UPDATE users SET blocked = TRUE").await;
    assert_refused(&browser.authorize(&[("organization", ABC)]).await, "unauthorized", "user is blocked");
    let refreshed = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refreshed, 403, "unauthorized", "user is blocked").await;
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let joe = format!("/users/{}", segment(JOE));
    let changed = api.patch(&joe, json!({"password": "correct horse battery"})).await.ok(200);
    assert_eq!(changed["last_password_reset"], "2026-08-29T10:40:00.000Z");
    assert!(!changed.to_string().contains("argon2") && !changed.to_string().contains("horse"));
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let email = changed["email"].as_str().unwrap();
    assert_eq!(browser.log_in(&state, email).await.status(), 400);
    let form = [("state", state.as_str()), ("email", email), ("password", "correct horse battery")];
    crate::support::code(&browser.post("u/login", &form).await);
}

#[tokio::test]
async fn a_new_address_is_verified_by_mail_on_request() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let mails = async || provider.rows::<(String,)>("SELECT recipient FROM mails ORDER BY recipient").await;
    api.post("/users", ann(json!({"verify_email": false}))).await.ok(201);
    api.post("/users", ann(json!({"email": "b@x.example", "email_verified": true}))).await.ok(201);
    assert_eq!(mails().await, []);
    let body = ann(json!({"email": "c@x.example", "user_id": "c"}));
    api.post("/users", body).await.ok(201);
    assert_eq!(mails().await, [("c@x.example".to_owned(),)]);
    api.patch("/users/auth0%7Cc", json!({"email": "d@x.example"})).await.ok(200);
    assert_eq!(mails().await.len(), 1);
    api.patch("/users/auth0%7Cc", json!({"email": "e@x.example", "verify_email": true})).await.ok(200);
    assert_eq!(mails().await.last(), Some(&("e@x.example".to_owned(),)));
}

#[tokio::test]
async fn an_address_from_the_api_is_verified_by_a_password_not_by_a_click() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    api.post("/users", ann(json!({"user_id": "ann"}))).await.ok(201);
    let path = "/users/auth0%7Cann";
    let verify = async |recipient: &str, password: &str| {
        let ticket = provider.mail_to(recipient).await.ticket("/u/email-verification");
        let form = [("ticket", ticket.as_str()), ("password", password)];
        provider.browser().post("u/email-verification", &form).await.status().as_u16()
    };
    // The second address belongs to another person, who does not know the password.
    for (email, patch) in [
        ("ann@x.example", json!({"name": "Ann"})),
        ("bob@x.example", json!({"email": "bob@x.example", "verify_email": true})),
    ] {
        api.patch(path, patch).await.ok(200);
        assert_eq!(verify(email, "").await, 400);
        assert_eq!(api.get(path).await.ok(200)["email_verified"], false, "{email}");
        assert_eq!(verify(email, "a long password").await, 200);
        assert_eq!(api.get(path).await.ok(200)["email_verified"], true, "{email}");
    }
}

#[tokio::test]
async fn deleting_a_user_deletes_their_memberships() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let joe = format!("/users/{}", segment(JOE));
    api.delete(&joe, Value::Null).await.no_content();
    api.get(&joe).await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
    api.delete(&joe, Value::Null).await.no_content();
}

#[tokio::test]
async fn lists_are_paged_up_to_a_thousand() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let all = api.get("/users").await.ok(200);
    let total = ids(&all).len();
    assert!(total > 3 && ids(&all).contains(&JOE));
    let page = api.get("/users?per_page=2&page=1&include_totals=true&search_engine=v3").await.ok(200);
    assert_eq!(page, json!({"start": 2, "limit": 2, "length": 2, "total": total, "users": [all[2], all[3]]}));
    let none = api.get("/users?per_page=0&include_totals=true").await.ok(200);
    assert_eq!(none, json!({"start": 0, "limit": 0, "length": 0, "total": total, "users": []}));
    assert_eq!(api.get("/users?page=9&per_page=100").await.ok(200), json!([]));
    for query in ["page=10&per_page=100", "page=9223372036854775807"] {
        let limit = "You can only page through the first 1000 records. See \
                     https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation";
        api.get(&format!("/users?{query}")).await.refused(400, limit, "invalid_paging");
    }
    for (query, objection) in [
        ("page=-1", "'Value -1 is less than minimum 0' on property page"),
        ("per_page=101", "'Value 101 is greater than maximum 100' on property per_page"),
        ("page=99999999999999999999", "'Expected type integer but found type string' on property page"),
        ("page=1&page=2", "'Expected type string but found type array' on property page"),
        ("colour=red", "'Additional properties not allowed: colour'"),
        ("search_engine=v2", "'No enum match for: v2' on property search_engine"),
        ("sort=name", r"'String does not match pattern: ^(([a-zA-Z0-9_\.]+))\:(1|-1)$' on property sort"),
    ] {
        let message = format!("Query validation error: {objection}.");
        api.get(&format!("/users?{query}")).await.refused(400, &message, "invalid_query_string");
    }
}

#[tokio::test]
async fn users_are_searched() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for (id, name, plan) in [("1", "Ann Lee", 2), ("2", "Zoe Ray", 10), ("3", "Cyd Lee", 1)] {
        let email = format!("{}@search.example", &name[..3]);
        let body = json!({
            "connection": CONNECTION, "email": email, "password": "a long password", "user_id": id, "name": name,
            "app_metadata": {"plan": plan}, "user_metadata": {"team": {"name": format!("t{id}")}}, "blocked": id == "2",
        });
        api.post("/users", body).await.ok(201);
    }
    // Letters that databases convert to lower case differently, and characters with a meaning in patterns.
    for (id, name) in [("4", "\u{212a}elvin"), ("5", r"50%_\ off"), ("6", "Åsa"), ("7", "İnci"), ("8", "JÅ")] {
        let email = format!("{id}@odd.example");
        let body = json!({"connection": CONNECTION, "email": email, "password": "a long password", "user_id": id,
            "name": name});
        api.post("/users", body).await.ok(201);
    }
    let over_long = format!("name:{}", "a".repeat(55_000));
    for (q, expected) in [
        (r#"email:"ann@search.example""#, vec!["1"]),
        ("email:*@search.example", vec!["1", "2", "3"]),
        ("email.domain:search.example AND NOT blocked:true", vec!["1", "3"]),
        (r#"name:"Ann Lee" OR name:zoe*"#, vec!["1", "2"]),
        ("(name:ann* OR name:zoe*) AND blocked:true", vec!["2"]),
        ("app_metadata.plan:10", vec!["2"]),
        ("app_metadata.plan:[2 TO *]", vec!["1", "2"]),
        ("user_metadata.team.name:t3", vec!["3"]),
        ("user_id:auth0|1", vec!["1"]),
        (r#"user_id:"auth0|1""#, vec!["1"]),
        ("email:nobody@search.example", vec![]),
        // Queries whose conditions narrow the database filter. The filter must not exclude a match.
        ("email:ANN@Search.Example AND app_metadata.plan:2", vec!["1"]),
        ("email:ann@search.example AND app_metadata.plan:3", vec![]),
        ("email:ann@* OR email:cyd@*", vec!["1", "3"]),
        ("name:zoe* AND (email:zoe* OR email:ann*)", vec!["2"]),
        ("email.domain:search.example AND identities.connection:username-password-authentication", vec!["1", "2", "3"]),
        ("email.domain:search.example AND identities.connection:username", vec![]),
        ("email.domain:search.exa*", vec!["1", "2", "3"]),
        ("USER_ID:auth0|1", vec![]),
        ("user_id:AUTH0|1", vec!["1"]),
        ("user_id:auth0|? AND name:*lee", vec!["1", "3"]),
        (r"name:50%_\\* AND email.domain:odd.example", vec!["5"]),
        ("name:kel* AND email.domain:odd.example", vec!["4"]),
        ("name:åsa* AND email.domain:odd.example", vec!["6"]),
        ("name:i* AND email.domain:odd.example", vec!["7"]),
        ("name:jÅ* AND email.domain:odd.example", vec!["8"]),
        (over_long.as_str(), vec![]),
    ] {
        let found = api.get(&format!("/users?q={}", segment(q))).await.ok(200);
        let expected: Vec<_> = expected.iter().map(|id| format!("auth0|{id}")).collect();
        assert_eq!(ids(&found), expected, "{q}");
    }
    let q = segment("email.domain:search.example");
    let sorted =
        api.get(&format!("/users?q={q}&sort=app_metadata.plan:-1&per_page=2&include_totals=true")).await.ok(200);
    assert_eq!((ids(&sorted["users"]), &sorted["total"]), (vec!["auth0|2", "auth0|1"], &json!(3)));
    let second = api.get(&format!("/users?q={q}&sort=name:1&per_page=2&page=1&fields=user_id")).await.ok(200);
    assert_eq!(second, json!([{"user_id": "auth0|2"}]));
    assert_eq!(api.get("/users?connection=none").await.ok(200), json!([]));
    assert!(!ids(&api.get(&format!("/users?connection={CONNECTION}")).await.ok(200)).is_empty());
    for (q, objection) in [
        ("name:(", "unexpected end"),
        ("name:", "missing value of name"),
        ("a AND", "unexpected end"),
        ("\"a", "missing \""),
        ("a:[1 TO", "missing ]"),
        (")", "unexpected )"),
    ] {
        let message = format!("Query validation error: 'Failed to parse query: {objection}' on property q.");
        api.get(&format!("/users?q={}", segment(q))).await.refused(400, &message, "invalid_query_string");
    }
}

#[tokio::test]
async fn the_organizations_of_a_user_are_listed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/users/{}/organizations", segment(JOE));
    let all = api.get(&path).await.ok(200);
    assert!(all.as_array().unwrap().iter().any(|organization| organization["id"] == ABC), "{all}");
    let page = api.get(&format!("{path}?include_totals=true&per_page=1")).await.ok(200);
    assert_eq!(page["total"], all.as_array().unwrap().len());
    assert_eq!(page["organizations"], json!([all[0]]));
    api.get("/users/auth0%7Cx/organizations").await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
}

#[tokio::test]
async fn roles_and_permissions_are_assigned_and_removed() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let joe = format!("/users/{}", segment(JOE));
    let roles = api.get("/roles").await.ok(200);
    let role = &roles[0];
    let body = json!({"roles": [role["id"]]});
    api.post(&format!("{joe}/roles"), body.clone()).await.no_content();
    api.post(&format!("{joe}/roles"), body.clone()).await.no_content();
    assert_eq!(api.get(&format!("{joe}/roles")).await.ok(200), json!([role]));
    let totals = api.get(&format!("{joe}/roles?include_totals=true")).await.ok(200);
    assert_eq!(totals, json!({"start": 0, "limit": 50, "total": 1, "roles": [role]}));

    // A user can have a permission by a role, directly, or both.
    let granted = api.get(&format!("/roles/{}/permissions", role["id"].as_str().unwrap())).await.ok(200);
    let name = granted[0]["permission_name"].as_str().unwrap();
    let body = json!({"permissions": [{"resource_server_identifier": AUDIENCE, "permission_name": name}]});
    assert_eq!(api.post(&format!("{joe}/permissions"), body.clone()).await.ok(201), json!({}));
    let listed = api.get(&format!("{joe}/permissions?include_totals=true")).await.ok(200);
    assert_eq!(listed["total"], granted.as_array().unwrap().len());
    let both = &listed["permissions"][0];
    assert_eq!((&both["permission_name"], &both["resource_server_name"]), (&json!(name), &json!("Tessera API")));
    let mut kinds: Vec<_> =
        both["sources"].as_array().unwrap().iter().map(|source| source["source_type"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["DIRECT", "ROLE"]);
    api.delete(&format!("{joe}/permissions"), body).await.no_content();
    api.delete(&format!("{joe}/roles"), json!({"roles": [role["id"]]})).await.no_content();
    assert_eq!(api.get(&format!("{joe}/permissions")).await.ok(200), json!([]));
    assert_eq!(api.get(&format!("{joe}/roles")).await.ok(200), json!([]));

    // Roles and permissions that do not exist
    let unknown = json!({"roles": [role["id"], "rol_0000000000000000"]});
    api.post(&format!("{joe}/roles"), unknown).await.refused(404, "The role does not exist", "inexistent_role");
    assert_eq!(api.get(&format!("{joe}/roles")).await.ok(200), json!([]));
    let body =
        |api: &str, name: &str| json!({"permissions": [{"resource_server_identifier": api, "permission_name": name}]});
    api.post(&format!("{joe}/permissions"), body("x", "y")).await.refused(
        404,
        "The resource server does not exist: 'x'",
        "inexistent_resource_server",
    );
    let message = format!("The permission 'y' does not exist in the resource server '{AUDIENCE}'");
    api.post(&format!("{joe}/permissions"), body(AUDIENCE, "y")).await.refused(400, &message, "");
    for path in ["/users/x/roles", "/users/x/permissions"] {
        api.get(path).await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
    }
    api.post("/users/x/roles", json!({"roles": ["r"]})).await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
    api.delete("/users/x/permissions", body("x", "y")).await.refused(NO_USER.0, NO_USER.1, NO_USER.2);
}

#[tokio::test]
async fn every_operation_requires_its_scope() {
    let provider = Provider::start().await;
    let api = Api::with_scope(&provider, "read:organizations").await;
    let message = |scopes: &str| format!("Insufficient scope, expected any of: {scopes}");
    api.get("/users").await.refused(403, &message("read:users,read:user_idp_tokens"), "insufficient_scope");
    api.post("/users", json!({})).await.refused(403, &message("create:users"), "insufficient_scope");
    api.get("/users-by-email").await.refused(403, &message("read:users"), "insufficient_scope");

    // The scopes for a user's own account do not allow access to other accounts.
    let own = Api::with_scope(&provider, "read:current_user update:current_user_metadata delete:current_user").await;
    let joe = format!("/users/{}", segment(JOE));
    own.get(&joe).await.refused(403, &message("read:users,read:user_idp_tokens"), "insufficient_scope");
    own.delete(&joe, Value::Null).await.refused(403, &message("delete:users"), "insufficient_scope");
    let update = json!({"user_metadata": {"a": 1}});
    own.patch(&joe, update).await.refused(403, &message("update:users"), "insufficient_scope");
    let apps = Api::with_scope(&provider, "update:users_app_metadata").await;
    assert_eq!(apps.patch(&joe, json!({"app_metadata": {"a": 1}})).await.ok(200)["app_metadata"], json!({"a": 1}));
    apps.patch(&joe, json!({"name": "x"})).await.refused(403, &message("update:users"), "insufficient_scope");
}
